"""One connection to the centre: typed requests, each with a nonce of its own, believed as terminals believe."""

import secrets
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from contract.exchange import PUSH_MAX_ITEMS, PushRequest
from contract.media import piece_path
from contract.questions import QuestionAsked, QuestionReply
from contract.relay import (
    ACTS_PATH,
    BEAT_PATH,
    FEED_PATH,
    QUESTION_PATH,
    RUNS_PATH,
    TERMINALS_PATH,
    ActsSent,
    ActsTaken,
    BehindIt,
    FeedAsked,
    FeedTold,
    HallAct,
    QuestionRelayed,
    RelayBeat,
    RelayBeaten,
    RunsSent,
    RunsTaken,
    TerminalsSaid,
    TerminalsTaken,
    scans_path,
)
from contract.scans import CHECKSUM_MISMATCH, OFFSET_TYPE, TUS_VERSION, write_metadata
from offline_cache.link.client import NOT_THE_CENTRE, REFUSED, Answer, CentreClient, LinkFailure

_OK = frozenset({200})
_TUS = {"Tus-Resumable": TUS_VERSION}
RUN_ITEMS = PUSH_MAX_ITEMS


class _Told(Protocol):
    @property
    def nonce(self) -> str: ...


Told = TypeVar("Told", bound=_Told)


class Upload(Protocol):
    """A scan that is to be sent."""

    @property
    def terminal(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def case_id(self) -> str: ...
    @property
    def what(self) -> str: ...


class Line:
    """Used by one thread; `close` may come from another. Everything raises LinkFailure."""

    def __init__(self, client: CentreClient, answered: Callable[[], None]) -> None:
        """`answered` hears of every answer of the centre."""
        self.client = client
        self._answered = answered
        self._relay = client.terminal

    def terminals(self, said: tuple[BehindIt, ...]) -> TerminalsTaken:
        """Say who is behind this node."""
        return self._ask(TERMINALS_PATH, TerminalsSaid(self._relay, _nonce(), said), TerminalsTaken)

    def runs(self, runs: tuple[PushRequest, ...]) -> RunsTaken:
        """Send runs of lanes."""
        taken = self._ask(RUNS_PATH, RunsSent(self._relay, _nonce(), runs), RunsTaken)
        if len(taken.replies) != len(runs):
            raise LinkFailure(REFUSED, f"{len(taken.replies)} answers to {len(runs)} runs")
        return taken

    def beat(self, said: RelayBeat) -> RelayBeaten:
        """Say how the node is."""
        return self._ask(BEAT_PATH, msgspec.structs.replace(said, relay=self._relay, nonce=_nonce()), RelayBeaten)

    def pull(self, cursor: int) -> FeedTold:
        """Fetch what comes down."""
        return self._ask(FEED_PATH, FeedAsked(self._relay, _nonce(), cursor), FeedTold)

    def acts(self, stream: str, acts: tuple[HallAct, ...]) -> ActsTaken:
        """Send what was done in the hall."""
        return self._ask(ACTS_PATH, ActsSent(self._relay, _nonce(), stream, acts), ActsTaken)

    def question(self, asked: QuestionAsked) -> QuestionReply:
        """Carry a citizen's sealed question."""
        reply = self._ask(QUESTION_PATH, QuestionRelayed(self._relay, _nonce(), asked), QuestionReply)
        if reply.question_id != asked.question_id:
            raise LinkFailure(NOT_THE_CENTRE, "the answer belongs to another question")
        return reply

    def begin_scan(self, scan: Upload) -> bool:
        """Announce a scan, also again. True when the centre holds all of it: its signed status says so."""
        headers = _TUS | {
            "Upload-Length": str(scan.size),
            "Upload-Metadata": write_metadata(scan.hash, scan.case_id, scan.what),
        }
        path = scans_path(scan.terminal)
        return self._exchange("POST", path, b"", headers, frozenset({200, 201})).status == 200

    def scan_offset(self, scan: Upload) -> int | None:
        """How much of it the centre has; None for one it does not know."""
        path = f"{scans_path(scan.terminal)}/{scan.hash}"
        answer = self._exchange("HEAD", path, b"", dict(_TUS), frozenset({200, 404}))
        return None if answer.status == 404 else _offset(answer, scan)

    def send_piece(self, scan: Upload, offset: int, piece: bytes) -> int | None:
        """The next piece; how much the centre has then, None where it has to be asked."""
        headers = _TUS | {"Upload-Offset": str(offset), "Content-Type": OFFSET_TYPE}
        path = f"{scans_path(scan.terminal)}/{scan.hash}"
        answers = frozenset({204, 404, 409, CHECKSUM_MISMATCH})
        answer = self._exchange("PATCH", path, piece, headers, answers)
        return _offset(answer, scan) if answer.status == 204 else None

    def picture(self, sha256: str, offset: int) -> bytes | None:
        """What follows `offset` of a picture; None where the centre holds nothing of that name."""
        answer = self._exchange("GET", piece_path(sha256, offset), b"", {}, frozenset({200, 404}))
        return answer.body if answer.status == 200 else None

    def close(self) -> None:
        """End what is under way."""
        self.client.close()

    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str], answers: frozenset[int]
    ) -> Answer:
        answer = self.client.exchange(method, path, body, headers, answers)
        self._answered()
        return answer

    def _ask(self, path: str, said: msgspec.Struct, kind: type[Told]) -> Told:
        answer = self._exchange("POST", path, msgspec.json.encode(said), {}, _OK)
        try:
            told = msgspec.json.decode(answer.body, type=kind)
        except ValueError as error:
            raise LinkFailure(REFUSED, f"the centre's answer is of another form: {error}") from error
        if told.nonce != getattr(said, "nonce", None):
            raise LinkFailure(NOT_THE_CENTRE, "the answer belongs to another request")
        return told


def _offset(answer: Answer, scan: Upload) -> int:
    written = answer.headers.get("Upload-Offset", "")
    if not written.isdecimal() or int(written) > scan.size:
        raise LinkFailure(REFUSED, f"Upload-Offset: 0 to {scan.size} expected, found {written[:20]!r}")
    return int(written)


def _nonce() -> str:
    return secrets.token_urlsafe(18)
