"""What every page of the technician is made of: rows, and what touching each of them means. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE
from kiosk import words
from kiosk.technician import events as e
from kiosk.technician.session import Session
from kiosk.technician.values import Plan, Texts

ICONS: Final[Mapping[str, str]] = {
    "id_card_reader": "id-card",
    "ticket_printer": "ticket",
    "document_printer": "printer",
    "code_scanner": "scan-line",
    "smart_card_reader": "credit-card",
    "document_camera": "camera",
    "locker": "package",
    "permit_endorser": "file-badge",
    "person_matcher": "user-round",
    "power": "battery-charging",
    "cabinet": "door-closed",
}


class Part(msgspec.Struct, frozen=True):
    """One of several things beside each other that can be touched."""

    name: str
    label: str
    icon: str = ""
    chosen: bool = False
    able: bool = True


class Row(msgspec.Struct, frozen=True):
    """One row. `form` says how it is drawn: heading, text, fact, device, go, switch, stepper, choice, buttons, frame,
    entry.
    """

    form: str
    name: str = ""
    title: str = ""
    note: str = ""
    value: str = ""
    tone: str = "plain"
    icon: str = ""
    on: bool = False
    able: bool = True
    parts: tuple[Part, ...] = ()


class WorkView(msgspec.Struct, frozen=True):
    """What is being done, how long it may still take, and how far that is."""

    what: str = ""
    left: str = ""
    part: float = 0.0


class SheetView(msgspec.Struct, frozen=True):
    """One page. `form` says what lies under the rows: list, pad, keys or card."""

    page: str
    form: str
    header: str
    title: str
    lead: str
    tabs: tuple[Part, ...]
    rows: tuple[Row, ...]
    notice: str
    tone: str
    dirty: str
    back: str
    main: Part
    second: Part
    languages: tuple[Part, ...]
    foot: str
    before: str
    after: str
    pages: str
    keys: tuple[Part, ...]
    card_px: float
    touches: Mapping[str, e.Touch]


class Look(msgspec.Struct, frozen=True):
    """The session and the words it is shown in."""

    session: Session
    clock: datetime
    languages: tuple[str, ...] = ("zh-Hans", "en")

    def say(self, key: str, /, **values: object) -> str:
        """The words for `key`."""
        return words.say(self.session.language, key, **values)

    def may_say(self, key: str, plain: str) -> str:
        """The words for `key`, or the device's own word where the catalogue has none."""
        return self.say(key) if key in words.load(DEFAULT_LANGUAGE) else plain

    def text(self, texts: Texts) -> str:
        """Finished texts in the language of the session."""
        return texts.get(self.session.language) or texts.get(DEFAULT_LANGUAGE, "")

    def kind(self, name: str) -> str:
        """What a device is called."""
        return self.may_say(f"technician.kind.{name}", name.replace("_", " "))

    def word(self, value: str) -> str:
        """One of the words devices share."""
        return self.may_say(f"technician.word.{value}", value)

    def option(self, device: str, name: str) -> str:
        """What an option is called; a name that several kinds use may mean another thing for one of them."""
        usual = self.may_say(f"technician.option.{name}", name.replace("_", " "))
        return self.may_say(f"technician.option_of.{device}.{name}", usual)

    def part(self, name: str) -> str:
        """A part of a device's state, or something counted."""
        return self.may_say(f"technician.part.{name}", name.replace("_", " "))


