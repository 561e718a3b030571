"""A process that is there and does nothing is worse than a dead one: the kernel goes on giving it connections."""

import asyncio
import math
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import structlog

from central import alive, workers
from central.intake.commit import Overloaded, Task
from central.server import Ports
from tests.central.conftest import postgres_database, wait_until, write_config
from tests.central.process import CentreProcess
from tests.central.test_several_workers_share_one_database import workers_of


def pretends(place: Path, _: Ports, says: Connection) -> None:
    """A worker that serves nobody; where its file lies, its group commit hangs."""
    says.send("http://127.0.0.1:1")
    while True:
        says.send(alive.LOOP)
        if not (place / str(os.getpid())).exists():
            says.send(alive.COMMIT)
        time.sleep(0.1)


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[list[workers._Worker]]:
    """Three of them, and the process that looks after them as a thread."""
    monkeypatch.setattr(workers, "_work", pretends)
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(workers, "PAUSE_SECONDS", 0.0)
    ports, stopping = Ports(0, 0), threading.Event()
    woken, waker = multiprocessing.Pipe(duplex=False)
    ours = [workers._start(folder, ports) for _ in range(3)]
    for worker in ours:
        workers._ready(worker)
        worker.heard = dict.fromkeys(alive.SIGNS, time.monotonic())
    thread = threading.Thread(target=workers._watch, args=(folder, ports, ours, woken, stopping))
    thread.start()
    try:
        yield ours
    finally:
        stopping.set()
        waker.send(None)
        thread.join(30)
        for worker in ours:  # nothing is to be finished by them
            worker.process.kill()
        workers._end(ours)
        woken.close()
        waker.close()


def pids(ours: list[workers._Worker]) -> set[int | None]:
    """Of those that are not just being replaced."""
    found = set()
    for worker in list(ours):
        with suppress(ValueError):  # closed, and the next is not there yet
            found.add(worker.process.pid)
    return found


@pytest.mark.slow
def test_who_gives_no_sign_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(workers, "SILENT_SECONDS", math.inf)
    with watched(monkeypatch, tmp_path) as ours, structlog.testing.capture_logs() as said:
        hung, stopped, well = (worker.process.pid for worker in ours)
        assert hung
        assert stopped
        (tmp_path / str(hung)).touch()
        os.kill(stopped, signal.SIGSTOP)
        time.sleep(1.0)
        # Control: whoever looks for deaths only leaves them where they are.
        assert [worker.process.pid for worker in ours] == [hung, stopped, well]
        monkeypatch.setattr(workers, "SILENT_SECONDS", 4.0)
        wait_until(lambda: len(pids(ours) - {hung, stopped}) == 3, "two others")
        wait_until(lambda: all(worker.heard for worker in ours), "their first sign")
        assert ours[2].process.pid == well
    silent = {line["pid"]: line["silent"] for line in said if line["event"] == "worker_silent"}
    assert silent == {hung: alive.COMMIT, stopped: alive.LOOP}


class Intake:
    """A group commit that answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Task[None]] = []
        self.full = False

    def submit(self, job: Task[None]) -> None:
        if self.full:
            raise Overloaded
        self.asked.append(job)


def signs(intake: Intake, answer: BaseException | None, *, answered: bool, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What is said while the commit answers like this."""
    monkeypatch.setattr(alive, "EVERY_SECONDS", 0.0)
    said: set[str] = set()

    async def listen() -> None:
        living = asyncio.ensure_future(alive.show(intake, said.add))  # type: ignore[arg-type]
        for _ in range(50):
            await asyncio.sleep(0)
            for job in intake.asked:
                if answered and not job.answer.done():
                    job.answer.set_exception(answer) if answer else job.answer.set_result(None)
        living.cancel()
        with suppress(asyncio.CancelledError):
            await living

    asyncio.run(listen())
    return said


def test_the_sign_of_the_commit_needs_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    both, loop_only = {alive.LOOP, alive.COMMIT}, {alive.LOOP}
    assert signs(Intake(), None, answered=True, monkeypatch=monkeypatch) == both
    # A database that is away is no hang: a new process would not find it either.
    assert signs(Intake(), Overloaded(), answered=True, monkeypatch=monkeypatch) == both
    hangs, full = Intake(), Intake()
    assert signs(hangs, None, answered=False, monkeypatch=monkeypatch) == loop_only
    assert len(hangs.asked) == 1
    full.full = True
    assert signs(full, None, answered=True, monkeypatch=monkeypatch) == loop_only


@pytest.mark.postgresql
@pytest.mark.slow
def test_real_workers_give_signs_and_a_stopped_one_is_replaced(
    tmp_path: Path, postgres_socket: str, postgres_model: str
) -> None:
    url = postgres_database(postgres_socket, f"hangs{time.monotonic_ns()}", postgres_model)
    centre = CentreProcess(write_config(tmp_path, url, workers=2), module="tests.central.impatient_centre")
    centre.start()
    try:
        before = workers_of(centre)
        os.kill(before[0], signal.SIGSTOP)
        wait_until(lambda: len(set(workers_of(centre)) - set(before)) == 1, "another worker")
        # The other has lived for longer than a silent one may: its signs arrive.
        assert before[1] in workers_of(centre)
        assert '"silent": "event loop"' in centre.log.read_text(encoding="utf-8")
        wait_until(lambda: all(answers(centre) for _ in range(4)), "both")
    finally:
        centre.kill()


def answers(centre: CentreProcess) -> bool:
    try:
        return centre.get("/healthz") == 200
    except OSError:
        return False


def test_systemd_is_told_where_it_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alive.tell_service("READY=1")  # nobody listens, nobody minds
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "n"))
        line.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        alive.tell_service("WATCHDOG=1", "STATUS=well")
        heard: Any = line.recv(100)
    assert heard == b"WATCHDOG=1\nSTATUS=well"
