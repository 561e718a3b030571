"""The review of a filing, and the case that is made of it. Pure."""

from typing import Final

import msgspec

from contract.messages import Filed, Holder
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.masking import mask_id_number, mask_name
from kiosk.journey.service import Known, Then, Turn
from kiosk.journey.services.filing import choosing, credit, papers, plan, scanning
from kiosk.journey.services.filing.moving import arrive, reopen
from kiosk.journey.services.filing.questions import (
    about_principal,
    chosen_parts,
    fees,
    form,
    is_personal,
    masked,
    posting,
    shown,
)
from kiosk.journey.services.filing.state import Filing, Way

SUBMIT: Final = "submit"


def page(f: Filing, known: Known) -> p.Page:
    """Everything that will be kept, each with its "change"."""
    return p.Page(
        "filing.review",
        p.word("review.title"),
        p.Check(_rows(f, known)),
        why=p.word("review.why", department=f.of.department),
        main=p.Action(SUBMIT, p.word("review.submit"), "check"),
        personal=True,
    )


def touched(f: Filing, known: Known, event: e.Touch) -> Turn:
    """To change something, or to have it kept."""
    match event:
        case e.AnswerReopened(key) if place := _place(f, known, key):
            return reopen(f, known, place)
        case e.Acted(action) if action == SUBMIT:
            missing = plan.first(f, known)
            if missing != plan.REVIEW:
                return arrive(msgspec.structs.replace(f, revising=plan.REVIEW), known, missing)
            kept = _without_orphans(f, known)
            let_go = tuple(
                e.DropScan(known.visit, scan_id)
                for lodged in f.lodged
                if lodged not in kept.lodged
                for scan_id in lodged.scans
            )
            return Turn(kept, let_go, Then.SAVE, answers=answers(kept, known), filed=filed(kept, known))
        case _:
            return Turn(f)


def answers(f: Filing, known: Known) -> tuple[tuple[str, str], ...]:
    """What is sealed with the case: the answers of this way, materials, signatures, who acts for whom, consents."""
    told = f.answers
    keys = [situation.key for situation in plan.situations(f)]
    keys += [ask.key for ask in form(f)]
    ways = [place.removeprefix(plan.FORM) for place in plan.places(f, known)]
    keys += [key for key in ways if key in told and key not in keys and not key.startswith(plan.ASK)]
    kept = [(key, told.get(key, "")) for key in keys]
    if chosen := told.get("reach", ""):
        kept = [pair for pair in kept if pair[0] != "reach"]
        kept.append(("reach", _reached(f, chosen)))
    if f.for_another:
        kept += [] if "consent" in dict(kept) else [("consent", told.get("consent", ""))]
        kept += _principal(f.principal)
    for material in papers.materials(f):
        if material.code and (way := _way(f, known, material.code)) is not None:
            lodged = f.paper(material.code)
            found = lodged.found if lodged else ""
            kept.append(
                (f"paper.{material.code}", " ".join(one for one in (way, papers.LEVELS.get(way, ""), found) if one))
            )
    return tuple(kept)


def filed(f: Filing, known: Known) -> Filed:
    """What the centre may judge by without opening the seal: nothing personal."""
    missing = tuple(material.code for material in papers.left_out(f, known))
    return Filed(
        missing=missing,
        joint=tuple(part.slug for part in chosen_parts(f)),
        delivery=f.answers.get("delivery", "") if f.of.delivery else "",
        agent=f.for_another,
        reach=_reached(f, f.answers.get("reach", "here")) if f.of.reach else "",
        promised=tuple(material.code for material in papers.promised(f, known)),
        credit=credit.outcome(f, known) if missing else "",
        certificate=f.of.digital_certificate and f.answers.get("certificate") == "yes",
        draft=f.draft_of or (f.draft.draft_id if f.draft is not None else ""),
    )


