"""The monthly notice over many cases, made as the centre makes it by itself: figures, page, PDF, sheet and Word."""

import os
import secrets
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.postgres import Postgres
from central import keys
from central.bulk import add_many
from central.cases.tables import cases, ratings
from central.centre import Centre, open_centre
from central.intake.tables import envelopes
from central.progress.tables import case_steps
from central.reports.making import make
from central.reports.periods import Kind, Length, period_of
from contract.codes import Satisfaction

_ITEMS: Final = ("social-card", "real-estate-transfer", "flexible-employment-insurance", "household-registration")
_MONTH: Final = date(2026, 9, 1)
_NOW: Final = datetime(2026, 10, 9, 2, tzinfo=UTC)
_SEED: Final = 1


def measured(folder: Path, server: Postgres, amount: int) -> dict[str, Any]:
    """A month of `amount` cases, and how long each kind of report of it takes."""
    folder.mkdir()
    keys.make(folder / "keys")
    config = folder / "central.toml"
    config.write_text(f'hall = "Bench"\ndatabase_url = "{server.create("report")}"\n', encoding="utf-8")
    centre = open_centre(config, lambda: _NOW)
    try:
        _fill(centre, amount)
        return {"report_cases": amount} | _made(centre)
    finally:
        centre.database.close()


def _made(centre: Centre) -> dict[str, Any]:
    found, cpu = {}, time.process_time()
    for kind, length in ((Kind.NOTICE, Length.MONTH), (Kind.REVIEW, Length.MONTH), (Kind.SUMMARY, Length.QUARTER)):
        began = time.perf_counter()
        kept = make(centre, kind, period_of(length, _MONTH))
        if kept is None or kept.n == 0:
            message = f"the report {kind} counted nothing: {kept}"
            raise RuntimeError(message)
        found[kind.value] = round(time.perf_counter() - began, 2)
    return {
        "report_seconds": max(found.values()),
        "report_seconds_of": found,
        "report_cpu_seconds": round(time.process_time() - cpu, 2),
        "report_cores": os.cpu_count(),
    }


def _fill(centre: Centre, amount: int) -> None:
    chance = Random(_SEED)  # noqa: S311 - a load, nobody's secret
    rows: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    rated: list[dict[str, Any]] = []
    for number in range(amount):
        case_id, filed = secrets.token_hex(16), _moment(chance)
        rows.append(_case(case_id, number, filed, chance))
        done = filed + timedelta(hours=chance.expovariate(1 / 30))
        for step, at in (("accepted", filed), ("decided", done)):
            steps.append({"case_id": case_id, "step": step, "note": "", "by_whom": "window-01", "at": at})
        if chance.random() < 0.3:
            level = chance.choice(list(Satisfaction))
            rated.append(_rating(case_id, level.value, done))
    sent = [_envelope(number, row) for number, row in enumerate([*rows, *rated])]
    with centre.database.writing() as connection:
        for table, those in ((envelopes, sent), (cases, rows), (case_steps, steps), (ratings, rated)):
            for start in range(0, len(those), 2000):
                add_many(connection, table, those[start : start + 2000])


def _moment(chance: Random) -> datetime:
    day = datetime(_MONTH.year, _MONTH.month, 1 + chance.randrange(28), 1, tzinfo=UTC)
    return day + timedelta(minutes=chance.randrange(480))


def _case(case_id: str, number: int, filed: datetime, chance: Random) -> dict[str, Any]:
    local = filed + timedelta(hours=8)
    return {
        "case_id": case_id, "envelope_id": secrets.token_hex(16), "terminal": f"GL-{chance.randrange(1, 60):02}",
        "case_number": f"610117GL01{local:%Y%m%d}{number:06}X", "item_kind": "filing", "item": chance.choice(_ITEMS),
        "item_version": 1, "item_title": "不动产转移登记", "implementation_code": "11610117MB2A10002B3002014001003",
        "queue": "B", "number": f"B1-{number:06}", "business_date": f"{local:%Y-%m-%d}",
        "filed_at": f"{local:%Y-%m-%dT%H:%M:%S}+08:00", "masked_name": "张*", "language": "zh-Hans",
        "promise_date": f"{local + timedelta(days=chance.randrange(1, 10)):%Y-%m-%d}", "received_at": filed,
        "hall": f"hall-{chance.randrange(8)}", "tier": "leased", "helped_by": "", "missing": "[]",
        "missing_until": None, "how": "{}", "booking_id": "", "draft": "", "channel": "terminal",
    }  # fmt: skip


def _envelope(number: int, case: dict[str, Any]) -> dict[str, Any]:
    return {
        "terminal": "GL-01", "epoch": 1, "lane": "cases", "seq": number + 1, "id": case["envelope_id"],
        "hash": "0" * 64, "raw": b"{}", "received_at": case["received_at"], "trouble": None,
        "judged_at": case["received_at"],
    }  # fmt: skip


def _rating(case_id: str, level: str, at: datetime) -> dict[str, Any]:
    return {
        "envelope_id": secrets.token_hex(16), "terminal": "GL-01", "case_id": case_id, "satisfaction": level,
        "at": at.isoformat(), "received_at": at, "tags": "[]", "tags_version": 0, "again": 0, "item": "",
    }  # fmt: skip
