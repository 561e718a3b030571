"""A service's page as finished texts, by the kind of its body. Pure: what is shown and spoken comes from here."""

import msgspec

from kiosk.journey import page as p
from kiosk.journey import saying
from kiosk.journey.masking import mask_id_number, mask_name
from ui.views.drawings import PLAIN_ICON, drawings
from ui.views.scene import Scene, bullets, grouped

MANY = 6
"""A text this short has no middle to hide."""
_ID_LENGTHS = frozenset({15, 18})
_MOBILE_LENGTH = 11


class ActionView(msgspec.Struct, frozen=True):
    """A button with its words; `off` says why it is off."""

    name: str = ""
    label: str = ""
    icon: str = ""
    off: str = ""
    note: str = ""


class OptionView(msgspec.Struct, frozen=True):
    """One thing to choose; `note` says why where it is off."""

    value: str
    label: str
    note: str
    icon: str
    mark: str
    chosen: bool
    off: bool


class ChooseView(msgspec.Struct, frozen=True):
    options: tuple[OptionView, ...]
    several: bool
    equal: bool
    path: str


class EnterView(msgspec.Struct, frozen=True):
    """`typed` as it is shown: in groups, or hidden; `raw` as it is."""

    pad: str
    typed: str
    raw: str
    example: str
    left: str
    complete: bool
    offers: tuple[OptionView, ...]
    erase: str
    clear: str


class BlockView(msgspec.Struct, frozen=True):
    """One block to read. `kind` is the block's name in lower case; `whole` is what a held finger shows for 5 s."""

    kind: str
    text: str
    note: str = ""
    mark: str = ""
    tone: str = "plain"
    whole: str = ""
    source: str = ""


class ReadView(msgspec.Struct, frozen=True):
    blocks: tuple[BlockView, ...]
    show: str


class RowView(msgspec.Struct, frozen=True):
    key: str
    label: str
    value: str
    whole: str


class CheckView(msgspec.Struct, frozen=True):
    rows: tuple[RowView, ...]
    change: str
    note: str


class ScanView(msgspec.Struct, frozen=True):
    what: str
    picture: str
    verdict: str
    verdict_word: str
    findings: tuple[str, ...]
    kept: str
    busy: bool
    how: tuple[str, ...]
    sample: str


class SignView(msgspec.Struct, frozen=True):
    text: tuple[str, ...]
    here: str
    again: str
    signed: bool


class WaitView(msgspec.Struct, frozen=True):
    doing: str
    usually: str
    picture: str


BodyView = ChooseView | EnterView | ReadView | CheckView | ScanView | SignView | WaitView


class PageView(msgspec.Struct, frozen=True):
    """`kind` names the QML file of the body: `Choose`, `Enter`, `Read`, `Check`, `Scan`, `Sign`, `Wait`."""

    name: str
    kind: str
    title: str
    why: str
    trouble: str
    main: ActionView
    second: tuple[ActionView, ...]
    body: BodyView


def page_view(scene: Scene) -> PageView | None:
    """The page of the service; None where none is on the screen."""
    page = scene.journey.page
    if page is None:
        return None
    return PageView(
        name=page.name,
        kind=type(page.body).__name__,
        title=said(scene, page.title),
        why=said(scene, page.why),
        trouble=said(scene, page.trouble) or scene.trouble(),
        main=_action(scene, page.main) if page.main else ActionView(),
        second=tuple(_action(scene, action) for action in page.second),
        body=_body(scene, page.body),
    )


def said(scene: Scene, what: p.Said) -> str:
    """What is said, in the language of this visit."""
    return saying.said(scene.journey.language, what)


def _action(scene: Scene, action: p.Action) -> ActionView:
    return ActionView(
        name=action.name,
        label=said(scene, action.label),
        icon=action.icon,
        off=said(scene, action.off),
        note=said(scene, action.off) or said(scene, action.note),
    )


def _body(scene: Scene, body: p.Body) -> BodyView:
    match body:
        case p.Choose():
            return _choose(scene, body)
        case p.Enter():
            return _enter(scene, body)
        case p.Read(blocks):
            return ReadView(tuple(_block(scene, block) for block in blocks), scene.say("page.hold"))
        case p.Check():
            return _check(scene, body)
        case p.Scan():
            return _scan(scene, body)
        case p.Sign(text, strokes):
            return SignView(
                () if scene.journey.hidden else tuple(said(scene, line) for line in text),
                here=scene.say("page.sign_here"),
                again=scene.say("page.sign_again"),
                signed=bool(strokes),
            )
        case p.Wait(doing, usually, picture):
            return WaitView(said(scene, doing), scene.say("page.usually", seconds=usually), picture)


