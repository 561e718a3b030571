"""Looks at everything that may need a person, every few seconds, and tells whoever is on duty."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from central.cases import rules as case_rules
from central.cases import store as cases
from central.centre import Centre
from central.database import Transaction
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.help import rules as roster
from central.help import store as duty
from central.identity import store as identity
from central.identity.rules import ALARM_UNDER
from central.intake import store as intake
from central.matters import rules, store
from central.matters.rules import Condition, Matter
from central.messages import store as messages
from central.messages.rules import Purpose
from central.relays import rules as hall_rules
from central.relays import store as hall_nodes

EVERY_SECONDS = 10.0
TEMPLATE = "paging"

log = structlog.get_logger()


def look(centre: Centre) -> None:
    """One look. Two at once write what one would."""
    now = centre.clock()
    with centre.database.reading() as connection:
        standing = store.standing(connection)
        so = _conditions(centre, connection, now)
        unheard = _unheard(connection, now)
        so += [_alarm(*one, halls=_halls(connection)) for one in store.new_alarms(connection, now)]
    found = rules.compare(standing, so, now, unheard)
    changed = bool(found.begun or found.changed or found.gone)
    if changed:
        with centre.database.writing() as connection:
            store.write(connection, found)
    if _tell(centre, now) or changed:
        centre.live.changed()


def _halls(connection: Transaction) -> dict[str, str]:
    return {terminal.id: terminal.hall for terminal in fleet.everyone(connection)}


def _unheard(connection: Transaction, now: datetime) -> list[str]:
    """Terminals nothing is known of, as their hall's node is silent."""
    states = fleet.now_of(connection).values()
    after = fleet_rules.HALL_SILENT_AFTER
    return [one.terminal for one in states if one.hall_heard_at is not None and now - one.hall_heard_at > after]


def _hall_nodes(connection: Transaction, now: datetime) -> list[Condition]:
    """Halls that are not heard, or whose records do not come up."""
    said, cut = hall_nodes.now_of(connection), hall_nodes.revoked(connection)
    found = []
    for hall in hall_nodes.everyone(connection):
        stands = hall_rules.standing(hall, said.get(hall.id), (), now, revoked=hall.id in cut)
        if stands.needs_somebody and stands.seen_at is not None:
            detail = str(stands.waiting) if stands.online else ""
            severity = "soon" if stands.online and not stands.stopped else "act"
            found.append(Condition("hall_node", hall.id, hall.id, hall.hall, severity, stands.seen_at, detail))
    return found


def _conditions(centre: Centre, connection: Transaction, now: datetime) -> list[Condition]:
    states = fleet.now_of(connection)
    terminals = fleet.everyone(connection)
    halls = {terminal.id: terminal.hall for terminal in terminals}
    found = [
        condition
        for terminal in terminals
        for condition in rules.conditions_of(fleet_rules.card(terminal, states.get(terminal.id), now), now)
    ]
    found += _hall_nodes(connection, now)
    for name, until in identity.running_out(connection, now + ALARM_UNDER):
        detail = until.astimezone(centre.settings.zone).date().isoformat()
        found.append(Condition("certificate", name, name, halls.get(name, ""), "act", now, detail))
    for one in cases.waiting_prints(connection):
        ticket = one.ticket
        detail = f"paper.{ticket.outcome}|{one.case.number if one.case else ticket.serial or ''}"
        place = (ticket.envelope_id, ticket.terminal, halls.get(ticket.terminal, ""))
        found.append(Condition(rules.PRINT, *place, "act", ticket.received_at, detail, by_hand=True))
    today = centre.today().isoformat()
    for case in cases.unreported(connection, today, now - case_rules.SILENT_AFTER):
        place = (case.case_id, case.terminal, halls.get(case.terminal, ""))
        found.append(Condition(rules.SILENT, *place, "act", case.received_at, case.number, by_hand=True))
    for aside in intake.quarantined(connection):
        place = (aside.envelope_id, aside.terminal, halls.get(aside.terminal, ""))
        found.append(Condition(rules.ASIDE, *place, "soon", aside.at, aside.reason, by_hand=True))
    for conflict in intake.conflicts_open(connection):
        subject = f"{conflict.terminal}/{conflict.epoch}/{conflict.lane}/{conflict.seq}"
        place = (subject, conflict.terminal, halls.get(conflict.terminal, ""))
        found.append(Condition(rules.CONFLICT, *place, "soon", conflict.received_at, by_hand=True))
    return found


def _alarm(alarm_id: str, alarm: fleet.Alarm, halls: dict[str, str]) -> Condition:
    severity = "soon" if alarm.kind in _CALM else "act"
    detail = f"alarm.{alarm.kind}" + (f"|{alarm.detail[:80]}" if alarm.detail else "")
    hall = halls.get(alarm.terminal, "")
    return Condition(rules.ALARM, alarm_id, alarm.terminal, hall, severity, alarm.received_at, detail, by_hand=True)


_CALM = {"epoch.opened", "settings.not_saved", "paper_left"}


def _tell(centre: Centre, now: datetime) -> bool:
    """Whoever's turn it is, and what nobody took comes first."""
    with centre.database.reading() as connection:
        waiting = [one for one in store.standing(connection).values() if rules.rung(one, now) is not None]
        officers = duty.on_duty(connection, roster.URGENT, now, centre.settings.zone) if waiting else []
        told = store.rings(connection, [one.matter_id for one in waiting])
        lately = store.told_lately(connection, now) if waiting else set()
    turns = [(one, rules.rung(one, now) or 0) for one in waiting]
    fresh: dict[str, list[tuple[Matter, int]]] = {}
    for one, turn in turns:
        known = {ring.rung for ring in told.get(one.matter_id, [])}
        if turn < len(officers) and turn not in known:
            fresh.setdefault(officers[turn], []).append((one, turn))
    late = [one.matter_id for one in waiting if rules.is_escalated(one, officers, now) and not one.escalated]
    fresh = {who: listed for who, listed in fresh.items() if who not in lately}
    if not fresh and not late:
        return False
    with centre.database.writing() as connection:
        phones = store.phones(connection)
        for who, listed in sorted(fresh.items()):
            new = [one for one, turn in listed if store.ring(connection, one, turn, who, now)]
            if new and who in phones:
                _write_to(connection, centre, phones[who][1], new, f"{new[0].matter_id}~{who}", now)
        store.escalate(connection, late, now)
    if fresh:
        centre.caretaker.ring("messages")
        log.info("duty_told", officers=sorted(fresh), items=sum(map(len, fresh.values())))
    return True


def _write_to(
    connection: Transaction, centre: Centre, sealed: bytes, new: Iterable[Matter], about: str, now: datetime
) -> None:
    listed = sorted(new, key=rules.order)
    values = {"hall": centre.settings.hall, "terminal": listed[0].terminal, "count": str(len(listed))}
    messages.queue_message(
        connection, Purpose.PAGING, about, sealed, TEMPLATE, values, now, until=now + rules.STAND_IN_AFTER
    )
