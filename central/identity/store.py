"""Codes, certificates and revocations in the database."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, insert, read
from central.fleet import store as fleet
from central.fleet.rules import Terminal
from central.fleet.tables import terminal_keys, terminals
from central.identity.rules import ALARM_UNDER, CERTIFICATE_DAYS, Code
from central.identity.tables import certificates, enrol_codes, revocations

KEEP_CODES = timedelta(days=30)


class Certificate(msgspec.Struct, frozen=True):
    """One certificate given to a terminal."""

    serial: str
    terminal: str
    tls_key: str
    issued_at: datetime
    not_after: datetime
    pem: str


class Revocation(msgspec.Struct, frozen=True):
    """A key that was cut off, by whom and why."""

    terminal: str
    key_id: str
    at: datetime
    by_whom: str
    why: str


class Standing(msgspec.Struct, frozen=True):
    """What a terminal may still do: `revoked` says who cut it off, `until` how long its certificate lasts."""

    revoked: Revocation | None
    until: datetime | None
    running_out: bool


def keep_code(connection: Connection, code: Code) -> bool:
    """Enter a new code; those of a month ago are forgotten. False when its first characters are taken."""
    connection.execute(enrol_codes.delete().where(enrol_codes.c.made_at < code.made_at - KEEP_CODES))
    return add_if_new(connection, enrol_codes, msgspec.structs.asdict(code))


def code(connection: Connection, lookup: str, *, lock: bool = False) -> Code | None:
    """A code by its first characters; with `lock` nobody else changes it meanwhile."""
    asked = select(enrol_codes).where(enrol_codes.c.lookup == lookup)
    row = connection.execute(asked.with_for_update() if lock else asked).mappings().one_or_none()
    return None if row is None else read(row, Code)


def codes(connection: Connection, since: datetime) -> list[Code]:
    """The codes made since then, the newest first."""
    asked = select(enrol_codes).where(enrol_codes.c.made_at >= since).order_by(enrol_codes.c.made_at.desc())
    return [read(row, Code) for row in connection.execute(asked).mappings()]


def count_wrong(connection: Connection, lookup: str) -> None:
    """One more wrong try."""
    of_code = update(enrol_codes).where(enrol_codes.c.lookup == lookup)
    connection.execute(of_code.values(wrong=enrol_codes.c.wrong + 1))


def claim(connection: Connection, lookup: str, keys: str, fingerprint: str, now: datetime) -> None:
    """Whoever asked first with the right secret: from now on only these keys."""
    of_code = update(enrol_codes).where(enrol_codes.c.lookup == lookup, enrol_codes.c.asked_keys.is_(None))
    connection.execute(of_code.values(asked_keys=keys, fingerprint=fingerprint, asked_at=now))


def confirm(connection: Connection, lookup: str, who: str) -> bool:
    """A person compared the six digits. False where nobody asks with this code."""
    waiting = enrol_codes.c.lookup == lookup, enrol_codes.c.asked_keys.is_not(None), enrol_codes.c.used_at.is_(None)
    done = update(enrol_codes).where(*waiting).values(confirmed_by=who).returning(enrol_codes.c.lookup)
    return connection.execute(done).first() is not None


def use(connection: Connection, lookup: str, answer: bytes, now: datetime) -> None:
    """The code is used; its answer is kept for who lost it."""
    connection.execute(update(enrol_codes).where(enrol_codes.c.lookup == lookup).values(used_at=now, answer=answer))


def enter(connection: Connection, code: Code, public_key: bytes, now: datetime) -> tuple[Terminal, str]:
    """Enter the terminal of a code, or give it this key and this place; returns it and its key id."""
    new = fleet.NewTerminal(code.terminal, public_key, None, code.hall, code.place, code.series)
    terminal, signer = fleet.add(connection, new, now, replace=True)
    place = {"hall": code.hall, "place": code.place, "series": code.series}
    connection.execute(update(terminals).where(terminals.c.id == code.terminal).values(**place))
    return msgspec.structs.replace(terminal, **place), signer.key_id


def keep_certificate(connection: Connection, made: Certificate) -> None:
    """Enter a certificate that was given out."""
    connection.execute(insert(connection, certificates).values(**msgspec.structs.asdict(made)))


def certificate_of(connection: Connection, terminal: str) -> Certificate | None:
    """The certificate a terminal was given last."""
    found = select(certificates).where(certificates.c.terminal == terminal).order_by(certificates.c.not_after.desc())
    row = connection.execute(found.limit(1)).mappings().first()
    return None if row is None else read(row, Certificate)


def certificate_for(connection: Connection, terminal: str, tls_key: str, fresh_since: datetime) -> Certificate | None:
    """A certificate of this key that was given out lately: asked again, it is the answer again."""
    asked = select(certificates).where(
        certificates.c.terminal == terminal,
        certificates.c.tls_key == tls_key,
        certificates.c.issued_at >= fresh_since,
    )
    row = connection.execute(asked.order_by(certificates.c.issued_at.desc()).limit(1)).mappings().first()
    return None if row is None else read(row, Certificate)


def running_out(connection: Connection, before: datetime) -> list[tuple[str, datetime]]:
    """Terminals in use whose newest certificate ends before then, and when; those without one are not meant."""
    last = func.max(certificates.c.not_after)
    in_use = select(terminal_keys.c.terminal).where(terminal_keys.c.retired_at.is_(None))
    asked = (
        select(certificates.c.terminal, last.label("until"))
        .where(certificates.c.terminal.in_(in_use))
        .group_by(certificates.c.terminal)
        .having(last < before)
        .order_by(certificates.c.terminal)
    )
    found = connection.execute(asked).all()
    return [
        (terminal, until if isinstance(until, datetime) else datetime.fromisoformat(until)) for terminal, until in found
    ]


def revoke(connection: Connection, terminal: str, who: str, why: str, now: datetime) -> list[str]:
    """Cut a terminal off: none of its keys is accepted from now on; what it sent stays. Returns the keys' ids."""
    in_use = terminal_keys.c.terminal == terminal, terminal_keys.c.retired_at.is_(None)
    cut = list(
        connection.execute(
            update(terminal_keys).where(*in_use).values(retired_at=now).returning(terminal_keys.c.key_id)
        ).scalars()
    )
    for key_id in cut:
        row = {"terminal": terminal, "key_id": key_id, "at": now, "by_whom": who, "why": why}
        connection.execute(insert(connection, revocations).values(**row))
    return cut


