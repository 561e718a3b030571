"""The way through a filing: every place it has for these answers, in order, and which of them are settled. Pure.

An item has only the places whose part it has; an answer may add places, take some away, or end the way (`stop`).
"""

from typing import Final

import msgspec

from contract.catalogue import Identity
from contract.offering import Situation, SituationAnswer, holds
from kiosk.journey.service import Known
from kiosk.journey.services.filing import credit
from kiosk.journey.services.filing.papers import asked_for, left_out, promised
from kiosk.journey.services.filing.questions import about_principal, card_fact, chosen_parts, form, posting
from kiosk.journey.services.filing.state import Filing, Way

CARD: Final = "card"
STOP: Final = "stop"
NEEDS: Final = "needs"
FACTS: Final = "facts"
REVIEW: Final = "review"
PAPER: Final = "paper."
FORM: Final = "form."
ASK: Final = "ask."
SIGN: Final = "sign."
CERTIFICATE: Final = "certificate"
AFTER: Final = ("pay", "act", "after")
"""Places behind the case: nothing before them can be changed any more."""
STAGES: Final = ("needs", "card", "form", "papers", "review", "last")


def situations(f: Filing) -> tuple[Situation, ...]:
    """The plain questions that are asked for these answers; each key once."""
    asked: dict[str, Situation] = {}
    for item in (f.of, *chosen_parts(f)):
        for situation in item.situations:
            if situation.key not in asked and holds(situation.when, f.answers):
                asked[situation.key] = situation
    return tuple(asked.values())


def stopped(f: Filing) -> SituationAnswer | None:
    """The answer that ends the way here."""
    answers = f.answers
    chosen = (
        answer
        for situation in situations(f)
        for answer in situation.answers
        if answers.get(situation.key) == answer.value
    )
    return next((answer for answer in chosen if answer.stop), None)


def places(f: Filing, known: Known) -> tuple[str, ...]:
    """Every place of the way, from the first question to what comes after the case."""
    if f.saved is not None:
        return AFTER
    found = ["parts"] if f.parts else []
    found += ["reach"] if f.of.reach else []
    found += ["whose"] if f.of.agents else []
    for situation in situations(f):
        found.append(f"{ASK}{situation.key}")
        if any(answer.stop and f.answers.get(situation.key) == answer.value for answer in situation.answers):
            return (*found, STOP)
    found.append(NEEDS)
    found += [CARD] if f.of.identity is not Identity.NONE else []
    found += _agency(f)
    found += _form(f, known)
    found += _delivery(f)
    found += [f"{PAPER}{material.code}" for material in asked_for(f, known)]
    found += _signed(f, known)
    return (*found, REVIEW)


def settled(f: Filing, known: Known, place: str) -> bool:
    """Whether this place has got what it wants."""
    if place == CARD:
        return f.carded
    if place in (NEEDS, FACTS, "consent", "promise", "tolerance"):
        return place in f.seen
    if place == "principal":
        return f.principal is not None
    if place.startswith(PAPER):
        lodged = f.paper(place.removeprefix(PAPER))
        return lodged is not None and lodged.whole and not (lodged.way is Way.LATER and credit.refused(f, known))
    if place in (REVIEW, STOP):
        return False
    return place.removeprefix(ASK).removeprefix(FORM) in f.answers


def after(f: Filing, known: Known, place: str) -> str:
    """Where the way goes on behind `place`; when an answer is changed, to the next open place or back to the review."""
    way = places(f, known)
    if f.revising == FACTS:
        return FACTS
    if f.revising:
        return next((one for one in way if not settled(f, known, one)), REVIEW)
    here = way.index(place) if place in way else -1
    return next((one for one in way[here + 1 :] if one != CARD or not f.carded), REVIEW)


def first(f: Filing, known: Known) -> str:
    """The first place that is open: where a filing begins, and where a draft goes on."""
    way = places(f, known)
    return next((one for one in way if not settled(f, known, one)), REVIEW)


def before(f: Filing, known: Known, place: str) -> str:
    """The place one goes back to; empty where the way begins."""
    if f.revising:
        return f.revising
    way = places(f, known)
    behind = way[: way.index(place)] if place in way else way
    stops = [one for one in behind if one != CARD and (one != NEEDS or worth_telling(f))]
    return stops[-1] if stops else ""


def worth_telling(f: Filing) -> bool:
    """Whether there is more to tell of what is needed than the item's card has told."""
    item = f.of
    return bool(item.situations or item.notes or item.joint or item.agents or item.tolerance or materials_of(f, 2))


def materials_of(f: Filing, least: int) -> bool:
    """Whether there are at least so many materials."""
    return len([material for item in (f.of, *chosen_parts(f)) for material in item.materials]) >= least


def stage(place: str) -> str:
    """Which step of the bar a place belongs to."""
    if place in AFTER:
        return "last"
    if place == REVIEW:
        return "review"
    if place.startswith((PAPER, SIGN)) or place in ("promise", "tolerance"):
        return "papers"
    if place in (CARD, "consent", "principal", "by_card", "present") or place.removeprefix(FORM) in {
        ask.key for ask in about_principal()
    }:
        return "card"
    return "form" if place in (FACTS, "delivery", CERTIFICATE) or place.startswith(FORM) else "needs"


def stages(f: Filing, known: Known) -> tuple[str, ...]:
    """The steps of the bar for this filing."""
    before_saved = msgspec.structs.replace(f, saved=None)
    there = {stage(place) for place in places(before_saved, known)} | {"review", "last"}
    first_stage = "needs" if worth_telling(f) else "item"
    return (first_stage, *(one for one in STAGES if one in there and one != "needs"))


def _agency(f: Filing) -> list[str]:
    """Whoever files for another says so, agrees to it, and names the principal (BJ-23, BJ-24)."""
    if not f.for_another:
        return []
    found = ["consent", "by_card"]
    asks = about_principal()
    if f.answers.get("by_card") == "card":
        return [*found, "principal", f"{FORM}{asks[-1].key}", "present"]
    return [*found, *(f"{FORM}{ask.key}" for ask in asks), "present"]


def _form(f: Filing, known: Known) -> list[str]:
    asks = form(f)
    on_card = [ask.key for ask in asks if card_fact(ask, f.subject(known))]
    rest = [f"{FORM}{ask.key}" for ask in asks if ask.key not in on_card]
    return [*([FACTS] if on_card else []), *rest]


def _signed(f: Filing, known: Known) -> list[str]:
    found: list[str] = []
    if promised(f, known):
        found += ["promise", f"{SIGN}promise"]
    if left_out(f, known):
        found += ["tolerance", f"{SIGN}tolerance"]
    if f.for_another:
        found += [f"{SIGN}principal"] if f.answers.get("present") == "yes" else []
        found += [f"{SIGN}agent"]
    return found


def _delivery(f: Filing) -> list[str]:
    if not f.of.delivery:
        return []
    posted = f.answers.get("delivery") == "post"
    certificate = [CERTIFICATE] if f.of.digital_certificate else []
    return ["delivery", *(f"{FORM}{ask.key}" for ask in posting() if posted), *certificate]