def _choose(scene: Scene, body: p.Choose) -> ChooseView:
    path = scene.say("page.path").join(said(scene, part) for part in body.path)
    return ChooseView(tuple(_option(scene, option) for option in body.options), body.several, body.equal, path)


def _option(scene: Scene, option: p.Option) -> OptionView:
    off = said(scene, option.off)
    return OptionView(
        value=option.value,
        label=said(scene, option.label),
        note=off or said(scene, option.note),
        icon=option.icon if not option.icon or option.icon in drawings() else PLAIN_ICON,
        mark=said(scene, option.mark),
        chosen=option.chosen and not scene.journey.hidden,
        off=bool(off),
    )


def _enter(scene: Scene, body: p.Enter) -> EnterView:
    shown = _grouped(body.pad, body.typed)
    return EnterView(
        pad=body.pad.value,
        typed=bullets(shown) if scene.journey.hidden else shown,
        raw="" if scene.journey.hidden else body.typed,
        example=said(scene, body.example),
        left="" if scene.journey.hidden else said(scene, body.left),
        complete=body.complete,
        offers=tuple(_option(scene, p.Option(value, label)) for value, label in body.offers),
        erase=scene.say("form.erase"),
        clear=scene.say("form.clear"),
    )


def _grouped(pad: p.Pad, typed: str) -> str:
    if pad is p.Pad.MOBILE:
        return grouped(typed)
    if pad is p.Pad.ID:
        return " ".join(part for part in (typed[:6], typed[6:14], typed[14:]) if part)
    if pad is p.Pad.DATE:
        return "-".join(part for part in (typed[:4], typed[4:6], typed[6:]) if part)
    return typed


def _block(scene: Scene, block: p.Block) -> BlockView:
    match block:
        case p.Heading(text):
            return BlockView("heading", said(scene, text))
        case p.Line(text, tone):
            return BlockView("line", said(scene, text), tone=tone.value)
        case p.Bullet(text, note, mark):
            return BlockView("bullet", said(scene, text), said(scene, note), mark)
        case p.Entry(label, value, personal):
            whole = said(scene, value)
            shown = _veiled(scene, whole) if personal else whole
            return BlockView("entry", said(scene, label), shown, whole=_whole(scene, shown, whole))
        case p.Big(text, caption):
            return BlockView("big", said(scene, text), said(scene, caption))
        case p.Picture(source, alt, caption):
            return BlockView("picture", said(scene, alt), said(scene, caption), source=source)
        case p.QrCode(content, caption):
            return BlockView("qr", said(scene, caption), source=content)


def _check(scene: Scene, body: p.Check) -> CheckView:
    rows = []
    for row in body.rows:
        whole = said(scene, row.value)
        hidden = row.personal or (scene.journey.hidden and row.key != "")
        shown = _veiled(scene, whole) if hidden else whole
        rows.append(RowView(row.key, said(scene, row.label), shown, _whole(scene, shown, whole)))
    return CheckView(tuple(rows), scene.say("review.change"), said(scene, body.note))


def _scan(scene: Scene, body: p.Scan) -> ScanView:
    return ScanView(
        what=said(scene, body.what),
        picture="" if scene.journey.hidden else body.picture,
        verdict=body.verdict,
        verdict_word=scene.say(f"scan.verdict.{body.verdict}") if body.verdict else "",
        findings=tuple(said(scene, finding) for finding in body.findings),
        kept=scene.say("scan.kept", count=body.kept) if body.kept else "",
        busy=body.busy,
        how=tuple(scene.say(f"scan.how.{number}") for number in (1, 2, 3)),
        sample=body.sample,
    )


def _whole(scene: Scene, shown: str, whole: str) -> str:
    """What a held finger shows; nothing while the page is hidden."""
    return "" if shown == whole or scene.journey.hidden else whole


def _veiled(scene: Scene, text: str) -> str:
    """What others may read of something personal: the ends of a number, the surname of a name, all of it hidden when
    nobody touches the screen.
    """
    if scene.journey.hidden:
        return bullets(text)
    if "*" in text:
        return text
    bare = text.replace(" ", "")
    if len(bare) in _ID_LENGTHS and bare[:-1].isdecimal():
        return mask_id_number(bare)
    if len(bare) == _MOBILE_LENGTH and bare.isdecimal():
        return f"{bare[:3]} **** {bare[-4:]}"
    if len(bare) < MANY and not bare.isdecimal():
        return mask_name(bare)
    return text[:2] + "*" * max(len(text) - 4, 2) + text[-2:] if len(text) >= MANY else "*" * len(text)
