"""Several processes that serve the same ports against one PostgreSQL; the kernel spreads connections over them.

One that dies is replaced, one that hangs is killed first; when this process ends, however it ends, they end too.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

import msgspec
import structlog

from central import alive, logs, server
from central.centre import open_centre
from central.database import Database
from central.settings import Settings, database_url

STOP_WITHIN_SECONDS = 12.0
PAUSE_SECONDS = 1.0
"""Before a process that died is replaced."""
HEALTHY_AFTER_SECONDS = 10.0
DEATHS_AT_MOST = 5
"""Processes that died young, one after another: then something is wrong that a restart does not mend."""
READY_WITHIN_SECONDS = 60.0
SILENT_SECONDS = 30.0
"""Without a sign of life of its event loop or of its group commit: the kernel goes on giving it connections."""
LOOK_SECONDS = 1.0

log = structlog.get_logger()
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class _Worker:
    process: SpawnProcess
    said: Connection
    started: float
    heard: dict[str, float] = field(default_factory=dict)
    """When each sign of life came last; empty before it is ready."""

    def hear(self) -> None:
        """Take in what it has said."""
        with suppress(EOFError, OSError):  # it has ended
            while self.said.poll():
                sign, now = self.said.recv(), time.monotonic()
                self.heard = {name: now if name == sign else self.heard.get(name, now) for name in alive.SIGNS}

    def silent(self) -> str:
        """What of it gives no sign of life for too long; nothing while all is well."""
        now = time.monotonic()
        if not self.heard:
            return "start" if now - self.started > READY_WITHIN_SECONDS else ""
        return next((name for name in alive.SIGNS if now - self.heard[name] > SILENT_SECONDS), "")


def run(config: Path, settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve with `settings.workers` processes until SIGTERM or SIGINT. Raises ServerFailed."""
    ports = server.chosen_ports(settings)
    database = Database(database_url(settings))
    database.migrate()
    database.close()
    stopping = threading.Event()
    woken, waker = multiprocessing.Pipe(duplex=False)

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()
        waker.send(None)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    workers = [_start(config, ports) for _ in range(settings.workers)]
    try:
        urls = [_ready(worker) for worker in workers]
        for worker in workers:
            worker.heard = dict.fromkeys(alive.SIGNS, time.monotonic())
        ready(urls[0])
        log.info("workers_ready", workers=len(workers), url=urls[0])
        _watch(config, ports, workers, woken, stopping)
    finally:
        _end(workers)
        woken.close()
        waker.close()


def _watch(
    config: Path, ports: server.Ports, workers: list[_Worker], woken: Connection, stopping: threading.Event
) -> None:
    """Replace whoever dies or hangs. Returns when told to stop."""
    deaths = 0
    while not stopping.is_set():
        wait([woken, *(worker.process.sentinel for worker in workers)], LOOK_SECONDS)
        alive.tell_service("WATCHDOG=1")
        for index, worker in enumerate(workers):
            worker.hear()
            if stopping.is_set() or (worker.process.is_alive() and not worker.silent()):
                continue
            if worker.process.is_alive():
                log.error("worker_silent", pid=worker.process.pid, silent=worker.silent(), seconds=SILENT_SECONDS)
                worker.process.kill()
                worker.process.join()
            lived = time.monotonic() - worker.started
            deaths = 1 if lived > HEALTHY_AFTER_SECONDS else deaths + 1
            log.error("worker_died", exit_code=worker.process.exitcode, lived_seconds=round(lived, 1))
            if deaths > DEATHS_AT_MOST:
                message = f"{deaths} workers died within {HEALTHY_AFTER_SECONDS:g} s of their start; the log says why"
                raise server.ServerFailed(message)
            _close(worker)
            stopping.wait(PAUSE_SECONDS)
            workers[index] = _start(config, ports)


def _start(config: Path, ports: server.Ports) -> _Worker:
    said, says = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_work, args=(config, ports, says), name="centre-worker")
    process.start()
    says.close()
    return _Worker(process, said, time.monotonic())


def _ready(worker: _Worker) -> str:
    """The URL once it answers. Raises ServerFailed."""
    with suppress(EOFError):
        while worker.said.poll(max(0.0, worker.started + READY_WITHIN_SECONDS - time.monotonic())):
            said = str(worker.said.recv())
            if said not in alive.SIGNS:
                return said
    message = "a worker did not start; the log says why"
    raise server.ServerFailed(message)


def _end(workers: list[_Worker]) -> None:
    for worker in workers:
        if worker.process.is_alive():
            worker.process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    for worker in workers:
        worker.process.join(max(0.0, deadline - time.monotonic()))
        if worker.process.is_alive():
            log.warning("worker_killed", pid=worker.process.pid)
            worker.process.kill()
            worker.process.join()
        _close(worker)


def _close(worker: _Worker) -> None:
    worker.said.close()
    worker.process.close()


def _work(config: Path, ports: server.Ports, says: Connection) -> None:
    """A worker's whole life."""
    logs.configure()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    centre = open_centre(config)
    centre.settings = msgspec.structs.replace(centre.settings, port=ports.port, tls_port=ports.tls_port)

    def say(sign: str) -> None:
        with suppress(OSError):  # the parent has ended, and this process is about to
            says.send(sign)

    server.run(centre, says.send, ports, say)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
