"""Judges what has been received: each envelope becomes a row staff can see, or goes to quarantine with a reason."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from central.cases import store as cases
from central.database import Database
from central.epochs import store as epochs
from central.feed import store as feed
from central.fleet import store as fleet
from central.intake import store
from central.intake.placing import REASONS, trouble_at
from central.intake.rules import Unreadable, read_body
from central.intake.store import Arrived
from central.numbers import store as numbers
from central.reconciliation import store as reconciliation
from contract.envelope import Envelope
from contract.messages import (
    CardLeftBehind,
    CaseFiled,
    CommandDone,
    DayClosed,
    DifficultyReported,
    DocumentReported,
    EpochLeft,
    Purged,
    RatingGiven,
    SettingsRevised,
    TicketReported,
)

AT_ONCE = 200
Telemetry = CardLeftBehind | SettingsRevised | DayClosed | Purged | CommandDone | EpochLeft

log = structlog.get_logger()


def judge_some(database: Database, clock: Callable[[], datetime]) -> int:
    """Judge the oldest unjudged envelopes; returns how many. Judging one twice changes nothing.

    An envelope the database itself refuses is found by judging its company one by one, and put aside.
    """
    try:
        return _judge(database, clock(), AT_ONCE)
    except OperationalError:
        raise
    except SQLAlchemyError:
        return _judge(database, clock(), 1, give_up=True)


def _judge(database: Database, now: datetime, limit: int, *, give_up: bool = False) -> int:
    with database.writing() as connection:
        arrived = store.unjudged(connection, limit)
        for one in arrived:
            reason = _judge_alone(connection, one) if give_up else judge(connection, one)
            if reason is not None:
                log.warning("quarantined", envelope=one.id, terminal=one.terminal, lane=one.lane, seq=one.seq)
                store.put_aside(connection, one, reason, now)
        store.mark_judged(connection, [one.id for one in arrived], now)
    return len(arrived)


def _judge_alone(connection: Connection, arrived: Arrived) -> str | None:
    try:
        with connection.begin_nested():
            return judge(connection, arrived)
    except SQLAlchemyError as error:
        return f"the database cannot keep it: {type(error).__name__}"


def judge(connection: Connection, arrived: Arrived) -> str | None:
    """Turn one envelope into its row. Returns the reason when it cannot be."""
    place = (arrived.terminal, arrived.epoch, arrived.lane, arrived.seq, arrived.id)
    trouble = trouble_at(place, arrived.hash, arrived.raw)
    if trouble is not None:
        return REASONS[trouble]
    try:
        envelope, body = read_body(arrived.raw)
    except Unreadable as error:
        return str(error)
    source = cases.Source(envelope_id=arrived.id, terminal=arrived.terminal, received_at=arrived.received_at)
    match body:
        case CaseFiled():
            reason = cases.file_case(connection, source, body)
            if reason is None:
                numbers.look_at(connection, arrived.id, arrived.terminal, body, arrived.received_at)
            return reason
        case TicketReported():
            cases.report_ticket(connection, source, body)
        case DocumentReported():
            cases.report_document(connection, source, body)
        case RatingGiven():
            cases.rate(connection, source, body)
        case DifficultyReported():
            cases.report_difficulty(connection, source, body)
        case _:
            _judge_telemetry(connection, arrived, envelope, body)
    return None


def _judge_telemetry(connection: Connection, arrived: Arrived, envelope: Envelope, body: Telemetry) -> None:
    """What a terminal tells of itself."""
    terminal, at = arrived.terminal, arrived.received_at
    match body:
        case CardLeftBehind():
            fleet.add_alarm(connection, arrived.id, fleet.Alarm(terminal, "card_left", body.at, at))
        case SettingsRevised():
            fleet.add_revision(connection, arrived.id, terminal, body, at)
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
