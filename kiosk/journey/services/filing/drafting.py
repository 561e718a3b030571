"""A filing that is put aside: kept at the centre only because its citizen agreed. Pure."""

from typing import Final

import msgspec

from contract.catalogue import FieldKind
from contract.questions import DraftHeld, DraftKept
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Then, Turn
from kiosk.journey.services.courtesies import person, unanswered, why_not
from kiosk.journey.services.filing import moving, plan
from kiosk.journey.services.filing.questions import every
from kiosk.journey.services.filing.state import Filing, Lodged, Way, untell, wrong

DRAFT: Final = "draft"
KEPT: Final = "draft.kept"
AGREE: Final = "draft.agree"
GO_ON: Final = "draft.go_on"
END: Final = "draft.end"
_PUT_ASIDE: Final = frozenset({"form", "papers", "review"})


class Content(msgspec.Struct, frozen=True):
    """What a draft holds: answers and ways, no picture and no signature."""

    told: tuple[tuple[str, str], ...]
    seen: tuple[str, ...]
    lodged: tuple[Lodged, ...]


def button(f: Filing, known: Known) -> tuple[p.Action, ...]:
    """Put it aside: on every page where work would be lost."""
    if f.saved is not None or plan.stage(f.at) not in _PUT_ASIDE or f.waiting:
        return ()
    off = "" if known.link_up else p.word("filing.draft_offline")
    return (p.Action(DRAFT, p.word("filing.draft"), "save", off=off),)


def asked(f: Filing, known: Known) -> Turn:
    """What happens with a draft is said before anything is kept."""
    if not button(f, known) or not known.link_up:
        return Turn(f)
    return Turn(msgspec.structs.replace(f, at=DRAFT, aside=f.at, fault=""))


def page(f: Filing, known: Known) -> p.Page | None:
    """What would be kept and for how long; then the code. None at any other place."""
    if f.at == KEPT and f.draft is not None:
        return _kept(f.draft)
    if f.at != DRAFT:
        return None
    if f.asked:
        body: p.Body = p.Wait(p.word("filing.draft_keeping"), 3, "save")
        return p.Page("filing.draft.wait", p.word("page.waiting"), body, pace=p.Pace.WAITS, may_back=False)
    told = tuple(p.Bullet(p.word(f"filing.draft_told_{at}")) for at in (1, 2, 3))
    return p.Page(
        "filing.draft",
        p.word("filing.draft_title"),
        p.Read(told),
        why=p.word("filing.draft_why"),
        main=p.Action(AGREE, p.word("filing.draft_agree"), "save", off="" if known.link_up else _offline()),
        second=(p.Action(GO_ON, p.word("filing.draft_go_on"), "pencil"),),
    )


def met(f: Filing, known: Known, event: e.Event) -> Turn:
    """Agreed, kept, gone back from."""
    match event:
        case e.Acted(action) if action == AGREE and f.at == DRAFT and not f.asked and known.link_up:
            request = known.id(f"draft/{f.tries + 1}")
            asking = msgspec.structs.replace(f, asked=request, tries=f.tries + 1, fault="", said={})
            return Turn(asking, (keep(f, known, request),))
        case e.Answered(_, request, DraftHeld() as held) if request == f.asked:
            return Turn(msgspec.structs.replace(f, at=KEPT, draft=held, agreed=True, asked=""))
        case e.Answered(_, request, answer) if request == f.asked:
            why = why_not(answer)
            return Turn(wrong(f, why.key if isinstance(why, p.Word) else "filing.said", said=_own(why)))
        case e.Unanswered(_, request, why) if request == f.asked:
            said = unanswered(why)
            return Turn(wrong(f, said.key if isinstance(said, p.Word) else "filing.said"))
        case e.Acted(action) if action == END and f.at == KEPT:
            return Turn(f, then=Then.FAREWELL)
        case e.Acted(action) if action == GO_ON and not f.asked:
            return go_on(f, known)
        case e.WentBack() if not f.asked:
            return go_on(f, known)
        case _:
            return Turn(f)


def go_on(f: Filing, known: Known) -> Turn:
    """Back to where it was put aside."""
    return moving.arrive(msgspec.structs.replace(f, aside=""), known, f.aside or plan.first(f, known))


def leaving(f: Filing, known: Known) -> tuple[e.Effect, ...]:
    """Whoever agreed finds what was filled in since, too; nobody else's is kept (experience.md 3.6)."""
    if not f.agreed or f.saved is not None or not known.link_up:
        return ()
    return (keep(f, known, known.id("draft/left")),)


def keep(f: Filing, known: Known, request: str) -> e.AskCentre:
    """The question that keeps it; the same draft each time."""
    subject = f.subject(known)
    kept = DraftKept(
        f.draft_of or known.id("draft"),
        f.of.slug,
        f.of.version,
        content(f),
        person(subject) if subject is not None else None,
    )
    return e.AskCentre(known.visit, request, kept)


def content(f: Filing) -> bytes:
    """As JSON. Pictures stay on this terminal and go; signatures are given for what is signed, not before."""
    told = tuple((key, value) for key, value in f.told if not key.startswith(plan.SIGN))
    seen = tuple(one for one in f.seen if one not in ("promise", "tolerance"))
    lodged = tuple(one for one in f.lodged if one.way not in (Way.SCAN, Way.LICENCE, Way.DEPARTMENT))
    return msgspec.json.encode(Content(told, seen, lodged))


def restored(f: Filing, held: bytes) -> Filing:
    """The filing as it was put aside; an answer the item no longer has is asked for again. Raises
    msgspec.MsgspecError for what is no draft of ours.
    """
    kept = msgspec.json.decode(held, type=Content)
    there = msgspec.structs.replace(f, told=kept.told, seen=kept.seen, lodged=kept.lodged, agreed=True)
    gone = [
        key
        for key, ask in every(there).items()
        if ask.kind is FieldKind.CHOICE and there.answers.get(key, "") not in {"", *dict(ask.choices)}
    ]
    gone += [
        one.key
        for one in plan.situations(there)
        if there.answers.get(one.key) not in {answer.value for answer in one.answers}
    ]
    return untell(there, *gone)


def _kept(held: DraftHeld) -> p.Page:
    until = p.Day(held.until[:10])
    return p.Page(
        "filing.draft.kept",
        p.word("filing.draft_kept"),
        p.Read(
            (
                p.Big(held.code, p.word("filing.draft_code")),
                *_pin(held),
                p.QrCode(held.url, p.word("filing.draft_qr")),
                p.Line(p.word("filing.draft_until", day=until)),
            )
        ),
        why=p.word("filing.draft_kept_why"),
        main=p.Action(END, p.word("filing.draft_end"), "log-out"),
        second=(p.Action(GO_ON, p.word("filing.draft_back"), "pencil"),),
        personal=True,
    )


def _pin(held: DraftHeld) -> tuple[p.Block, ...]:
    """The second thing a phone or window asks for: it is in no QR code."""
    return (p.Big(held.pin, p.word("filing.draft_pin")),) if held.pin else ()


def _offline() -> p.Word:
    return p.word("filing.draft_offline")


def _own(why: p.Said) -> dict[str, str]:
    return why if isinstance(why, dict) else {}
