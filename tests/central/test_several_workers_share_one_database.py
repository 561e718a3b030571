"""Two centres of two processes each on one PostgreSQL: one lane through all of them at once is kept once, in order."""

import asyncio
import os
import signal
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from litestar.channels.backends.memory import MemoryChannelsBackend

from central import enrolment, hints, settings
from central.hints import Hints, backend_of
from central.settings import SettingsError
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.exchange import PushReply
from tests.central.conftest import NAME, PASSWORD, postgres_database, wait_until, write_config
from tests.central.process import CentreProcess, centre_process
from tests.central.terminal_double import TerminalDouble
from tests.central.test_pages_update_by_themselves import listening, next_change

CASES = 60
PUSHERS = 4


@pytest.fixture
def shared_url(postgres_socket: str, postgres_model: str) -> str:
    return postgres_database(postgres_socket, f"workers{time.monotonic_ns()}", postgres_model)


@pytest.fixture
def centres(tmp_path: Path, shared_url: str) -> Iterator[list[CentreProcess]]:
    """Two machines, as far as the database can tell: the same keys, two processes each."""
    with ExitStack() as stack:
        started: list[CentreProcess] = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            if started:
                (folder / "keys").symlink_to(tmp_path / "one" / "keys")
            started.append(stack.enter_context(centre_process(write_config(folder, shared_url, workers=2))))
        yield started


def enter(centre: CentreProcess, terminal: TerminalDouble) -> TerminalDouble:
    """As the command line does, without starting it."""
    wanted = enrolment.Wanted(terminal.id, terminal.public_key, None, "长安大厅", "一楼东门", "1")
    enrolment.add_terminal(settings.read(centre.config), wanted, replace=False)
    return terminal


def workers_of(centre: CentreProcess) -> list[int]:
    """The processes that serve: children of the one that was started, without Python's resource tracker."""
    assert centre._process
    children = Path(f"/proc/{centre._process.pid}/task/{centre._process.pid}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(statement.encode()).fetchall()


def push_all(terminal: TerminalDouble, urls: list[str], lane: Lane) -> list[PushReply]:
    """Every record of a lane, one by one and in runs, over every door at the same moment."""

    def push(which: int) -> list[PushReply]:
        size = 1 + which % 3
        return [
            terminal.push(urls[(seq + which) % len(urls)], lane, seq, size)
            for seq in range(1, len(terminal.lanes[lane]) + 1, size)
        ]

    with ThreadPoolExecutor(PUSHERS) as pool:
        return [reply for replies in pool.map(push, range(PUSHERS)) for reply in replies]


@pytest.mark.postgresql
@pytest.mark.slow
def test_one_lane_through_four_processes_is_kept_once_and_in_order(
    centres: list[CentreProcess], shared_url: str
) -> None:
    terminal = enter(centres[0], TerminalDouble())
    for _ in range(CASES):
        terminal.file_case()
        terminal.file_case(ItemKind.FILING)
    assert all(len(workers_of(centre)) == 2 for centre in centres)
    urls = [centre.url for centre in centres]
    for lane in (Lane.NUMBERS, Lane.CASES):
        refusals = {reply.refusal for reply in push_all(terminal, urls, lane)}
        assert refusals <= {None, "gap"}  # somebody faster had not come so far yet
        assert terminal.push(urls[0], lane, 1, 50).ack >= 50
        assert terminal.push(urls[1], lane, 51, 50).ack == CASES
    wait_until(
        lambda: rows(shared_url, "SELECT count(*) FROM envelopes WHERE judged_at IS NULL") == [(0,)], "the judge"
    )
    kept = rows(shared_url, "SELECT lane, count(*), count(DISTINCT id), max(seq) FROM envelopes GROUP BY lane")
    assert sorted(kept) == [("cases", CASES, CASES, CASES), ("numbers", CASES, CASES, CASES)]
    assert sorted(rows(shared_url, "SELECT lane, seq FROM marks")) == [("cases", CASES), ("numbers", CASES)]
    for table, amount in (("cases", 2 * CASES), ("repeats", 0), ("conflicts", 0), ("quarantine", 0)):
        assert rows(shared_url, f"SELECT count(*) FROM {table}") == [(amount,)], table  # noqa: S608 - names of ours
    assert [centre.stop() for centre in centres] == [0, 0]


@pytest.mark.postgresql
@pytest.mark.slow
def test_pages_follow_other_processes_and_a_worker_that_dies_is_replaced(tmp_path: Path, shared_url: str) -> None:
    """Pages follow with the hint, and also when it is lost: its connections are cut and the database is looked at."""
    with centre_process(write_config(tmp_path, shared_url, workers=2)) as centre:
        told = settings.read(centre.config)
        enrolment.add_user(told, NAME, PASSWORD, replace=False)
        terminal = enter(centre, TerminalDouble())
        terminal.file_case()
        with listening(centre) as live:
            live.readline()
            for _ in range(3):  # each on a connection of its own: whichever process takes it
                terminal.send(centre.url, terminal.heartbeat())
                next_change(live)
            gone = rows(
                shared_url,
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND datname = current_database()",
            )
            assert gone == [(2,)]
            terminal.send(centre.url, terminal.heartbeat())
            next_change(live)
        before = workers_of(centre)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(workers_of(centre)) - set(before)) == 1, "another worker")

        def pushed() -> bool:
            try:
                return terminal.push(centre.url, Lane.NUMBERS).ack == 1
            except OSError:
                return False

        wait_until(pushed, "an answer")
        serving = workers_of(centre)
        centre.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in serving), "their end")


def test_the_embedded_database_has_one_process(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="one process writes the embedded database"):
        settings.read(write_config(tmp_path, workers=2))


@pytest.mark.postgresql
def test_hints_travel_and_our_own_are_not_heard(shared_url: str, tmp_path: Path) -> None:
    """Two processes' ears and mouths in one loop."""
    backend = backend_of(settings.read(write_config(tmp_path, shared_url)))
    assert backend is not None
    heard: list[str] = []

    async def talk() -> None:
        one = Hints(backend, lambda _: heard.append("one"))
        two = Hints(backend, lambda called: heard.append("two, a call" if called else "two"))
        one.start()
        two.start()
        deadline = time.monotonic() + 20
        while "two, a call" not in heard:
            assert time.monotonic() < deadline
            one.tell(called="two" in heard)
            await asyncio.sleep(0.3)
        await one.end()
        await two.end()

    asyncio.run(talk())
    assert set(heard) == {"two", "two, a call"}


def test_a_backend_that_swallows_a_cancellation_holds_up_no_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "CANCEL_AGAIN_SECONDS", 0.05)

    class Deaf(MemoryChannelsBackend):
        async def publish(self, data: bytes, channels: Iterable[str]) -> None:  # noqa: ARG002 - its signature
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    async def stop() -> None:
        ours = Hints(Deaf, lambda _: None)
        ours.start()
        ours.tell()
        await asyncio.sleep(0.05)
        await asyncio.wait_for(ours.end(), 10)
        assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    asyncio.run(stop())


def test_hints_may_be_switched_off(tmp_path: Path) -> None:
    assert backend_of(settings.read(write_config(tmp_path))) is None
    off = settings.Settings(database_url="postgresql://x/y", live_hints=False)
    assert backend_of(off) is None