def _rows(f: Filing, known: Known) -> tuple[p.Row, ...]:
    rows = [p.Row("", p.word("review.item"), f.of.title, personal=False)]
    if known.holder is not None:
        who = "filing.agent" if f.for_another else "person.name"
        rows.append(p.Row("", p.word(who), mask_name(_named(known.holder))))
        number = known.holder.id_number or known.holder.pass_number
        rows.append(p.Row("", p.word("person.number"), mask_id_number(number)))
    if f.for_another and f.principal is not None:
        rows.append(p.Row("", p.word("filing.principal_name"), mask_name(_named(f.principal))))
    for place in plan.places(f, known):
        rows += _row(f, known, place)
    for fee in fees(f):
        what = p.word("filing.fee_per", amount=p.Money(fee.standard_fen), per=fee.per)
        rows.append(p.Row("", fee.name, p.Listed((what, fee.basis), "clause"), personal=False))
    return tuple(rows)


def _row(f: Filing, known: Known, place: str) -> list[p.Row]:
    """What was answered at a place. The card's facts stand one by one."""
    if place == plan.FACTS:
        on_card = [ask for ask in form(f) if f"{plan.FORM}{ask.key}" not in plan.places(f, known)]
        subject = f.subject(known)
        return [
            p.Row(ask.key, ask.label, masked(ask, f.answers.get(ask.key, ""), subject), is_personal(ask))
            for ask in on_card
        ]
    if place.startswith(plan.FORM):
        key = place.removeprefix(plan.FORM)
        ask = next(ask for ask in (*form(f), *posting(), *about_principal()) if ask.key == key)
        return [p.Row(key, ask.label, shown(ask, f.answers.get(key, "")), is_personal(ask))]
    if place.startswith(plan.PAPER):
        material = papers.find(f, place.removeprefix(plan.PAPER))
        lodged = f.paper(place.removeprefix(plan.PAPER))
        if material is None or lodged is None:
            return []
        return [p.Row(place, material.name, scanning.level(lodged.way), personal=False)]
    what = choosing.choosing(msgspec.structs.replace(f, at=place))
    return [] if what is None else [p.Row(place, what.title, choosing.label(f, place), personal=False)]


def _place(f: Filing, known: Known, key: str) -> str:
    """The place a row stands for; empty for none."""
    if key in plan.places(f, known) and choosing.choosing(msgspec.structs.replace(f, at=key)) is not None:
        return key
    if key.startswith(plan.PAPER) and key in plan.places(f, known):
        return key
    asked = {ask.key for ask in form(f)} | {place.removeprefix(plan.FORM) for place in plan.places(f, known)}
    return f"{plan.FORM}{key}" if key in asked and "." not in key and key not in _NO_ROWS else ""


_NO_ROWS: Final = frozenset(
    {plan.NEEDS, plan.CARD, plan.FACTS, plan.REVIEW, "consent", "principal", "promise", "tolerance"}
)


def _way(f: Filing, known: Known, code: str) -> Way | None:
    if any(material.code == code for material in papers.by_card(f, known)):
        return Way.CARD
    lodged = f.paper(code)
    return lodged.way if lodged is not None and lodged.whole else None


def _without_orphans(f: Filing, known: Known) -> Filing:
    """Materials an earlier answer wanted and the last one does not."""
    wanted = {material.code for material in papers.asked_for(f, known)}
    return msgspec.structs.replace(f, lodged=tuple(lodged for lodged in f.lodged if lodged.code in wanted))


def _reached(f: Filing, chosen: str) -> str:
    return f.of.reach[int(chosen)]["zh-Hans"] if chosen.isdecimal() else "here"


def _principal(holder: Holder | None) -> list[tuple[str, str]]:
    if holder is None:
        return []
    return [("principal_name", holder.name or holder.latin_name), ("principal_number", holder.id_number)]


def _named(holder: Holder) -> str:
    return holder.name or holder.latin_name
