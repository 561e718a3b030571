"""`central export` and the accounts of programs, on the command line."""

import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from central.audit import rules as audit
from central.audit import store as trail
from central.clock import now
from central.enrolment import Refused, opened
from central.exchange import drafting, gathering, items, store
from central.exchange.gathering import What
from central.exchange.pages import MAY
from central.exchange.taking import acting
from central.exchange.taking.acting import Report, Wanted
from central.exchange.taking.files import Kind
from central.exchange.taking.partners import Partner
from central.settings import Settings
from central.web.words import Words

WHO = "command line"


def export(settings: Settings, what: str, first: date, last: date) -> dict[str, Any]:
    """One export of these days of the hall. Raises Refused."""
    try:
        kind = What(what)
    except ValueError:
        message = f"{what!r} cannot be exported; expected one of {', '.join(What)}"
        raise Refused(message) from None
    since, before = (datetime.combine(day, time(), settings.zone) for day in (first, last + timedelta(days=1)))
    with opened(settings) as database:
        with database.writing() as connection:
            trail.note(connection, WHO, audit.EXPORTED, f"export {kind.value}", now(), detail=f"{first} – {last}")
        with database.reading() as connection:
            made = gathering.made(connection, kind, since, before, settings.zone, now())
    return dict(json.loads(msgspec.json.encode(made)))


def import_items(settings: Settings, file: Path, into: Path) -> dict[str, Any]:
    """Items of the provincial schema as files for `central publish catalogue`; all or none. Raises Refused."""
    rows = _rows(file)
    found = items.checked(rows)
    if found["wrong"]:
        first = found["wrong"][0]
        message = f"{file}: row {first['row']} ({first['task_code']}): {first['why']}; nothing was written"
        raise Refused(message)
    into.mkdir(parents=True, exist_ok=True)
    for row in rows:
        item = items.read(row)
        (into / f"{item.slug}.toml").write_text(items.as_toml(item), encoding="utf-8")
    with opened(settings) as database, database.writing() as connection:
        trail.note(connection, WHO, audit.IMPORTED, f"items {file.name}", now(), detail=f"{len(rows)} items")
    return {"items": len(rows), "into": str(into)}


def import_drafts(settings: Settings, file: Path) -> dict[str, Any]:
    """Items of another system as drafts of the catalogue editor; all or none, nothing is published. Raises Refused."""
    rows = _rows(file)
    with opened(settings) as database, database.writing() as connection:
        at = now()
        try:
            found = drafting.begin(connection, rows, WHO, at)
        except items.Malformed as error:
            message = f"{file}: {error}; nothing was kept"
            raise Refused(message) from None
        trail.note(connection, WHO, audit.IMPORTED, f"drafts {file.name}", at, detail=drafting.in_short(found))
    return {"drafts": [msgspec.to_builtins(one) for one in found]}


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        return msgspec.convert(json.loads(file.read_text(encoding="utf-8"))["rows"], list[dict[str, Any]])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{file}: cannot be read ({error}); expected JSON with `rows` in the provincial item schema"
        raise Refused(message) from None


def import_records(settings: Settings, file: Path, kind: Kind, partner: str, source: str) -> Report:
    """Take a file of another system in, all of it or nothing. Raises Refused."""
    try:
        codes, content = Partner(partner), file.read_bytes()
    except ValueError:
        message = f"--codes {partner}: expected one of {', '.join(Partner)}"
        raise Refused(message) from None
    except OSError as error:
        message = f"{file}: cannot be read ({error.strerror}); expected JSON as exports are, or CSV"
        raise Refused(message) from None
    with opened(settings) as database, database.writing() as connection:
        at = now()
        wanted = Wanted(kind, codes, source, file.name, content)
        report = acting.take(connection, wanted, WHO, at, settings.zone)
        trail.note(connection, WHO, audit.IMPORTED, f"import {kind}", at, detail=acting.in_short(wanted, report))
    return report


def as_lines(file: Path, report: Report, words: Words) -> list[str]:
    """What a report says: a line for each fault, or what became of the records."""
    if report.problem:
        return [f"{file}: {words(report.problem)}"]
    if report.faulty:
        told = [
            f"{file}: {one.table} {one.line} {one.field}: "
            f"{words(f'import_fault.{one.what}', value=one.value, expected=one.expected)}"
            for one in report.faults
        ]
        return [f"{file}: {words('imports.refused', count=report.faulty)}", *told]
    counts = [words(f"import_outcome.{name}", count=count) for name, count in report.counts.items() if count]
    loose = [words("imports.loose", count=report.loose)] if report.loose else []
    return [f"{file}: {words('imports.taken')} {'; '.join(counts)}", *loose]


def add_program(settings: Settings, name: str, may: Sequence[str]) -> str:
    """Enter an account of a program; returns its token, which is kept nowhere. Raises Refused."""
    for one in may:
        if one not in MAY:
            message = f"--may {one}: expected one of {', '.join(MAY)}"
            raise Refused(message)
    token = secrets.token_urlsafe(32)
    with opened(settings) as database, database.writing() as connection:
        if not store.add_program(connection, store.Program(name, tuple(may)), token, WHO, now()):
            message = f"{name} is entered already; end it, or take another name"
            raise Refused(message)
        trail.note(connection, WHO, audit.TOKEN_MADE, f"program {name}", now(), detail=" ".join(may))
    return token


def end_program(settings: Settings, name: str) -> bool:
    """Its token opens nothing any more."""
    with opened(settings) as database, database.writing() as connection:
        ended = store.end_program(connection, name, now())
        if ended:
            trail.note(connection, WHO, audit.TOKEN_ENDED, f"program {name}", now())
        return ended
