"""Going through a filing: on, back, and to what is to be changed. Pure."""

import msgspec

from kiosk.journey import events as e
from kiosk.journey.service import Known, Then, Turn
from kiosk.journey.services.filing import credit, papers, plan
from kiosk.journey.services.filing.questions import as_typed, card_fact, every
from kiosk.journey.services.filing.state import Filing, Lodged, Way, fresh, lodge


def onward(f: Filing, known: Known) -> Turn:
    """To the next place of the way."""
    return arrive(f, known, plan.after(f, known, f.at))


def arrive(f: Filing, known: Known, place: str) -> Turn:
    """Show this place as it was left. The card is the shell's: it is asked for from where the citizen stands."""
    if place == plan.CARD:
        return Turn(msgspec.structs.replace(f, fault="", asked=""), then=Then.CARD)
    if place == plan.NEEDS and not plan.worth_telling(f):
        told = msgspec.structs.replace(f, seen=(*f.seen, plan.NEEDS))
        return arrive(told, known, plan.after(told, known, plan.NEEDS))
    there = msgspec.structs.replace(fresh(f), at=place, revising="" if place == f.revising else f.revising)
    if place.startswith(plan.PAPER) and credit.wanted(there, known, papers.find(there, place.removeprefix(plan.PAPER))):
        return credit.ask(there, known)
    return Turn(_as_left(there, known))


def back(f: Filing, known: Known) -> Turn:
    """To the place before with every answer kept; out of the filing where there is none. A picture nobody has taken is
    let go of.
    """
    drop = (e.DropScan(known.visit, f.shot.scan_id),) if f.shot and f.shot.scan_id else ()
    place = plan.before(f, known, f.at)
    if not place:
        return Turn(f, (*drop, *dropped(f, known)), then=Then.BACK)
    return arrive(f, known, place)._replace(effects=drop)


def reopen(f: Filing, known: Known, place: str) -> Turn:
    """Change an answer and come back."""
    return arrive(msgspec.structs.replace(f, revising=f.at), known, place)


def dropped(f: Filing, known: Known) -> tuple[e.Effect, ...]:
    """Every picture that was kept: it goes with nothing."""
    return tuple(e.DropScan(known.visit, scan_id) for lodged in f.lodged for scan_id in lodged.scans)


def _as_left(f: Filing, known: Known) -> Filing:
    """What was answered here before is on the page again."""
    key = f.at.removeprefix(plan.ASK).removeprefix(plan.FORM)
    kept = f.answers.get(key, "")
    ask = every(f).get(key) if f.at.startswith(plan.FORM) else None
    if f.at.startswith(plan.PAPER):
        return _at_paper(f, known)
    if ask is None:
        if f.at != "parts":
            return msgspec.structs.replace(f, typed=kept)
        chosen = kept.split() if kept else [part.slug for part in f.parts]
        return msgspec.structs.replace(f, picked=tuple(chosen))
    if key not in f.answers:
        kept = card_fact(ask, f.subject(known))
    if ask.kind.value == "several":
        return msgspec.structs.replace(f, picked=tuple(kept.split()))
    if ask.kind.value == "address":
        code, *_, rest = kept.split("|") if "|" in kept else ("", kept)
        return msgspec.structs.replace(f, picked=(code,) if code else (), typed=rest)
    return msgspec.structs.replace(f, typed=as_typed(ask, kept))


def _at_paper(f: Filing, known: Known) -> Filing:
    """Straight to the camera where there is nothing else to choose."""
    code = f.at.removeprefix(plan.PAPER)
    lodged, what = f.paper(code), papers.find(f, code)
    only_scan = what is not None and papers.ways(f, known, what) == (papers.Offered(Way.SCAN),)
    if lodged is None and what is not None and only_scan and not papers.never_later(f, known, what):
        return lodge(f, Lodged(code, Way.SCAN))
    return msgspec.structs.replace(f, typed=lodged.way.value if lodged else "")
