"""What the command line does to the database: enter terminals and accounts, count."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from central import keys
from central.audit import rules as audit
from central.audit import store as trail
from central.cases import store as cases
from central.clock import now
from central.database import Database
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.identity import codes
from central.identity import rules as identity_rules
from central.identity import store as identity
from central.intake import store as intake
from central.intake.signers import public_key
from central.mendable import MendableError
from central.numbers import store as numbers
from central.people import rules as people_rules
from central.people import store as people
from central.people.passwords import Passwords
from central.people.rights import Role, exclusion
from central.relays import store as relays
from central.settings import Settings, database_url
from central.upward import joining

ON_THE_SERVER = "command line"
"""Who did it, in the audit trail: nobody logs in to the server's own command line."""
RELAY_SERIES = "ZZ"
"""A hall's node counts no numbers of its own at the centre: the last label there is."""


class Refused(MendableError):
    """What was asked cannot be done; the message says what was expected."""


@dataclass(frozen=True)
class Wanted:
    """A terminal as it was typed in."""

    id: str
    public_key: str
    key_id: str | None
    hall: str
    place: str
    series: str


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of these settings, migrated."""
    database = Database(database_url(settings))
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def add_terminal(settings: Settings, wanted: Wanted, *, replace: bool) -> dict[str, Any]:
    """Enter a terminal; returns what it must know of the centre. The same key again changes nothing. Raises Refused."""
    _need(fleet_rules.TERMINAL_ID.match(wanted.id), "--id", "letters, digits, . _ -, at most 40")
    _need(fleet_rules.KEY_ID.match(wanted.key_id or wanted.id), "--key-id", "letters, digits, . _ : -, at most 80")
    try:
        key = public_key(wanted.public_key)
    except ValueError as error:
        raise Refused(str(error)) from None
    ours = keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)
    hall = settings.hall_of(wanted.hall)
    with opened(settings) as database, database.writing() as connection:
        try:
            series = numbers.label_for(connection, hall, wanted.id, wanted.series)
            new = fleet.NewTerminal(wanted.id, key, wanted.key_id, hall, wanted.place, series)
            terminal, signer = fleet.add(connection, new, now(), replace=replace)
        except (fleet.Conflict, numbers.LabelTaken) as error:
            raise Refused(str(error)) from None
    return {
        "terminal": terminal.id,
        "epoch": terminal.epoch,
        "key_id": signer.key_id,
        "hall": terminal.hall,
        "place": terminal.place,
        "series": terminal.series,
        "url": settings.public_url or (f"http://{settings.host}:{settings.port}" if settings.port else ""),
        "signing_keys": _listed(ours.signing_public()),
        "sealing_keys": _listed(_theirs(settings) | ours.sealing_public()),
    }


def _theirs(settings: Settings) -> dict[str, str]:
    """At a hall: what its centre's keys are sealed to as well."""
    if settings.role != "hall":
        return {}
    found = joining.load(settings).joined.sealing_keys
    return {key.id: base64.b64encode(key.key).decode() for key in found}


def enrol_code(settings: Settings, wanted: codes.Wanted) -> tuple[str, identity_rules.Code]:
    """A one-time code for a terminal: told once, kept nowhere. Raises CodeRefused and Refused."""
    wanted = msgspec.structs.replace(wanted, hall=settings.hall_of(wanted.hall))
    with opened(settings) as database:
        with database.reading() as connection:
            try:
                series = numbers.label_for(connection, wanted.hall, wanted.terminal, wanted.series)
            except numbers.LabelTaken as error:
                raise Refused(str(error)) from None
        wanted = msgspec.structs.replace(wanted, series=series)
        while True:
            text, code = codes.make(wanted, "command line", now())
            with database.writing() as connection:
                if identity.keep_code(connection, code):
                    return text, code


