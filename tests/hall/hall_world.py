"""A centre and the node of a hall as two processes, and what a test does to the line between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from central import enrolment
from central import settings as centre_settings
from central.database import Database
from central.identity import authority
from central.upward import joining
from contract.envelope import Lane
from contract.exchange import HeartbeatReply, Link
from contract.feed import PULL_PATH, PullReply, PullRequest
from contract.numbers import NUMBER_PATH, NumberAsked, NumberGiven
from tests.central.conftest import wait_until, write_config
from tests.central.process import CentreProcess
from tests.central.terminal_double import TerminalDouble, a_case, fresh_nonce, post

HALL = "长安大厅"
NODE = "CA-HALL"
Reply = TypeVar("Reply")
_ALL = "SELECT count(*) FROM envelopes"
_JUDGED = "SELECT count(*) FROM envelopes WHERE judged_at IS NOT NULL"


@dataclass
class World:
    """`centre` and `hall` may be stopped, killed and started again; each keeps its port."""

    centre: CentreProcess
    hall: CentreProcess

    @contextmanager
    def database(self, where: CentreProcess) -> Iterator[Database]:
        """The embedded database of one of them, beside its process."""
        found = Database(f"sqlite:///{where.config.parent}/data/central.db")
        try:
            yield found
        finally:
            found.close()

    def query(self, where: CentreProcess, statement: str) -> list[tuple[Any, ...]]:
        """Look straight into a database."""
        with self.database(where) as database, database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def enter(self, name: str) -> TerminalDouble:
        """A terminal that is entered at the hall, as its staff do by command."""
        terminal = TerminalDouble(name)
        wanted = enrolment.Wanted(name, terminal.public_key, None, "", "一楼东门", "")
        enrolment.add_terminal(centre_settings.read(self.hall.config), wanted, replace=False)
        return terminal

    def number(self, terminal: TerminalDouble, case_id: str, queue: str = "A") -> NumberGiven:
        """The next number of the hall's queue, from its node."""
        asked = NumberAsked(terminal.id, fresh_nonce(), case_id, queue)
        return ask(self.hall, terminal, NUMBER_PATH, asked, NumberGiven)

    def beat(self, terminal: TerminalDouble) -> HeartbeatReply:
        """The first heartbeat of a terminal's store."""
        link = Link(f"store-{terminal.id}", "machine", "", fresh_nonce())
        answer = terminal.send(self.hall.url, terminal.heartbeat(link=link))
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body, type=HeartbeatReply)

    def pull(self, terminal: TerminalDouble, cursor: int = 0) -> PullReply:
        """What comes down for a terminal, from its hall."""
        return ask(self.hall, terminal, PULL_PATH, PullRequest(terminal.id, 1, fresh_nonce(), cursor), PullReply)

    def take(self, terminal: TerminalDouble, number: str = "", tier: str = "upstream") -> tuple[str, str]:
        """A number of the hall, or of the terminal's own series, its case stored at the hall: case id and number."""
        case_id = fresh_nonce()
        given = NumberGiven("", "", number, datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat())
        given = given if number else self.number(terminal, case_id)
        case: dict[str, Any] = {
            "case_id": case_id,
            "number": given.number,
            "business_date": given.business_date,
            "tier": tier,
        }
        sent = terminal.file(a_case(terminal=terminal.id, **case), Lane.NUMBERS)
        assert terminal.push(self.hall.url, Lane.NUMBERS, sent.seq).ack == sent.seq
        return case_id, given.number

    def everything_up(self) -> None:
        """Wait until the centre holds, and has judged, every record of the hall."""
        wait_until(lambda: self.query(self.centre, _JUDGED) == self.query(self.hall, _ALL), "all records at the centre")

    def everything_judged(self) -> None:
        """Wait until the hall has judged what it holds: its numbers are in the queue."""
        wait_until(lambda: self.query(self.hall, _JUDGED) == self.query(self.hall, _ALL), "the hall's judge")


def ask(at: CentreProcess, terminal: TerminalDouble, path: str, value: msgspec.Struct, kind: type[Reply]) -> Reply:
    """One signed request of a terminal."""
    body, nonce = msgspec.json.encode(value), str(getattr(value, "nonce", ""))
    answer = post(at.url, path, body, terminal.signed(at.url.removeprefix("http://"), path, body, nonce))
    assert answer.status == 200, answer.body
    return msgspec.json.decode(answer.body, type=kind)


def join(centre: CentreProcess, folder: Path, hall: str = HALL, node: str = NODE) -> Path:
    """A hall's settings, joined to a running centre with a code."""
    folder.mkdir()
    config = write_config(folder, role="hall", hall=hall)
    text = config.read_text(encoding="utf-8") + f'[upstream]\nurl = "{centre.url}"\n'
    config.write_text(text, encoding="utf-8")
    code, _ = enrolment.hall_code(centre_settings.read(centre.config), node, hall, 15)
    joining.join(centre_settings.read(config), code, lambda _: None)
    return config


@contextmanager
def hall_world(folder: Path) -> Iterator[World]:
    """Both started; ended whatever happens."""
    (folder / "centre").mkdir()
    centre = CentreProcess(write_config(folder / "centre", hall="区政务服务中心"))
    authority.make(folder / "centre" / "keys", datetime.now(UTC))
    hall: CentreProcess | None = None
    try:
        centre.start()
        hall = CentreProcess(join(centre, folder / "hall"))
        hall.start()
        yield World(centre, hall)
    finally:
        if hall is not None:
            hall.kill()
        centre.kill()
