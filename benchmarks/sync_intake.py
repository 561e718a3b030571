"""What the centre takes in a second: pushes of one record and of many, and heartbeats; beside the database's limit."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2

from benchmarks.postgres import Postgres
from benchmarks.sync_centre import RunningCentre, Terminal, centre, cpu_seconds, enter
from benchmarks.sync_load import load
from contract.envelope import Lane
from contract.suites import SigningKey

BATCH: Final = 50
LONGEST_SECONDS: Final = 15.0
"""Longer than this the judge is not waited for."""
HEARTBEATS_PER_SECOND: Final = 100_000 / 30
"""Of 100,000 terminals, one every 30 seconds."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    seconds: int
    connections: int
    pushes_each: int
    batches_each: int
    heartbeats: int
    terminals: int


FULL: Final = Size(seconds=6, connections=256, pushes_each=60, batches_each=6, heartbeats=10_000, terminals=100_000)
QUICK: Final = Size(seconds=1, connections=8, pushes_each=12, batches_each=1, heartbeats=64, terminals=128)
WARM_UP: Final = 2
"""Pushes of each connection that are not counted: first contact, plans, imports."""

SETTLING: Final = 2
"""Heartbeats of each terminal between its first and those that are counted. A worker looks what a terminal lacks of
numbers when it hears it first, and every ten minutes: with two workers one in eight that are counted is such a look,
as it is one in ten in life."""


def on_postgres(folder: Path, server: Postgres, size: Size, workers: int) -> dict[str, Any]:
    """The intake on PostgreSQL beside pgbench's upserts of the same row in the same minutes."""
    octets = _row_octets()
    singles = server.upserts(size.seconds, octets, 1, 32)
    batches = server.upserts(size.seconds, octets, BATCH, 4)
    with centre(folder / "centre", server.create("centre"), workers) as running:
        found = _pushes(folder, running, size, server)
    # A centre of their own: the judge works for a minute on what was pushed last, and its work is not theirs.
    with centre(folder / "heartbeats", server.create("heartbeats"), workers) as running:
        heartbeats = _heartbeats(folder, running, size, server)
    return {
        "row_octets": octets,
        "workers": workers,
        "pgbench_single_per_second": round(singles),
        "pgbench_batched_per_second": round(batches),
        **found,
        "single_share": round(found["single"]["per_second"] / singles, 2),
        "batched_share": round(found["batched"]["per_second"] / batches, 2),
        "heartbeats": heartbeats,
    }


def embedded(folder: Path, size: Size) -> dict[str, Any]:
    """The same on the embedded database, beside the rows SQLite commits one by one."""
    with centre(folder / "embedded") as running:
        found = _pushes(folder, running, size, None)
    return {"sqlite_single_per_second": round(_sqlite(folder, size.seconds)), **found}


def _pushes(folder: Path, running: RunningCentre, size: Size, server: Postgres | None) -> dict[str, Any]:
    database = running.database()
    fleet = enter(database, size.connections, "P")
    host, port = running.place
    authority = f"{host}:{port}"
    found: dict[str, Any] = {}
    for name, lane, items, each in (
        ("single", Lane.NUMBERS, 1, size.pushes_each),
        ("batched", Lane.CASES, BATCH, size.batches_each),
    ):
        for terminal in fleet:
            terminal.seq = 0
        first = [[terminal.push(authority, lane, items) for _ in range(WARM_UP)] for terminal in fleet]
        load(folder, host, port, first, 60.0)
        requests = [[terminal.push(authority, lane, items) for _ in range(each)] for terminal in fleet]
        before = running.cpu_seconds(), cpu_seconds(server.processes()) if server else 0.0
        sent = load(folder, host, port, requests, 60.0)
        after = running.cpu_seconds(), cpu_seconds(server.processes()) if server else 0.0
        stored = sent["answered"] * items
        found[name] = {
            "per_second": round(stored / sent["seconds"]),
            "refused": sent["refused"],
            "latency": sent["latency"],
            "request_octets": len(requests[0][0]),
            "centre_cpu_us_each": round((after[0] - before[0]) / max(stored, 1) * 1e6),
            "database_cpu_us_each": round((after[1] - before[1]) / max(stored, 1) * 1e6),
            "sender_cpu_us_each": round(sent["cpu_seconds"] / max(stored, 1) * 1e6),
        }
        found[f"{name}_judged_after_seconds"] = _judged(running)
    database.close()
    return found


def _judged(running: RunningCentre) -> float:
    """How long the judge still works after the last answer."""
    database, began = running.database(), time.monotonic()
    try:
        while time.monotonic() - began < LONGEST_SECONDS:
            with database.reading() as connection:
                text = "SELECT count(*) FROM envelopes WHERE judged_at IS NULL"
                if connection.exec_driver_sql(text).scalar_one() == 0:
                    break
            time.sleep(0.1)
    finally:
        database.close()
    return round(time.monotonic() - began, 1)


def _heartbeats(folder: Path, running: RunningCentre, size: Size, server: Postgres) -> dict[str, Any]:
    """Heartbeats of as many terminals as a province has, each verified; what 100,000 of them would cost."""
    database = running.database()
    fleet = enter(database, size.terminals, "H")
    database.close()
    some = fleet[:: max(1, len(fleet) // size.heartbeats)][: size.heartbeats]
    first = _beaten(folder, running, server, some, size.connections)
    between = [_beaten(folder, running, server, some, size.connections) for _ in range(SETTLING)]
    return {
        "terminals": size.terminals,
        "first_contact": first,
        "settling_centre_cpu_us_each": [one["centre_cpu_us_each"] for one in between],
        **_beaten(folder, running, server, some, size.connections),
    }


def _beaten(
    folder: Path, running: RunningCentre, server: Postgres, some: list[Terminal], connections: int
) -> dict[str, Any]:
    """One heartbeat of each. The first of a terminal enters its epoch and leases it numbers; those after it do not."""
    host, port = running.place
    requests = [[one.heartbeat(f"{host}:{port}") for one in some[start::connections]] for start in range(connections)]
    before = running.cpu_seconds(), cpu_seconds(server.processes())
    sent = load(folder, host, port, requests, 120.0)
    used = running.cpu_seconds() - before[0], cpu_seconds(server.processes()) - before[1]
    answered = max(sent["answered"], 1)
    return {
        "answered": sent["answered"],
        "refused": sent["refused"],
        "per_second": round(sent["answered"] / sent["seconds"]),
        "latency": sent["latency"],
        "request_octets": len(requests[0][0]),
        "reply_octets": round(sent["octets_back"] / answered),
        "centre_cpu_us_each": round(used[0] / answered * 1e6),
        "database_cpu_us_each": round(used[1] / answered * 1e6),
        "sender_cpu_us_each": round(sent["cpu_seconds"] / answered * 1e6),
        "cores_of_100000": round(sum(used) / answered * HEARTBEATS_PER_SECOND, 2),
    }


def _row_octets() -> int:
    return len(Terminal("P000000", SigningKey.fresh()).envelope(Lane.NUMBERS).raw)


def _sqlite(folder: Path, seconds: int) -> float:
    """Commits a second of one such row, as the embedded database is set up."""
    connection = sqlcipher3.dbapi2.connect(str(folder / "limit.db"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, seq INTEGER UNIQUE, raw BLOB)")
    raw, began, done = b"x" * _row_octets(), time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (str(done), done, raw))
        done += 1
    took = time.perf_counter() - began
    connection.close()
    return done / took