def hall_code(settings: Settings, relay: str, hall: str, minutes: int) -> tuple[str, identity_rules.Code]:
    """Enter a hall's node and make the code it joins with; again for its successor. Raises CodeRefused and Refused."""
    _need(settings.role == "centre", "`role`", "the centre's settings: a hall node joins, it has none behind it")
    wanted = codes.Wanted(relay, hall, "", RELAY_SERIES, "000000", "0000", minutes)
    text, code = codes.make(wanted, "command line", now())
    with opened(settings) as database, database.writing() as connection:
        try:
            relays.enter(connection, relay, hall, "command line", now())
        except relays.Taken as error:
            raise Refused(str(error)) from None
        while not identity.keep_code(connection, code):
            text, code = codes.make(wanted, "command line", now())
    return text, code


def revoke(settings: Settings, terminal: str, why: str) -> int:
    """Cut a terminal off; returns how many of its keys were in use. Raises Refused for one that is not entered."""
    with opened(settings) as database, database.writing() as connection:
        if fleet.find(connection, terminal) is None:
            raise Refused(f"terminal {terminal}: not entered here; the first page lists those that are")
        return len(identity.revoke(connection, terminal, "command line", why, now()))


def as_toml(told: dict[str, Any]) -> str:
    """The same for a person: the `[centre]` section of kiosk.toml, ready to paste."""
    lines = [
        f"# {told['terminal']}: entered, epoch {told['epoch']}, signs as {told['key_id']}. For its kiosk.toml:",
        "[centre]",
        f'url = "{told["url"]}"',
    ]
    for name in ("signing_keys", "sealing_keys"):
        entries = ", ".join(f'{{ id = "{key["id"]}", key = "{key["key"]}" }}' for key in told[name])
        lines.append(f"{name} = [{entries}]")
    return "\n".join(lines) + "\n"


def add_user(
    settings: Settings,
    name: str,
    password: str,
    *,
    replace: bool,
    roles: Sequence[str] = (),
    halls: Sequence[str] = (),
) -> bool:
    """Enter an account; with `replace` give an old one a new password. True if it is new. Raises Refused.

    Who may do this on the server may do anything: an account that was closed or waits for its release opens too.

    Without `roles` a new account has all business and an old one what it had; without `halls` likewise.
    """
    _need(people_rules.NAME.match(name), "the name", "letters, digits, . _ @ -, at most 40")
    problem = people_rules.password_problem(password)
    if problem is not None:
        raise Refused(problem)
    granted = _roles(roles)
    hashed = Passwords().hash(password)
    with opened(settings) as database, database.writing() as connection:
        if people.exists(connection, name) and not replace:
            raise Refused(f"{name} is entered already; `--replace` gives it this password")
        at = now()
        new = people.set_user(connection, name, hashed, at, roles=granted, halls=tuple(halls) or None)
        act, detail = audit.ACCOUNT_MADE if new else audit.PASSWORD_RESET, " ".join((*(granted or ()), *halls))
        trail.note(connection, ON_THE_SERVER, act, f"account {name}", at, detail=detail)
        return new


def _roles(named: Sequence[str]) -> tuple[Role, ...] | None:
    known = {role.value for role in Role}
    for name in named:
        _need(name in known, "--role", f"one of {', '.join(sorted(known))}")
    problem = exclusion(Role(name) for name in named) if named else None
    if problem is not None:
        raise Refused(problem)
    return tuple(Role(name) for name in named) or None


def counts(settings: Settings) -> dict[str, int]:
    """What the database holds, over all days."""
    with opened(settings) as database, database.reading() as connection:
        found = cases.count(connection)
        return {
            "cases": found["cases"],
            "numbers": found["numbers"],
            "envelopes": intake.count(connection),
            "tickets_printed": found["tickets_printed"],
        }


def listed(settings: Settings) -> list[dict[str, str]]:
    """Every case, as `cases.store.everything` tells it."""
    with opened(settings) as database, database.reading() as connection:
        return cases.everything(connection)


def _listed(found: dict[str, str]) -> list[dict[str, str]]:
    return [{"id": key_id, "key": key} for key_id, key in found.items()]


def _need(holds: object, name: str, expected: str) -> None:
    if not holds:
        raise Refused(f"{name}: expected {expected}")
