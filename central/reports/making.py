"""Makes a report: reads its facts in one look, puts it together, sets it in every form, and keeps it once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from central.catalogue_lint import rules as catalogue_lint
from central.catalogue_lint.policies import switched_on
from central.centre import Centre
from central.complaints.store import worktime
from central.database import Transaction
from central.disclosure.everybody import for_everybody
from central.ratings import store as ratings
from central.reports import document as documents
from central.reports import setting, sheets, store, word
from central.reports.composing import cases, lists, voices
from central.reports.composing.head import RULES, Head
from central.reports.document import Document
from central.reports.facts import Facts
from central.reports.gathering import store as gathering
from central.reports.periods import PUBLIC, Kind, Period
from central.reports.store import File, Kept
from central.supervision.rules import RULES as WATCHED
from central.web.words import Words
from contract.catalogue import DEFAULT_LANGUAGE

MACHINE = "系统"
"""Who made what nobody asked for."""


def make(centre: Centre, kind: Kind, period: Period, *, who: str = MACHINE, again: bool = False) -> Kept | None:
    """Make and keep a report of a period; `again` as the next version of what is there.

    None where it had been made. Takes seconds.
    """
    now = centre.clock()
    with centre.database.reading() as connection:
        version = store.next_version(connection, kind, period.name) if again else 1
        made = compose(connection, centre, kind, period, now, version)
    for_all = for_everybody(made) if kind in PUBLIC else None
    files = [*_files("staff", made), *(_files("everybody", for_all) if for_all is not None else ())]
    body = documents.canonical(made)
    kept = Kept(
        f"{kind.value.replace('_', '-')}-{period.name}-v{version}",
        kind.value,
        period.name,
        version,
        now,
        centre.clock(),
        who,
        made.n,
        hashlib.sha256(body).hexdigest(),
        None,
        None,
        None,
        None,
    )
    with centre.database.writing() as connection:
        public = documents.canonical(for_all) if for_all is not None else None
        return kept if store.keep(connection, kept, body, public, files) else None


def rule_names() -> dict[str, str]:
    """What supervision calls its rules, by their key."""
    words = Words(DEFAULT_LANGUAGE)
    return {key: words(f"card_rule.{key}") for key in WATCHED}


def compose(
    connection: Transaction, centre: Centre, kind: Kind, period: Period, now: datetime, version: int
) -> Document:
    """What it says, out of one consistent look at the database."""
    settings = centre.settings
    head = Head(
        settings.hall,
        settings.reports.responsible,
        period,
        now,
        now,
        settings.zone,
        worktime(connection, now),
        version,
        RULES | rule_names(),
    )
    found = facts_of(connection, centre, period, now=kind is Kind.CHECK)
    if kind is Kind.NOTICE:
        return cases.notice(head, found)
    if kind is Kind.REVIEW:
        return cases.review(head, found)
    if kind is Kind.SUMMARY:
        return cases.summary(head, found, facts_of(connection, centre, period.before))
    if kind is Kind.CHECK:
        today = now.astimezone(settings.zone).date()
        soon = gathering.due_between(connection, today + timedelta(days=1), cases.soon(today, head))
        return cases.check(head, found, soon, _lint(connection, found))
    if kind is Kind.TRIPS:
        return lists.trips(head, found, last_trips(connection, period.name))
    if kind is Kind.WORK:
        return lists.work(head, found)
    suspicious = gathering.suspicious(connection, *moments(centre, period))
    if kind is Kind.HONOURS:
        return voices.honours(head, found, settings.reports.least_ratings, suspicious)
    called = {key: text[DEFAULT_LANGUAGE] for key, text in ratings.reasons(connection, now).items()}
    return voices.ratings(head, found, settings.reports.least_ratings, called, suspicious)


def facts_of(connection: Transaction, centre: Centre, period: Period, *, now: bool = False) -> Facts:
    """What a period's reports are computed from."""
    begins, ends = moments(centre, period)
    return gathering.facts(connection, begins, ends, period.first, period.last, now=now)


def moments(centre: Centre, period: Period) -> tuple[datetime, datetime]:
    """From the first moment of a period until before the first after it, in the hall's zone."""
    begins = datetime.combine(period.first, time(), centre.settings.zone)
    return begins, datetime.combine(period.last + timedelta(days=1), time(), centre.settings.zone)


def last_trips(connection: Transaction, before: str) -> Document | None:
    """The list of the last period before this one."""
    kept = store.newest(connection, Kind.TRIPS, before)
    body = store.document(connection, kept.report_id) if kept is not None else None
    return documents.read(body) if body else None


def _lint(connection: Transaction, found: Facts) -> Sequence[tuple[str, str]]:
    told, policies = [], switched_on(connection)
    for item in found.items:
        linted = catalogue_lint.of_item(item, policies)
        told += [(item.title[DEFAULT_LANGUAGE], one.told(DEFAULT_LANGUAGE)) for one in linted.findings]
    return told


def _files(audience: str, document: Document) -> list[File]:
    made = {"pdf": setting.pdf(document), "xlsx": sheets.xlsx(document), "docx": word.docx(document)}
    return [File(audience, form, body, hashlib.sha256(body).hexdigest()) for form, body in made.items()]
