"""Permits for the citizen of a visit: taken in, endorsed once, given back; nobody's permit stays without staff knowing.

Main thread only. An endorsement is a paper of its own in the journal: prepared, claimed before the machine is told, and
what nobody can say of it is uncertain, at the centre too. A permit belongs to its visit; once that is over, or when it
was inside at a power cut, it goes to the mouth, and after a minute into the machine's locked box.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from devices.events import JobDone, JobFailed
from devices.permit_endorser.protocol import Place
from devices.permit_endorser.state import EndorseOutcome, EndorserState, GivenBack, Taken
from devices.port import Deadline
from kiosk import audit
from kiosk.fitted.fleet import Known
from kiosk.journey.machines import PermitState
from kiosk.link import Endorse, GiveBackPermit, PermitNews, TakeInPermit
from kiosk.paper.printing import StoreJobs
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.visits import VisitProcess
from offline_cache.records import DocumentEnd, PrintState
from offline_cache.sheets import SheetWanted, StoredSheet

TEMPLATE: Final = "endorsement"
"""What the journal and the centre call such a paper."""
TAKE_SECONDS: Final = 60.0
HAND_SECONDS: Final = 20.0
"""How long one look at the mouth waits for a hand."""
LEFT_SECONDS: Final = 60.0
"""A permit stands in the mouth for so long at most."""
_RESULT: Final = {"printed": PermitState.ENDORSED, "failed": PermitState.BLANK, "uncertain": PermitState.UNCERTAIN}
_HOW: Final = {"taken": PermitState.OUT, "kept": PermitState.KEPT, "stuck": PermitState.STUCK}


class Machine(Protocol):
    """The shared endorser, as the fleet knows it."""

    heard: Callable[[JobDone | JobFailed], None]
    known: Known

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Have a job done; `heard` is told how it ended."""


@dataclass
class _Turn:
    """A visit's turn at the machine."""

    process: VisitProcess
    visit: int
    case_id: str
    taking: threading.Event = field(default_factory=threading.Event)
    """Set when the permit is not wanted any more."""
    returning: str = ""
    """The request that asked for it back."""
    mouth_since: float = 0.0


