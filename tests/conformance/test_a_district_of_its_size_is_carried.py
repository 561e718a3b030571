"""ZZ-17: 110,000 cases and 250,000 events a year, 440 cases a working day with a peak of five times that, a catalogue
of 300 items: published, listed and found; every list answers page by page.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from central import keys
from central.cases.rules import PAGE_SIZE
from central.cases.tables import cases
from central.exchange.items import as_toml
from central.feed import acts, rules
from central.feed import store as feed
from central.intake.tables import envelopes
from central.progress.tables import case_people, case_steps
from contract.catalogue import Item
from contract.feed import PULL_MAX_BYTES
from kiosk import spelling
from kiosk.journey.search import Index
from tests.conformance.clerk import SERVICES, Clerk, clerk

FULL = bool(os.environ.get("SUIBAN_FULL"))
ITEMS, A_DAY, PEAK = 300, 440, 5
DAYS = 250 if FULL else 2
CASES, EVENTS = (110_000, 250_000) if FULL else (A_DAY * (PEAK + 1), 6_000)
WITHIN_SECONDS = 5.0
"""Of the processor for a page, however much the machine does beside."""


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    yield from clerk(tmp_path)


def three_hundred() -> list[Item]:
    """Items of this house many times over, each with a name, a code and a place of its own."""
    known = [msgspec.toml.decode(path.read_bytes(), type=Item) for path in sorted(SERVICES.glob("*.toml"))]
    plain = [item for item in known if item.joint is None]
    made = []
    for number in range(ITEMS):
        item = plain[number % len(plain)]
        basic = f"{item.basic_code[:9]}{number:03}"
        made.append(
            msgspec.structs.replace(
                item,
                slug=f"{item.slug[:50]}-{number}",
                title={**item.title, "zh-Hans": f"{item.title['zh-Hans']}（第{number}类）"},
                basic_code=basic,
                implementation_code=f"{item.department_code}3{basic}",
            )
        )
    return made


def seconds(staff: Clerk, path: str) -> tuple[float, str]:
    began = time.process_time()
    shown = staff.page(path)
    return time.process_time() - began, shown


@pytest.mark.slow
def test_three_hundred_items_are_published_listed_and_found(staff: Clerk) -> None:
    items, centre = three_hundred(), staff.running.centre
    drafts = [rules.catalogue_draft(one.slug, as_toml(one).encode(), "boss") for one in items]
    acts.direct(centre.database, keys.load(Path(centre.settings.keys_dir)), drafts, centre.clock(), "")
    for path in ("/items", "/catalogue"):
        took, shown = seconds(staff, path)
        assert all(one.title["zh-Hans"] in shown for one in items), path
        assert took < WITHIN_SECONDS, (path, took)
    came: set[str] = set()
    cursor = 0
    with centre.database.reading() as connection:
        while page := feed.pull_for(connection, [staff.terminal.id], cursor, PULL_MAX_BYTES, centre.clock())[0]:
            came |= {one.key for one in page}
            cursor = page[-1].seq
    assert {one.slug for one in items} <= came
    index = Index(items, spelling.spell(items))
    began = time.process_time()
    for number in (0, 150, ITEMS - 1):
        found = index.find(f"第{number}类", items)
        assert [one.slug for one in found if one.title["zh-Hans"].endswith(f"（第{number}类）")] == [items[number].slug]
    assert index.find("ggtgxb", items) or index.nearest("gtgs", items, 5)
    assert time.process_time() - began < WITHIN_SECONDS


def filled(staff: Clerk) -> datetime:
    """Years of a district: the newest day is a peak of five times the usual. Returns its noon."""
    centre = staff.running.centre
    noon = centre.clock().astimezone(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
    key_id = centre.blind.key_id

    def row(number: int) -> dict[str, object]:
        days = 0 if number < A_DAY * PEAK else 1 + (number - A_DAY * PEAK) % max(1, DAYS - 1)
        at = noon - timedelta(days=days) + timedelta(seconds=number % (A_DAY * PEAK))
        return {
            "case_id": f"c{number:06}",
            "envelope_id": f"e{number:06}",
            "terminal": staff.terminal.id,
            "case_number": f"6101160001{at:%Y%m%d}{number:06}X",
            "item_kind": "filing",
            "item": f"item-{number % ITEMS}",
            "item_version": 1,
            "item_title": f"第{number % ITEMS}类事项",
            "implementation_code": "1" * 31,
            "queue": "A",
            "number": f"A{number:06}",
            "business_date": (noon - timedelta(days=days)).date().isoformat(),
            "filed_at": at.isoformat(),
            "masked_name": "张*",
            "language": "zh-Hans",
            "received_at": at,
        }

    steps = ("accepted", "completed", "decided")
    with centre.database.writing() as connection:
        for first in range(0, CASES, 10_000):
            rows = [row(number) for number in range(first, min(CASES, first + 10_000))]
            came = [
                {
                    "id": one["envelope_id"],
                    "terminal": staff.terminal.id,
                    "epoch": 999,
                    "lane": "cases",
                    "seq": first + at,
                    "hash": f"{first + at:064x}",
                    "raw": b"",
                    "received_at": one["received_at"],
                    "judged_at": one["received_at"],
                }
                for at, one in enumerate(rows, 1)
            ]
            connection.execute(insert(envelopes), came)
            connection.execute(insert(cases), rows)
            people = [{"case_id": one["case_id"], "person": "", "key_id": key_id, "at": noon} for one in rows]
            connection.execute(insert(case_people), people)
        for first in range(0, EVENTS, 10_000):
            told = [
                {
                    "case_id": f"c{number % CASES:06}",
                    "step": steps[number // CASES],
                    "note": "",
                    "by_whom": "boss",
                    "at": noon,
                }
                for number in range(first, min(EVENTS, first + 10_000))
            ]
            connection.execute(insert(case_steps), told)
    return noon


@pytest.mark.slow
def test_the_cases_and_events_of_a_district_are_paged_through(staff: Clerk) -> None:
    noon = filled(staff)
    counted = staff.running.query("SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM case_steps)")
    assert counted == [(CASES, EVENTS)]
    day = noon.date().isoformat()
    last = A_DAY * PEAK // PAGE_SIZE
    took, first_page = seconds(staff, f"/cases?day={day}")
    assert f"{A_DAY * PEAK}" in first_page
    assert f"A{A_DAY * PEAK - 1:06}" in first_page
    assert took < WITHIN_SECONDS
    took, last_page = seconds(staff, f"/cases?day={day}&page={last}")
    assert "A000000" in last_page
    assert "A000000" not in first_page
    assert took < WITHIN_SECONDS
    number = str(staff.running.query("SELECT case_number FROM cases WHERE case_id = 'c000007'")[0][0])
    answer = staff.running.client.get(f"/find-case?number={number}", follow_redirects=False)
    assert answer.headers["location"] == "/cases/c000007"
    for path in ("/", "/ratings", "/handling", "/unclaimed", "/tasks", "/supervision", "/complaints", "/reports"):
        took, _ = seconds(staff, path)
        assert took < WITHIN_SECONDS, (path, took)
