"""What the centre does by itself about papers that may come later: reminds, suspends or returns, and lets go on."""

from datetime import date, timedelta

import structlog

from central.caretaker import each
from central.centre import Centre
from central.database import Transaction
from central.handling import store as handling
from central.handling.rules import is_over
from central.intake import store as intake
from central.lifecycle import store as life
from central.lifecycle.rules import SYSTEM, Special
from central.lifecycle.way import clock_of
from central.messages import store as messages
from central.messages.numbers import seal_number
from central.messages.rules import Purpose
from central.progress import later
from central.progress import store as progress
from central.progress.rules import Did, Known, Step
from central.tolerance import rules, store
from central.tolerance.rules import Reminder, Stage, Way
from central.unseal import CannotOpen, open_case
from contract import envelope

EVERY_SECONDS = 60.0
_LATE = timedelta(days=60)
RETURN = "return"

log = structlog.get_logger()


def turn(centre: Centre) -> None:
    """One turn: every case that owes something, each in a transaction of its own. Said again it changes nothing."""
    first, last = (centre.today() - _LATE).isoformat(), (centre.today() + rules.FIRST).isoformat()
    after = ""
    while True:
        with centre.database.reading() as connection:
            some = store.owing(connection, first, last, after)
        if not some:
            return
        after = some[-1].case_id
        _look_at(centre, some)


def _look_at(centre: Centre, some: list[Known]) -> None:
    today = centre.today()
    with centre.database.reading() as connection:
        known = later.without_brought(connection, some)
        given = store.given(connection, [case.case_id for case in known])
        steps = progress.steps(connection, [case.case_id for case in known])
        stopped = life.pauses(connection, [case.case_id for case in known])
    changed: list[Known] = []

    def look(case: Known) -> None:
        brought = case.missing == "[]" or any(step.step is Did.COMPLETED for step in steps[case.case_id])
        if brought:
            mine = any(one.ended_at is None and one.by_whom == SYSTEM for one in stopped[case.case_id])
            if mine and _go_on(centre, case):
                changed.append(case)
        elif not is_over(steps[case.case_id]) and case.missing_until:
            stage = rules.due(date.fromisoformat(case.missing_until), today, given[case.case_id])
            if stage is not None and _remind(centre, case, stage):
                changed.append(case)

    each(known, look)
    if changed:
        centre.live.changed()


def _go_on(centre: Centre, case: Known) -> bool:
    with centre.database.writing() as connection:
        handling.lock(connection, case.case_id)
        clock = clock_of(centre, connection)
        return life.restart_clock(connection, clock, case.case_id, SYSTEM, "材料已补齐", "")


def _remind(centre: Centre, case: Known, stage: Stage) -> bool:
    mobile = _mobile(centre, case)
    with centre.database.writing() as connection:
        if not handling.lock(connection, case.case_id):
            return False
        # Somebody may have decided, or its citizen brought the paper, since the look that led here.
        steps = progress.steps(connection, [case.case_id])[case.case_id]
        if is_over(steps) or any(step.step is Did.COMPLETED for step in steps):
            return False
        now = centre.clock()
        way = Way.MESSAGE if mobile else Way.STAFF
        one = Reminder(case.case_id, stage, way, now, done_at=now if mobile else None)
        if not store.remind(connection, one):
            return False
        if mobile:
            filled = {"number": case.case_number, "day": case.missing_until or ""}
            template = "tolerance_over" if stage is Stage.OVERDUE else "tolerance"
            about = f"{case.case_id}:{stage.value}"
            sealed = seal_number(centre.fresh_keys(), mobile)
            messages.queue_message(connection, Purpose.TOLERANCE, about, sealed, template, filled, now)
        if stage is Stage.OVERDUE:
            _overdue(centre, connection, case)
    centre.caretaker.ring("messages")
    log.info("tolerance_reminded", case=case.case_id, stage=stage, way=way)
    return True


def _overdue(centre: Centre, connection: Transaction, case: Known) -> None:
    """By rule the case is suspended until the paper comes, or returned with what to do next."""
    now = centre.clock()
    if centre.settings.tolerance_overdue == RETURN:
        note = f"{rules.OVERDUE_REASON}。接下来：{rules.NEXT_STEPS}"
        progress.add_step(connection, case.case_id, Step(Did.RETURNED, note, progress.BY_ITSELF, now))
        return
    special = Special(
        f"late-{case.case_id}", case.case_id, "other", rules.OVERDUE_REASON, rules.OVERDUE_BASIS, case.masked_name,
        centre.settings.hall, SYSTEM, now,
    )  # fmt: skip
    life.stop_clock(connection, clock_of(centre, connection), special)


def _mobile(centre: Centre, case: Known) -> str:
    """The number its citizen left, for the gateway alone; the trace says that it was read."""
    if not centre.settings.opens_sealed:
        return ""
    with centre.database.reading() as connection:
        raw = intake.raw_of(connection, progress.envelope_of(connection, case.case_id))
    wrapped = envelope.decode(raw)
    if wrapped.sealed is None:
        return ""
    try:
        content = open_case(centre.fresh_keys(), wrapped.sealed, case.terminal, case.case_id)
        mobile = content.answers.get("mobile", "")
        seal_number(centre.keys, mobile)
    except (CannotOpen, ValueError):
        return ""
    return mobile
