"""What is known of the handling of cases, put together: for their citizens, and for staff on the page of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

import msgspec

from central.centre import Centre
from central.cities import store as cities
from central.cities.rules import Away
from central.credit import store as credit
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.handling import rules, store, told
from central.handling.counters import store as counters
from central.handling.counters.rules import Counted
from central.handling.rules import Correction, Refusal, Transfer
from central.handling.told import Handled
from central.lifecycle import shown as life
from central.openings import store as openings
from central.openings.store import Opening
from central.progress import rules as progress_rules
from central.progress import store as progress
from central.progress.rules import Known
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, say
from contract.handling import CorrectionTold, RefusalTold
from contract.routes import Decision


class Shown(msgspec.Struct, frozen=True):
    """Everything staff see of one case's handling."""

    known: Known
    way: Text
    why: tuple[Text, ...]
    corrections: list[Correction]
    refusal: Refusal | None
    transfers: list[Transfer]
    unit: str
    owner: str
    units: list[str]
    counted: Counted
    over: bool
    result_by: Text
    flagged: bool
    """A person of the case has a record of credit: a person decides about papers to be brought."""
    unasked: bool
    """The terminal offered 容缺 while nobody could be asked."""
    credit_looks: list[Opening]
    away: Away | None
    cities: list[str]


def handled(
    centre: Centre, connection: Transaction, known: Sequence[Known], items: Mapping[str, Item | None]
) -> dict[str, Handled]:
    """By case, as its citizen reads it."""
    ids = [case.case_id for case in known]
    corrections, refusals = store.corrections(connection, ids), store.refusals(connection, ids)
    routes, transfers = store.routes(connection, ids), store.transfers(connection, ids)
    lives = life.told(centre, connection, known)
    asked = {one.case_id for one in store.proposals(connection, ids) if one.decided_at is None}
    found = {}
    for case in known:
        mine_is = lives[case.case_id]
        mine = [one for one in corrections if one.case_id == case.case_id]
        refusal = refusals.get(case.case_id)
        unit = rules.unit_now([one for one in transfers if one.case_id == case.case_id], "")
        where = _where(centre, items[case.item])
        found[case.case_id] = Handled(
            corrections=tuple(_correction(one, case, where, centre.settings.zone) for one in mine),
            refusal=_refusal(refusal, case, where, centre.settings.zone) if refusal else None,
            decided=None if refusal else routes.get(case.case_id),
            unit=unit,
            promise=mine_is.promise if mine_is.promise != case.promise_date else None,
            days_left=mine_is.days_left,
            paused=mine_is.paused,
            signing=mine_is.signing,
            asked_leader=case.case_id in asked,
        )
    return found


def _where(centre: Centre, item: Item | None) -> dict[str, str]:
    if item is None:
        return {"office": centre.settings.hall, "place": centre.settings.hall, "phone": centre.settings.help_phone}
    place = " ".join((say(item.place, DEFAULT_LANGUAGE), say(item.window, DEFAULT_LANGUAGE)))
    return {"office": say(item.department, DEFAULT_LANGUAGE), "place": place, "phone": item.consultation_phone}


def _correction(one: Correction, case: Known, where: dict[str, str], zone: tzinfo) -> CorrectionTold:
    return CorrectionTold(one.notice_id, _at(one.at, zone), one.wrong, one.until, applicant=case.masked_name, **where)


def _refusal(one: Refusal, case: Known, where: dict[str, str], zone: tzinfo) -> RefusalTold:
    return RefusalTold(
        one.notice_id,
        _at(one.at, zone),
        one.refused.value,
        one.reason,
        one.next_steps,
        applicant=case.masked_name,
        **where,
    )


def _at(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def decided(centre: Centre, connection: Transaction, case_id: str) -> Decision:
    """The way of a case by what is known now."""
    known = progress.known(connection, case_id)
    item = catalogue.find(connection, known.item, centre.clock())
    refused = case_id in store.refusals(connection, [case_id])
    return progress_rules.decided(known, progress.steps(connection, [case_id])[case_id], item, refused=refused)


def of_case(centre: Centre, connection: Transaction, case_id: str) -> Shown:
    """One case as staff see it. Source and day of a record of credit are not in it: a look at them is logged."""
    known = progress.known(connection, case_id)
    way = store.routes(connection, [case_id]).get(case_id) or decided(centre, connection, case_id)
    transfers = store.transfers(connection, [case_id])
    person = progress.person_of(connection, case_id)
    flags = credit.of_person(connection, person) if person else []
    today = centre.today()
    return Shown(
        known=known,
        way=told.way(way),
        why=told.why(way),
        corrections=store.corrections(connection, [case_id]),
        refusal=store.refusals(connection, [case_id]).get(case_id),
        transfers=transfers,
        unit=rules.unit_now(transfers, centre.settings.hall),
        owner=centre.settings.hall,
        units=store.units(connection),
        counted=counters.counted(connection, today, today, case_id)[0],
        over=rules.is_over(progress.steps(connection, [case_id])[case_id]),
        result_by=told.result_by(known.filed_as.delivery, known.channel, known.terminal),
        flagged=bool(flags),
        unasked=known.missing not in ("", "[]") and known.filed_as.credit != "asked",
        credit_looks=openings.of(connection, openings.CREDIT, [case_id]),
        away=cities.find(connection, case_id),
        cities=sorted(centre.settings.cities.offices),
    )
