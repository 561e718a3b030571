"""The centre as its own process, as it runs in the field: started, killed, started again on the same port."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.central.conftest import NAME, PASSWORD, wait_until
from tests.central.terminal_double import TerminalDouble

ROOT = Path(__file__).parents[2]


@dataclass
class CentreProcess:
    """One `python -m central --config FILE`; `module` runs it with something changed."""

    config: Path
    url: str = ""
    module: str = "central"
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def log(self) -> Path:
        return self.config.with_name("central.log")

    def start(self) -> None:
        """Start and wait until it says it is ready. The second start takes the port of the first."""
        ready = self.config.with_name("ready.json")
        ready.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", self.module, "--config", str(self.config), "--ready-file", str(ready)]
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: ready.exists() or self._process is None or self._process.poll() is not None, "the centre")
        assert ready.exists(), self.log.read_text(encoding="utf-8")
        self.url = json.loads(ready.read_text(encoding="utf-8"))["url"]
        self._keep_port()

    def _keep_port(self) -> None:
        port = urlsplit(self.url).port
        text = self.config.read_text(encoding="utf-8").replace("port = 0", f"port = {port}")
        self.config.write_text(text, encoding="utf-8")

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; returns its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        os.kill(self._process.pid, how)
        status = self._process.wait(timeout=15)
        self._process = None
        return status

    def pause(self) -> None:
        """Keep its connections and say nothing any more."""
        assert self._process
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Go on after a pause."""
        assert self._process
        os.kill(self._process.pid, signal.SIGCONT)

    def enter(self, terminal: TerminalDouble) -> TerminalDouble:
        """Register a terminal with the command line."""
        self.command("add-terminal", "--id", terminal.id, "--public-key", terminal.public_key, "--place", "一楼东门")
        return terminal

    def add_user(self) -> None:
        """Add the account tests log in with."""
        self.command("add-user", NAME, "--password-stdin", text=PASSWORD + "\n")

    def command(self, name: str, *arguments: str, text: str = "") -> str:
        """Run one of its commands; returns what it prints. Raises CalledProcessError."""
        command = [sys.executable, "-m", "central", *name.split(), "--config", str(self.config), *arguments]
        return subprocess.run(command, cwd=ROOT, check=True, input=text, capture_output=True, text=True).stdout

    def counts(self) -> dict[str, Any]:
        """What its database holds."""
        found: dict[str, Any] = json.loads(self.command("counts", "--json").splitlines()[-1])
        return found

    def get(self, path: str) -> int:
        """The status of one GET."""
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


@contextmanager
def centre_process(config: Path) -> Iterator[CentreProcess]:
    """Started, and ended whatever happens."""
    process = CentreProcess(config)
    process.start()
    try:
        yield process
    finally:
        process.kill()
