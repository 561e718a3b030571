"""A centre and the node of a hall as two processes, and what a test does to the line between them."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from central.database import Database
from central.identity import authority
from contract.envelope import Lane
from contract.exchange import HeartbeatReply, Link
from contract.feed import PULL_PATH, PullReply, PullRequest
from contract.numbers import NUMBER_PATH, NumberAsked, NumberGiven
from tests.central.conftest import wait_until, write_config
from tests.central.process import ROOT, CentreProcess
from tests.central.terminal_double import TerminalDouble, a_case, fresh_nonce, post

HALL = "长安大厅"
NODE = "CA-HALL"
Reply = TypeVar("Reply")


@dataclass
class World:
    """`centre` and `hall` may be stopped, killed and started again; each keeps its port."""

    centre: CentreProcess
    hall: CentreProcess
    _ends: list[Callable[[], None]] = field(default_factory=list)

    def query(self, where: CentreProcess, statement: str) -> list[tuple[Any, ...]]:
        """Look straight into a database."""
        database = Database(f"sqlite:///{where.config.parent}/data/central.db")
        try:
            with database.reading() as connection:
                return [tuple(row) for row in connection.exec_driver_sql(statement)]
        finally:
            database.close()

    def enter(self, name: str, **more: Any) -> TerminalDouble:  # noqa: ANN401 - any of its fields
        """A terminal that is entered at the hall, as staff there do."""
        terminal = TerminalDouble(name, **more)
        self.hall.enter(terminal)
        return terminal

    def number(self, terminal: TerminalDouble, case_id: str, queue: str = "A") -> NumberGiven:
        """The next number of the hall's queue, from its node."""
        return ask(self.hall, terminal, NUMBER_PATH, NumberAsked(terminal.id, fresh_nonce(), case_id, queue), NumberGiven)

    def beat(self, terminal: TerminalDouble, token: str = "", **changes: Any) -> HeartbeatReply:  # noqa: ANN401
        """A heartbeat with the next link of its chain."""
        link = Link(f"store-{terminal.id}", "machine", token, fresh_nonce())
        answer = terminal.send(self.hall.url, terminal.heartbeat(link=link, **changes))
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body, type=HeartbeatReply)

    def pull(self, terminal: TerminalDouble, cursor: int = 0) -> PullReply:
        """What comes down for a terminal, from its hall."""
        return ask(self.hall, terminal, PULL_PATH, PullRequest(terminal.id, 1, fresh_nonce(), cursor), PullReply)

    def take(self, terminal: TerminalDouble) -> str:
        """A number, its case filed and stored at the hall; returns the number."""
        case_id = fresh_nonce()
        given = self.number(terminal, case_id)
        body = a_case(
            terminal=terminal.id,
            case_id=case_id,
            number=given.number,
            business_date=given.business_date,
            tier="upstream",
        )
        sent = terminal.file(body, Lane.NUMBERS)
        assert terminal.push(self.hall.url, Lane.NUMBERS, sent.seq).ack == sent.seq
        return given.number

    def everything_up(self) -> None:
        """Wait until the centre holds, and has judged, every envelope of the hall."""
        at_hall = self.query(self.hall, "SELECT count(*) FROM envelopes")
        judged = "SELECT count(*) FROM envelopes WHERE judged_at IS NOT NULL"
        wait_until(lambda: self.query(self.centre, judged) == at_hall, "everything at the centre")


def ask(at: CentreProcess, terminal: TerminalDouble, path: str, value: msgspec.Struct, kind: type[Reply]) -> Reply:
    """One signed request of a terminal."""
    body = msgspec.json.encode(value)
    authority = at.url.removeprefix("http://")
    answer = post(at.url, path, body, terminal.signed(authority, path, body, value.nonce))  # type: ignore[attr-defined]
    assert answer.status == 200, answer.body
    return msgspec.json.decode(answer.body, type=kind)


def join(centre: CentreProcess, folder: Path, hall: str = HALL, node: str = NODE, **changes: object) -> Path:
    """A hall's settings, joined to a running centre with a code."""
    folder.mkdir()
    config = write_config(folder, role="hall", **({"hall": hall} | changes))
    config.write_text(config.read_text(encoding="utf-8") + f'[upstream]\nurl = "{centre.url}"\n', encoding="utf-8")
    code = json.loads(centre.command("hall-code", "--relay", node, "--hall", hall, "--json").splitlines()[-1])["code"]
    command = [sys.executable, "-m", "central", "join", "--config", str(config), "--code", code]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return config


@contextmanager
def hall_world(folder: Path, **changes: object) -> Iterator[World]:
    """Both started; ended whatever happens."""
    (folder / "centre").mkdir()
    centre = CentreProcess(write_config(folder / "centre", hall="区政务服务中心"))
    authority.make(folder / "centre" / "keys", datetime.now(UTC))
    hall: CentreProcess | None = None
    try:
        centre.start()
        hall = CentreProcess(join(centre, folder / "hall", **changes))
        hall.start()
        yield World(centre, hall)
    finally:
        if hall is not None:
            hall.kill()
        centre.kill()