class Sheet:
    """Collects the rows of one page and what touches mean."""

    def __init__(self, look: Look, title: str, lead: str = "", form: str = "list") -> None:
        self._look = look
        self._title, self._lead, self._form = title, lead, form
        self._rows: list[Row] = []
        self._tabs: tuple[Part, ...] = ()
        self._keys: tuple[Part, ...] = ()
        self._main = self._second = Part("", "")
        self._touches: dict[str, e.Touch] = {}

    def row(self, row: Row, does: e.Touch | None = None) -> None:
        """One row; `does` is what touching it means."""
        self._rows.append(row)
        if does is not None and row.able:
            self._touches[row.name] = does

    def heading(self, text: str) -> None:
        """What the rows below belong to."""
        self.row(Row("heading", title=text))

    def words(self, text: str, tone: str = "quiet") -> None:
        """A sentence."""
        if text:
            self.row(Row("text", title=text, tone=tone))

    def fact(self, label: str, value: str, tone: str = "plain") -> None:
        """A label and its value."""
        self.row(Row("fact", title=label, value=value, tone=tone))

    def parts(self, form: str, title: str, choices: tuple[tuple[Part, e.Touch], ...], note: str = "") -> None:
        """Things beside each other: `choice` or `buttons`."""
        self.row(Row(form, title=title, note=note, parts=tuple(part for part, _ in choices)))
        self._touches |= {part.name: does for part, does in choices if part.able}

    def stepper(self, row: Row, less: e.Touch | None, more: e.Touch | None) -> None:
        """A number with its two keys."""
        parts = (
            Part(f"{row.name}.less", "", "minus", able=less is not None),
            Part(f"{row.name}.more", "", "plus", able=more is not None),
        )
        self.row(msgspec.structs.replace(row, form="stepper", parts=parts))
        for part, does in zip(parts, (less, more), strict=True):
            if does is not None:
                self._touches[part.name] = does

    def tabs(self, choices: tuple[tuple[Part, e.Touch], ...]) -> None:
        """The parts of a page."""
        self._tabs = tuple(part for part, _ in choices)
        self._touches |= {part.name: does for part, does in choices}

    def keys(self, choices: tuple[tuple[Part, e.Touch], ...]) -> None:
        """The keys of a pad or keyboard."""
        self._keys = tuple(part for part, _ in choices)
        self._touches |= {part.name: does for part, does in choices}

    def main(self, part: Part, does: e.Touch) -> None:
        """The thing to do next."""
        self._main = part
        if part.able:
            self._touches[part.name] = does

    def second(self, part: Part, does: e.Touch) -> None:
        """What may be done instead."""
        self._second = part
        if part.able:
            self._touches[part.name] = does

    def view(self) -> SheetView:
        """The finished page."""
        look, s = self._look, self._look.session
        say = look.say
        notice = s.notice
        said = "" if notice is None else look.text(notice.texts) or say(notice.key, **notice.blanks)
        languages = tuple(
            Part(f"language.{tag}", words.say(tag, "language.name"), chosen=tag == s.language) for tag in look.languages
        )
        touches: dict[str, e.Touch] = {f"language.{tag}": e.LanguageChosen(tag) for tag in look.languages}
        if s.trail:
            touches["back"] = e.WentBack()
        return SheetView(
            page=s.page.value,
            form=self._form,
            header=say("technician.header", terminal=s.terminal),
            title=self._title,
            lead=self._lead,
            tabs=self._tabs,
            rows=tuple(self._rows),
            notice=said,
            tone=notice.tone if notice else "plain",
            dirty=say("technician.unsaved", count=len(changes(look, s.saved, s.draft))) if s.dirty else "",
            back=say("frame.back") if s.trail else "",
            main=self._main,
            second=self._second,
            languages=languages,
            foot=_foot(look),
            before=say("frame.page_before"),
            after=say("frame.page_after"),
            pages=say("frame.pages"),
            keys=self._keys,
            card_px=s.card_px,
            touches={**touches, **self._touches},
        )


def work_view(look: Look) -> WorkView:
    """The band that says what is being done."""
    s = look.session
    if s.work is None:
        return WorkView()
    gone = max(0.0, s.now - s.work.began)
    whole = int(-(-(s.work.seconds - gone) // 1))
    what = look.say(f"technician.work.{s.work.what}")
    return WorkView(what, look.say("technician.work_left", seconds=max(0, whole)), min(1.0, gone / s.work.seconds))


def changes(look: Look, before: Plan, after: Plan) -> tuple[str, ...]:
    """What one plan changes in another, one line each."""
    lines = []
    for name in sorted({*before.devices, *after.devices}):
        was, now = before.devices.get(name), after.devices.get(name)
        if was == now:
            continue
        if was is None and now is not None:
            lines.append(look.say("technician.change.added", device=look.kind(name), port=now.port))
        elif now is None:
            lines.append(look.say("technician.change.removed", device=look.kind(name)))
        elif was is not None:
            if was.port != now.port:
                lines.append(look.say("technician.change.port", device=look.kind(name), was=was.port, now=now.port))
            lines += [
                look.say(
                    "technician.change.option",
                    device=look.kind(name),
                    option=look.option(name, option),
                    was=_said(look, was.options.get(option)),
                    now=_said(look, now.options.get(option)),
                )
                for option in sorted({*was.options, *now.options})
                if was.options.get(option) != now.options.get(option)
            ]
    if before.width_mm != after.width_mm:
        lines.append(look.say("technician.change.width", was=before.width_mm, now=after.width_mm))
    return tuple(lines)


def _said(look: Look, value: object) -> str:
    if value is None:
        return look.say("technician.default")
    return look.word(str(value).lower() if isinstance(value, bool) else str(value))


def _foot(look: Look) -> str:
    s = look.session
    who = (look.say("technician.who", name=s.who),) if s.who else ()
    minutes = int(-(-s.idle_left // 60))
    idle = look.say("technician.idle", minutes=minutes)
    return look.say("join.facts").join((*who, f"{look.clock:%Y-%m-%d %H:%M}", idle))
