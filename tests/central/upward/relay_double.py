"""A hall node without a hall: its key, what it says to a centre in this process, and what it is answered."""

import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from central import enrolment
from central.relays import store as relays
from contract.envelope import Lane
from contract.exchange import PushReply, PushRequest
from contract.relay import (
    ACTS_PATH,
    BEAT_PATH,
    FEED_PATH,
    RUNS_PATH,
    TERMINALS_PATH,
    ActsSent,
    ActsTaken,
    BehindIt,
    FeedAsked,
    FeedTold,
    HallAct,
    RelayBeat,
    RelayBeaten,
    RunsSent,
    RunsTaken,
    TerminalsSaid,
    TerminalsTaken,
)
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import Answer, TerminalDouble, fresh_nonce, local_now

Told = TypeVar("Told")


@dataclass
class RelayDouble:
    """Known to a centre as the node of one hall."""

    running: Running
    id: str = "CA-HALL"
    hall: str = "长安大厅"
    signer: TerminalDouble = field(init=False)

    def __post_init__(self) -> None:
        """Entered as `central hall-code` and `central join` do."""
        self.signer = TerminalDouble(self.id)
        with self.running.centre.database.writing() as connection:
            relays.enter(connection, self.id, self.hall, "boss", self.running.clock())
        wanted = enrolment.Wanted(self.id, self.signer.public_key, None, self.hall, "", "ZZ")
        enrolment.add_terminal(self.running.centre.settings, wanted, replace=False)

    def post(self, path: str, said: msgspec.Struct) -> Answer:
        body = msgspec.json.encode(said)
        nonce = getattr(said, "nonce", fresh_nonce())
        return self.running.post(path, body, self.signer.signed(AUTHORITY, path, body, nonce))

    def ask(self, path: str, said: msgspec.Struct, kind: type[Told]) -> Told:
        answer = self.post(path, said)
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body, type=kind)

    def terminals(self, *those: TerminalDouble) -> dict[str, str]:
        """Say who is behind it; who is refused, and why."""
        said = tuple(
            BehindIt(one.id, "一楼", str(n), one.epoch, one.id, one.key.public) for n, one in enumerate(those, 1)
        )
        return self.ask(TERMINALS_PATH, TerminalsSaid(self.id, fresh_nonce(), said), TerminalsTaken).refused

    def runs(self, *runs: PushRequest) -> tuple[PushReply, ...]:
        """Bring runs of its terminals up."""
        return self.ask(RUNS_PATH, RunsSent(self.id, fresh_nonce(), runs), RunsTaken).replies

    def bring(self, terminal: TerminalDouble, lane: Lane, first: int = 1, count: int = 50) -> PushReply:
        return self.runs(terminal.request(lane, first, count))[0]

    def beat(self, **more: Any) -> RelayBeaten:  # noqa: ANN401 - any of its fields
        usual: dict[str, Any] = {"relay": self.id, "nonce": fresh_nonce(), "at": local_now(), "version": "1"}
        usual |= {"waiting": 0, "scans_waiting": 0, "acts_waiting": 0, "cursor": 0}
        return self.ask(BEAT_PATH, RelayBeat(**(usual | more)), RelayBeaten)

    def pull(self, cursor: int = 0) -> FeedTold:
        return self.ask(FEED_PATH, FeedAsked(self.id, fresh_nonce(), cursor), FeedTold)

    def acts(self, stream: str, *acts: HallAct) -> ActsTaken:
        return self.ask(ACTS_PATH, ActsSent(self.id, fresh_nonce(), stream, acts), ActsTaken)


def error_of(answer: Answer) -> str:
    found: str = json.loads(answer.body)["error"]
    return found
