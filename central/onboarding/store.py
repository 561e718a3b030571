"""Terminals that are to come, in the database."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.bulk import among
from central.database import add_if_new, read
from central.identity.tables import enrol_codes
from central.onboarding.rules import Onboarding
from central.onboarding.tables import onboardings


def add(connection: Connection, one: Onboarding) -> bool:
    """Ask for one. False where that terminal was asked for."""
    return add_if_new(connection, onboardings, msgspec.structs.asdict(one))


def listed(connection: Connection) -> list[Onboarding]:
    """The newest first."""
    found = select(onboardings).order_by(onboardings.c.asked_at.desc()).limit(200)
    return [read(row, Onboarding) for row in connection.execute(found).mappings()]


def find(connection: Connection, terminal: str) -> Onboarding | None:
    """The one of a terminal."""
    row = connection.execute(select(onboardings).where(onboardings.c.terminal == terminal)).mappings().first()
    return None if row is None else read(row, Onboarding)


def decide(connection: Connection, terminal: str, who: str, now: datetime, *, agrees: bool) -> bool:
    """Somebody else than who asked agrees or not, once. False otherwise."""
    open_ = (
        (onboardings.c.terminal == terminal)
        & onboardings.c.agreed_at.is_(None)
        & onboardings.c.refused_by.is_(None)
        & (onboardings.c.asked_by != who)
    )
    values = {"agreed_by": who, "agreed_at": now} if agrees else {"refused_by": who}
    return bool(connection.execute(update(onboardings).where(open_).values(**values)).rowcount)


def serve(connection: Connection, terminal: str, who: str, now: datetime) -> bool:
    """It is in service from now on. False where it is."""
    open_ = (onboardings.c.terminal == terminal) & onboardings.c.in_service_at.is_(None)
    values = {"in_service_by": who, "in_service_at": now}
    return bool(connection.execute(update(onboardings).where(open_).values(**values)).rowcount)


def with_code(connection: Connection, terminals: Collection[str]) -> set[str]:
    """Those of these a code was made for."""
    found = select(enrol_codes.c.terminal).where(among(connection, enrol_codes.c.terminal, set(terminals)))
    return set(connection.execute(found.distinct()).scalars())


def agreed(connection: Connection, terminal: str) -> bool:
    """Whether a second person has agreed to a terminal."""
    found = find(connection, terminal)
    return found is not None and found.agreed_at is not None
