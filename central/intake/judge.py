"""Judges what has been received: each envelope becomes a row staff can see, or goes to quarantine with a reason."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never

import structlog
from sqlalchemy import Connection

from central.cases import store as cases
from central.complaints import store as complaints
from central.database import Database, is_away
from central.drafts import store as drafts
from central.epochs import store as epochs
from central.feed import store as feed
from central.fleet import store as fleet
from central.handling import store as handling
from central.handling.at_once import store as at_once
from central.handling.rules import doubled
from central.help import store as calls
from central.intake import store
from central.intake.placing import REASONS, trouble_at
from central.intake.rules import Unreadable, read_body
from central.intake.store import Arrived
from central.numbers.returned import store as returned
from central.orders import store as service_orders
from central.queue.day import store as queue_days
from central.reconciliation import store as reconciliation
from central.supplements import store as supplements
from central.surveys import store as surveys
from central.walks import store as walks
from contract.envelope import Envelope
from contract.handling import DoneAtOnce
from contract.messages import (
    NOT_SAVED,
    Body,
    CardLeftBehind,
    CaseFiled,
    CommandDone,
    ComplaintFiled,
    DayClosed,
    DifficultyReported,
    DocumentReported,
    EpochLeft,
    HelpWanted,
    NoticeGiven,
    PaperLeft,
    Purged,
    RatingGiven,
    SettingsRevised,
    SurveyGiven,
    TicketReported,
)
from contract.orders import OrderPlaced
from contract.pages_counted import PagesCounted
from contract.supplements import SupplementGiven
from contract.walks import WalkedThrough

AT_ONCE = 200
Telemetry = CardLeftBehind | SettingsRevised | DayClosed | Purged | CommandDone | EpochLeft

log = structlog.get_logger()


def judge_some(database: Database, clock: Callable[[], datetime]) -> int:
    """Judge the oldest unjudged envelopes; returns how many. Judging one twice changes nothing.

    An envelope the database refuses, or we stumble over, is found by judging its company one by one, and put aside.
    """
    try:
        return _judge(database, clock(), AT_ONCE)
    except Exception as error:
        if is_away(error):
            raise
        log.warning("judged_one_by_one", error=type(error).__name__)
        return _judge(database, clock(), AT_ONCE, give_up=True)


def _judge(database: Database, now: datetime, limit: int, *, give_up: bool = False) -> int:
    with database.writing() as connection:
        arrived = store.unjudged(connection, limit)
        reasons = _judge_alone(connection, arrived) if give_up else judge(connection, arrived)
        for one in arrived:
            if one.id in reasons:
                log.warning("quarantined", envelope=one.id, terminal=one.terminal, lane=one.lane, seq=one.seq)
                store.put_aside(connection, one, reasons[one.id], now)
        store.mark_judged(connection, [one.id for one in arrived], now)
    return len(arrived)


def _judge_alone(connection: Connection, arrived: list[Arrived]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for one in arrived:
        try:
            with connection.begin_nested():
                reasons |= judge(connection, [one])
        except Exception as error:
            if is_away(error):
                raise
            reasons[one.id] = f"it cannot be kept: {type(error).__name__}"
    return reasons


def judge(connection: Connection, arrived: list[Arrived]) -> dict[str, str]:
    """Turn envelopes into their rows. Returns, by envelope id, the reasons of those that cannot be."""
    reasons: dict[str, str] = {}
    bodies: defaultdict[type[Body], list[tuple[cases.Source, Any]]] = defaultdict(list)
    for one in arrived:
        place = (one.terminal, one.epoch, one.lane, one.seq, one.id)
        trouble = trouble_at(place, one.hash, one.raw)
        if trouble is not None:
            reasons[one.id] = REASONS[trouble]
            continue
        try:
            envelope, body = read_body(one.raw)
        except Unreadable as error:
            reasons[one.id] = str(error)
            continue
        if isinstance(body, Telemetry):
            _judge_telemetry(connection, one, envelope, body)
        else:
            source = cases.Source(envelope_id=one.id, terminal=one.terminal, received_at=one.received_at)
            bodies[type(body)].append((source, body))
            if isinstance(body, HelpWanted):
                calls.want(connection, source.terminal, body, envelope.sealed, source.received_at)
    reasons |= cases.file_cases(connection, bodies[CaseFiled])
    kept = [(source, body) for source, body in bodies[CaseFiled] if source.envelope_id not in reasons]
    halls = fleet.halls_of(connection, {source.terminal for source, _ in kept})
    queue_days.enter(connection, kept, halls)
    again = drafts.file(connection, kept)
    handling.note(
        connection, [doubled(body.case_id, body.draft, source.terminal, source.received_at) for source, body in again]
    )
    returned.look_at(connection, [(one.envelope_id, one.terminal, body, one.received_at) for one, body in kept])
    cases.report_tickets(connection, bodies[TicketReported])
    cases.report_documents(connection, bodies[DocumentReported])
    cases.rate(connection, bodies[RatingGiven])
    cases.report_difficulties(connection, bodies[DifficultyReported])
    cases.keep_notices(connection, bodies[NoticeGiven])
    reasons |= complaints.file(connection, bodies[ComplaintFiled])
    reasons |= service_orders.file(connection, bodies[OrderPlaced])
    reasons |= supplements.file(connection, bodies[SupplementGiven])
    at_once.keep(connection, bodies[DoneAtOnce])
    cases.keep_pages_counted(connection, bodies[PagesCounted])
    surveys.keep(connection, [(source.terminal, body) for source, body in bodies[SurveyGiven]])
    walks.keep(connection, bodies[WalkedThrough])
    _papers_left(connection, bodies[PaperLeft])
    return reasons


def _papers_left(connection: Connection, told: list[tuple[cases.Source, PaperLeft]]) -> None:
    """Counted all; what nobody took is fetched by staff."""
    cases.keep_papers_left(connection, told)
    for source, body in told:
        if body.outcome != "taken":
            alarm = fleet.Alarm(source.terminal, "paper_left", body.at, source.received_at, body.device)
            fleet.add_alarm(connection, source.envelope_id, alarm)


def _judge_telemetry(connection: Connection, arrived: Arrived, envelope: Envelope, body: Telemetry) -> None:
    """What a terminal tells of itself."""
    terminal, at = arrived.terminal, arrived.received_at
    match body:
        case CardLeftBehind():
            fleet.add_alarm(connection, arrived.id, fleet.Alarm(terminal, "card_left", body.at, at))
        case SettingsRevised():
            fleet.add_revision(connection, arrived.id, terminal, body, at)
            if body.outcome == NOT_SAVED:
                why = " ".join((body.by, *body.changes))
                fleet.add_alarm(connection, arrived.id, fleet.Alarm(terminal, "settings.not_saved", body.at, at, why))
        case DayClosed():
            accounts = reconciliation.account(connection, terminal, body, envelope.suite, at)
            places = " ".join(f"{one.epoch}/{one.lane}" for one in accounts if one.differs)
            if places:
                alarm = fleet.Alarm(terminal, "reconciliation.differs", body.at, at, detail=places)
                fleet.add_alarm(connection, arrived.id, alarm)
        case Purged():
            fleet.add_purge(connection, arrived.id, terminal, body, at)
        case CommandDone():
            feed.command_done(connection, arrived.id, terminal, body, at)
        case EpochLeft():
            epochs.carried(connection, terminal, envelope.epoch, body)
        case _:
            assert_never(body)