def revocation_of(connection: Connection, key_id: str) -> Revocation | None:
    """Who cut this key off last, where it is not in use again under another key."""
    asked = select(revocations).where(revocations.c.key_id == key_id).order_by(revocations.c.at.desc()).limit(1)
    row = connection.execute(asked).mappings().first()
    return None if row is None or fleet.signer(connection, key_id) is not None else read(row, Revocation)


def retired_keys(connection: Connection) -> int:
    """How many keys were ever replaced or cut off. It only rises: the same number says that none was since."""
    asked = select(func.count()).select_from(terminal_keys).where(terminal_keys.c.retired_at.is_not(None))
    return connection.execute(asked).scalar_one()


def standing_of(connection: Connection, terminal: str, now: datetime) -> Standing:
    """The standing of one terminal."""
    last = certificate_of(connection, terminal)
    asked = select(revocations).where(revocations.c.terminal == terminal).order_by(revocations.c.at.desc()).limit(1)
    row = connection.execute(asked).mappings().first()
    cut = row is not None and fleet.signer_of(connection, terminal) is None
    return Standing(
        revoked=read(row, Revocation) if row is not None and cut else None,
        until=last.not_after if last else None,
        running_out=last is not None and last.not_after - now < ALARM_UNDER,
    )


def revoked_keys(connection: Connection, terminal: str) -> list[bytes]:
    """The public keys of a terminal that were cut off, which never come back."""
    cut = select(revocations.c.at).where(revocations.c.terminal == terminal)
    asked = select(terminal_keys.c.public_key).where(
        terminal_keys.c.terminal == terminal, terminal_keys.c.retired_at.in_(cut)
    )
    return list(connection.execute(asked).scalars())


RECENT = timedelta(days=CERTIFICATE_DAYS) - timedelta(days=31)
"""A certificate younger than this is not due yet."""