class PermitDesk:
    """Every permit visits asked for, and those that nobody came back for."""

    def __init__(
        self,
        machine: Machine,
        store: StoreJobs,
        inbox: Inbox,
        *,
        changed: Callable[[], None],
        left: Callable[[str], None],
        now: Callable[[], float],
    ) -> None:
        """`changed`: something was written down that the centre should hear of; `left` records a permit nobody took."""
        self._machine = machine
        self._store = store
        self._inbox = inbox
        self._changed = changed
        self._left = left
        self._now = now
        self._turn: _Turn | None = None
        self._waits: dict[object, Callable[[JobDone | JobFailed], None]] = {}
        self._mouth_since: float | None = None
        machine.heard = self._heard

    @property
    def busy(self) -> bool:
        """Whether somebody's permit is in the machine."""
        return self._turn is not None or bool(self._waits)

    def take(self, process: VisitProcess, message: TakeInPermit) -> None:
        """Open the mouth for this visit."""
        turn = self._turn = _Turn(process, message.visit, message.case_id)
        cancelled = turn.taking

        def work(machine: Any) -> Taken:  # noqa: ANN401 - the driver
            taken: Taken = machine.take_in(Deadline.after(TAKE_SECONDS), cancelled.is_set)
            return taken

        self._do(("take", message.case_id, message.request), work, partial(self._taken, turn, message.request))

    def endorse(self, process: VisitProcess, message: Endorse) -> None:
        """Write it down, claim it, print it. The same paper again is not printed again."""
        turn = self._turn
        if turn is None or turn.case_id != message.case_id:
            self._tell(process, message.visit, message.request, PermitState.BLANK)
            return
        wanted = SheetWanted(message.paper_id, message.case_id, TEMPLATE)
        digest = hashlib.sha256(message.text.encode()).hexdigest()

        def claim(store: Any) -> bool:  # noqa: ANN401 - the store
            prepared: StoredSheet | None = store.sheets.prepare(wanted)
            return prepared is not None and bool(store.sheets.claim(message.paper_id, digest, 1))

        self._inbox.when_done(
            self._store.do(claim),
            lambda ours: self._print(turn, message, ours=ours),
            lambda _: self._tell(process, message.visit, message.request, PermitState.BLANK, "store.io"),
        )

    def give_back(self, process: VisitProcess, message: GiveBackPermit) -> None:
        """Whatever is inside, into the mouth, and wait for its hand."""
        turn = self._turn
        if turn is None or turn.case_id != message.case_id:
            self._tell(process, message.visit, message.request, PermitState.OUT)
            return
        turn.taking.set()
        turn.returning, turn.mouth_since = message.request, self._now()
        self._out(turn)

    def visit_over(self, case_id: str) -> None:
        """Nobody waits for it any more: what is in the machine comes out, as `tick` finds it there."""
        if self._turn is not None and self._turn.case_id == case_id:
            self._turn.taking.set()
            self._turn = None

    def tick(self, now: float) -> None:
        """A permit that is nobody's: out of the machine, and out of the mouth once it stood there for too long."""
        state = self._machine.known.state
        place = state.place if isinstance(state, EndorserState) else None
        if self._turn is not None or self._waits or place not in (Place.INSIDE, Place.MOUTH):
            self._mouth_since = None
        elif place is Place.INSIDE:
            self._do(("out", now), lambda machine: machine.give_back(Deadline.after(0.0)), lambda _: None)
        elif self._mouth_since is None:
            self._mouth_since = now
        elif now - self._mouth_since >= LEFT_SECONDS:
            self._mouth_since = None
            self._do(("keep", now), lambda machine: machine.keep(), self._kept)

    # --- how jobs end ----------

    def _do(
        self, token: object, job: Callable[[Any], object], ended: Callable[[JobDone | JobFailed], None],
    ) -> None:  # fmt: skip
        self._waits[token] = ended
        self._machine.submit(token, job)

    def _heard(self, event: JobDone | JobFailed) -> None:
        ended = self._waits.pop(event.token, None)
        if ended is not None:
            ended(event)

    def _taken(self, turn: _Turn, request: str, event: JobDone | JobFailed) -> None:
        match event:
            case JobDone(result=Taken(tail, valid_until)):
                self._tell(turn.process, turn.visit, request, PermitState.INSIDE, "", tail, valid_until)
            case JobFailed(fault=fault):
                self._tell(turn.process, turn.visit, request, PermitState.NONE, fault.key)
            case _:
                pass

    def _print(self, turn: _Turn, message: Endorse, *, ours: bool) -> None:
        if not ours:  # it was claimed before: whoever did so says what became of it
            self._tell(turn.process, turn.visit, message.request, PermitState.UNCERTAIN)
            return
        job = message.paper_id.replace("-", "")

        def work(machine: Any) -> EndorseOutcome:  # noqa: ANN401 - the driver
            outcome: EndorseOutcome = machine.endorse(job, message.text)
            return outcome

        self._do(("endorse", message.paper_id), work, partial(self._printed, turn, message))

    def _printed(self, turn: _Turn, message: Endorse, event: JobDone | JobFailed) -> None:
        match event:
            case JobDone(result=EndorseOutcome(result, evidence, fault)):
                out = 1 if result == "printed" else 0 if result == "failed" else None
                end = DocumentEnd(PrintState(result), evidence, fault.key if fault else "", out)
            case JobFailed(fault=fault, begun=begun):
                state = PrintState.UNCERTAIN if begun else PrintState.FAILED
                end = DocumentEnd(state, "", fault.key, None if begun else 0)
            case _:
                return
        audit.note("permit_moved", state=end.outcome.value, fault=end.reason)
        written = self._store.do(lambda store: store.sheets.finish(message.paper_id, end))
        said = partial(self._tell, turn.process, turn.visit, message.request)

        def told(_: object) -> None:
            said(_RESULT[end.outcome.value], end.reason)
            self._changed()

        # What the journal could not take is not said to be printed.
        self._inbox.when_done(written, told, lambda _: said(PermitState.UNCERTAIN, end.reason))

    def _out(self, turn: _Turn) -> None:
        token = ("return", turn.case_id, turn.returning, self._now())
        self._do(token, lambda machine: machine.give_back(Deadline.after(HAND_SECONDS)), partial(self._came_out, turn))

    def _came_out(self, turn: _Turn, event: JobDone | JobFailed) -> None:
        if turn is not self._turn:
            return  # its visit is over: `tick` sees to what still stands there
        match event:
            case JobDone(result=GivenBack(how="mouth")) if self._now() - turn.mouth_since < LEFT_SECONDS:
                self._out(turn)
            case JobDone(result=GivenBack(how="mouth")):
                self._do(("keep", self._now()), lambda machine: machine.keep(), partial(self._over, turn))
            case _:
                self._over(turn, event)

    def _over(self, turn: _Turn, event: JobDone | JobFailed) -> None:
        state, fault = PermitState.STUCK, ""
        match event:
            case JobDone(result=GivenBack(how, found)):
                state, fault = _HOW.get(how, PermitState.STUCK), found.key if found else ""
            case JobFailed(fault=failed):
                fault = failed.key
            case _:
                pass
        if state is PermitState.KEPT:
            self._left("retracted")
        if turn is self._turn:
            self._turn = None
        self._tell(turn.process, turn.visit, turn.returning, state, fault)

    def _kept(self, event: JobDone | JobFailed) -> None:
        """One that was nobody's."""
        kept = isinstance(event, JobDone) and isinstance(event.result, GivenBack) and event.result.how == "kept"
        self._left("retracted" if kept else "unknown")

    @staticmethod
    def _tell(
        process: VisitProcess,
        visit: int,
        request: str,
        state: PermitState,
        fault: str = "",
        tail: str = "",
        valid_until: str = "",
    ) -> None:
        audit.note("permit_moved", state=state.value, fault=fault)
        process.send(PermitNews(visit, request, state.value, fault, tail, valid_until))
