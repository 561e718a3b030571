"""The centre of a campaign with its database, and every way in which their processes are killed."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.central.conftest import write_config
from tests.central.process import CentreProcess
from tests.faults.postgres import Postgres

WORKERS = 2
_LONGEST_AWAY = 2.0
"""Seconds until what was killed is started again, at most."""


class _Centre(CentreProcess):
    """Killed as its host would be: all of its processes at once."""

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(15)
            self._process = None

    @property
    def runs(self) -> bool:
        """Whether its first process lives."""
        return self._process is not None and self._process.poll() is None

    def workers(self) -> list[int]:
        """The processes that serve: children of the first, without Python's resource tracker."""
        if self._process is None:
            return []
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"spawn_main" in _command(pid)]


class CentreSide:
    """`kills` counts what was done to it, by its name."""

    def __init__(self, folder: Path, chance: random.Random, *, postgresql: bool, module: str) -> None:
        """Nothing runs yet but PostgreSQL, where it is asked for: then the centre has several processes."""
        folder.mkdir()
        self._chance = chance
        self._postgres = Postgres() if postgresql else None
        url, changes = (self._postgres.url, {"workers": WORKERS}) if self._postgres else ("", {})
        self.config = write_config(folder, url, **changes)
        self.kills: Counter[str] = Counter()
        self._centre = _Centre(self.config, module=module)
        self._kinds: list[Callable[[], str]] = [self._kill_centre]
        if self._postgres is not None:
            self._kinds = [self._kill_worker, self._kill_server, self._kill_session, self._kill_centre, self._kill_both]
        self._bag = list(self._kinds)

    @property
    def url(self) -> str:
        """Where the centre listens."""
        return self._centre.url

    def start(self) -> None:
        """Start the centre."""
        self._centre.start()

    def next_in(self) -> float:
        """Seconds to live until the next strike; more kinds come more often."""
        return self._chance.uniform(1.0, 4.0) if self._postgres is not None else self._chance.uniform(3.0, 12.0)

    def strike(self) -> None:
        """Kill something and start it again; every kind has come before one comes twice."""
        if not self._bag:
            self._bag = self._chance.sample(self._kinds, len(self._kinds))
        self.kills[self._bag.pop(0)()] += 1
        if not self._centre.runs:  # it gave up for want of its database; in the field systemd starts it again
            self.kills["centre gave up"] += 1
            self._centre.kill()
            self._centre.start()

    def stop(self) -> None:
        """The centre, in order."""
        if self._centre.runs:
            self._centre.stop()

    def discard(self) -> None:
        """Let go of everything."""
        self._centre.kill()
        if self._postgres is not None:
            self._postgres.discard()

    def _kill_centre(self) -> str:
        self._centre.kill()
        self._away()
        self._centre.start()
        return "centre"

    def _kill_worker(self) -> str:
        for pid in self._centre.workers()[:1]:
            os.kill(pid, signal.SIGKILL)
        return "worker"

    def _kill_server(self) -> str:
        assert self._postgres is not None
        self._postgres.kill()
        self._away()
        self._postgres.start()
        return "postmaster"

    def _kill_session(self) -> str:
        assert self._postgres is not None
        return "session of PostgreSQL" if self._postgres.kill_one() else "nobody"

    def _kill_both(self) -> str:
        """As when their machine goes down."""
        assert self._postgres is not None
        self._postgres.kill()
        self._centre.kill()
        self._away()
        self._postgres.start()
        self._centre.start()
        return "centre and postmaster"

    def _away(self) -> None:
        time.sleep(self._chance.uniform(0.0, _LONGEST_AWAY))


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
