"""The pages of a filing that let choose: situations, whom it is for, where, how it is handed over. Pure."""

from typing import Final

import msgspec

from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Turn
from kiosk.journey.services.filing import plan
from kiosk.journey.services.filing.moving import onward
from kiosk.journey.services.filing.questions import form
from kiosk.journey.services.filing.state import Filing, tell, untell, wrong

NEXT: Final = "next"
NONE_CHOSEN: Final = "form.choose_one"


class Choosing(msgspec.Struct, frozen=True):
    """What is asked at a place, and the answers there are."""

    key: str
    title: p.Said
    why: p.Said
    options: tuple[p.Option, ...]
    several: bool = False


def choosing(f: Filing) -> Choosing | None:
    """What is chosen at this place; None where something else is done."""
    if f.at.startswith(plan.ASK):
        return _situation(f)
    match f.at:
        case "parts":
            named = tuple(p.Option(part.slug, part.title, part.summary) for part in f.parts)
            why = (f.of.joint.note if f.of.joint else {}) or p.word("filing.parts_why")
            return Choosing("parts", p.word("filing.parts"), why, named, several=True)
        case "reach":
            return Choosing("reach", p.word("filing.reach"), p.word("filing.reach_why"), _reach(f))
        case "whose":
            options = (
                p.Option("self", p.word("filing.whose_self"), icon="user-round"),
                p.Option("other", p.word("filing.whose_other"), p.word("filing.whose_other_note"), icon="users"),
            )
            return Choosing("whose", p.word("filing.whose"), p.word("filing.whose_why"), options)
        case "by_card":
            options = (
                p.Option("card", p.word("filing.by_card_card"), icon="id-card"),
                p.Option("typed", p.word("filing.by_card_typed"), icon="keyboard"),
            )
            return Choosing("by_card", p.word("filing.by_card"), p.word("filing.principal_why"), options)
        case "present":
            options = (
                p.Option("yes", p.word("filing.present_yes"), icon="signature"),
                p.Option("no", p.word("filing.present_no"), p.word("filing.present_no_note"), icon="file-text"),
            )
            return Choosing("present", p.word("filing.present"), p.word("filing.present_why"), options)
        case "delivery":
            return Choosing("delivery", p.word("filing.delivery"), p.word("filing.delivery_why"), _deliveries(f))
        case "certificate":
            options = (
                p.Option("yes", p.word("filing.certificate_yes"), p.word("filing.certificate_note"), "file-badge"),
                p.Option("no", p.word("filing.certificate_no"), icon="minus"),
            )
            return Choosing("certificate", p.word("filing.certificate"), p.word("filing.certificate_why"), options)
        case _:
            return None


def page(f: Filing, what: Choosing) -> p.Page:
    """Its page."""
    marked = tuple(msgspec.structs.replace(one, chosen=_is_chosen(f, what, one.value)) for one in what.options)
    return p.Page(
        f"filing.{f.at}",
        what.title,
        p.Choose(marked, several=what.several),
        why=what.why,
        main=p.Action(NEXT, p.word("frame.next")),
        personal=bool(f.told),
    )


def touched(f: Filing, known: Known, what: Choosing, event: e.Touch) -> Turn:
    """A choice, and going on with it."""
    match event:
        case e.Chose(value) if value in {one.value for one in what.options}:
            if what.several:
                picked = tuple(one for one in f.picked if one != value) if value in f.picked else (*f.picked, value)
                return Turn(msgspec.structs.replace(f, picked=picked, fault=""))
            return Turn(msgspec.structs.replace(f, typed=value, fault=""))
        case e.Acted(action) if action == NEXT:
            chosen = " ".join(f.picked) if what.several else f.typed
            if not chosen:
                return Turn(wrong(f, NONE_CHOSEN))
            return onward(_told(f, what.key, chosen), known)
        case _:
            return Turn(f)


def label(f: Filing, key: str) -> p.Said:
    """What was chosen, in words."""
    what = choosing(msgspec.structs.replace(f, at=key))
    if what is None:
        return ""
    values = f.answers.get(what.key, "").split() if what.several else [f.answers.get(what.key, "")]
    return p.Listed(tuple(one.label for one in what.options if one.value in values))


def _told(f: Filing, key: str, value: str) -> Filing:
    """Whom it is for decides whose card is reused: what was taken from another's is taken back."""
    if key in ("whose", "by_card") and f.answers.get(key) not in (None, value):
        f = msgspec.structs.replace(f, principal=None, seen=tuple(one for one in f.seen if one != plan.FACTS))
        f = untell(f, *(ask.key for ask in form(f) if ask.card), "principal_name", "principal_number", "sign.principal")
    return tell(f, key, value)


def _situation(f: Filing) -> Choosing | None:
    key = f.at.removeprefix(plan.ASK)
    found = next((one for one in plan.situations(f) if one.key == key), None)
    if found is None:
        return None
    options = tuple(p.Option(answer.value, answer.label, answer.note) for answer in found.answers)
    return Choosing(key, found.question, found.why, options)


def _reach(f: Filing) -> tuple[p.Option, ...]:
    here = p.Option("here", p.word("filing.reach_here"), f.of.department, icon="landmark")
    return (here, *(p.Option(str(at), place, icon="map-pin") for at, place in enumerate(f.of.reach)))


def _deliveries(f: Filing) -> tuple[p.Option, ...]:
    icons = {"fetch": "store", "locker": "package-open", "post": "truck"}
    return tuple(
        p.Option(how, p.word(f"filing.deliver_{how}"), p.word(f"filing.deliver_{how}{_paid(f, how)}"), icon=icons[how])
        for how in f.of.delivery
    )


def _paid(f: Filing, how: str) -> str:
    """What is said of the postage: the item says who pays."""
    return "_unfree_note" if how == "post" and not f.of.post_free else "_note"


def _is_chosen(f: Filing, what: Choosing, value: str) -> bool:
    return value in f.picked if what.several else value == f.typed
