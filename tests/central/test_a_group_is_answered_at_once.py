"""Who asked on an event loop is answered in one call of it, a whole group; who has gone away stops nobody."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import bulk, settings
from central.clock import now
from central.database import Database
from central.fleet import rules
from central.fleet.tables import terminals
from central.intake.beats import Heard
from central.intake.commit import GroupCommit, Push
from contract.envelope import Lane
from contract.exchange import Link
from tests.central.terminal_double import TerminalDouble

AT = datetime(2026, 5, 1, tzinfo=UTC)
TERMINALS = 20


@pytest.fixture
def database(embedded_config: Path) -> Iterator[Database]:
    found = Database(settings.database_url(settings.read(embedded_config)))
    row = {"hall": "大厅", "place": "", "series": "1", "epoch": 1, "added_at": AT}
    with found.writing() as connection:
        bulk.add_many(connection, terminals, [row | {"id": f"GL-{n:02}"} for n in range(TERMINALS)])
    yield found
    found.close()


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts what the group commit's thread calls."""

    calls = 0

    def call_soon_threadsafe(self, callback: Callable[..., object], *args: object, **named: object) -> asyncio.Handle:
        self.calls += threading.current_thread().name == "group-commit"
        return super().call_soon_threadsafe(callback, *args, **named)  # type: ignore[arg-type] # as it came


def doubles() -> list[TerminalDouble]:
    found = [TerminalDouble(f"GL-{n:02}") for n in range(TERMINALS)]
    for terminal in found:
        terminal.file_case()
    return found


def heard(terminal: TerminalDouble) -> Heard:
    said = terminal.heartbeat(link=Link("s", "m", "", "f"))
    row = {"terminal": said.terminal, "epoch": said.epoch, "clock_skew_seconds": 0, "version": "", "nonce": said.nonce}
    return Heard(said.terminal, said.epoch, row | rules.parts(said), said.link, lease=True)


def test_a_group_is_answered_in_one_call_and_one_that_went_away_stops_nobody(database: Database) -> None:
    commit = GroupCommit(database, now, lambda: None)
    loop = CountingLoop()

    async def crowd() -> list[int]:
        asked = [commit.push(terminal.request(Lane.NUMBERS, 1, 1)) for terminal in doubles()]
        asked[3].cancel()
        commit.start()  # all of them are one group
        return [placed.ack for placed in await asyncio.gather(*(one for one in asked if not one.cancelled()))]

    assert loop.run_until_complete(crowd()) == [1] * (TERMINALS - 1)
    assert loop.calls == 1
    loop.close()
    left = Push(TerminalDouble("GL-00").request(Lane.NUMBERS, 1, 0))
    assert left.answer.cancel()
    commit.submit(left)
    last = Push(TerminalDouble("GL-03").request(Lane.NUMBERS, 1, 0))
    commit.submit(last)
    assert last.answer.result(timeout=60).ack == 1, "what was asked for was kept, though nobody waited"  # type: ignore[call-arg]
    commit.stop()


def test_numbers_that_cannot_be_leased_cost_no_terminal_its_heartbeat(database: Database) -> None:
    def broken(_connection: Connection, _epochs: dict[str, int], _now: datetime) -> dict[str, int]:
        raise ZeroDivisionError

    commit = GroupCommit(database, now, lambda: None, broken)

    async def crowd() -> list[tuple[bool, bool]]:
        asked = [commit.beat(heard(terminal)) for terminal in doubles()[:3]]
        commit.start()
        return [(bool(beaten.token), beaten.leased) for beaten in await asyncio.gather(*asked)]

    assert asyncio.run(crowd()) == [(True, False)] * 3
    commit.stop()
