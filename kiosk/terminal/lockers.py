"""Locker doors for the citizen of a visit: opened once, told as their own sensor says, until they are closed again.

Main thread only. A door that was ordered open belongs to its visit; what it does afterwards is told to nobody else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from devices.events import JobDone, JobFailed
from devices.locker.state import Door, OpenOutcome
from kiosk import audit
from kiosk.link import DoorNews, OpenLocker
from kiosk.terminal.visits import VisitProcess

_LOOK_EVERY: Final = 0.7
"""Seconds between two looks at a door that stands open."""
_STATE_OF: Final = {"opened": "opened", "failed": "stuck", "uncertain": "unknown"}
_SAME_DOOR: Final = "locker.already_open"


class Locker(Protocol):
    """The shared locker, as the fleet knows it."""

    heard: Callable[[JobDone | JobFailed], None]

    def submit(self, token: object, job: Callable[[Any], object]) -> None:
        """Have a job done; `heard` is told how it ended."""


@dataclass
class _Asked:
    process: VisitProcess
    message: OpenLocker
    opened: bool = False
    look_at: float = 0.0
    looking: bool = False


class DoorDesk:
    """Every door visits asked for."""

    def __init__(self, locker: Locker) -> None:
        self._locker = locker
        self._asked: dict[str, _Asked] = {}
        """By case and request."""
        locker.heard = self._hear

    @property
    def busy(self) -> bool:
        """Whether a door is being opened for somebody."""
        return bool(self._asked)

    def open(self, process: VisitProcess, message: OpenLocker) -> None:
        """Open a door. The same request again is the same opening."""
        token = f"{message.case_id}/{message.request}"
        if token in self._asked:
            return
        self._asked[token] = _Asked(process, message)
        self._locker.submit(("open", token), lambda locker: locker.open(message.door))

    def visit_over(self, case_id: str) -> None:
        """Nobody waits for a door any more; one that stands open is seen by whoever looks after the locker."""
        for token in [token for token, asked in self._asked.items() if asked.message.case_id == case_id]:
            asked = self._asked.pop(token)
            if asked.opened:
                audit.note("locker_door", door=asked.message.door, state="left_open", fault="")

    def tick(self, now: float) -> None:
        """Look whether the doors that stand open are closed again."""
        for token, asked in self._asked.items():
            if asked.opened and not asked.looking and now >= asked.look_at:
                asked.looking, asked.look_at = True, now + _LOOK_EVERY
                self._locker.submit(("look", token), _look(asked.message.door))

    def _hear(self, event: JobDone | JobFailed) -> None:
        match event.token:
            case (str() as what, str() as token) if token in self._asked:
                asked = self._asked[token]
            case _:
                return
        match event:
            case JobDone(result=OpenOutcome(result=result, fault=fault)):
                self._opened(token, asked, _STATE_OF[result], fault.key if fault else "")
            case JobDone(result=Door() as door):
                asked.looking = False
                if door is Door.CLOSED:
                    self._over(token, asked, "closed", "")
            case JobFailed(fault=fault, begun=begun) if what == "open":
                self._over(token, asked, "unknown" if begun else "stuck", fault.key)
            case _:
                asked.looking = False

    def _opened(self, token: str, asked: _Asked, state: str, fault: str) -> None:
        if state == "opened" or fault == _SAME_DOOR:  # open already: the citizen can reach what is inside
            asked.opened = True
            self._tell(asked, "opened", "" if state == "opened" else fault)
        else:
            self._over(token, asked, state, fault)

    def _over(self, token: str, asked: _Asked, state: str, fault: str) -> None:
        del self._asked[token]
        self._tell(asked, state, fault)

    @staticmethod
    def _tell(asked: _Asked, state: str, fault: str) -> None:
        audit.note("locker_door", door=asked.message.door, state=state, fault=fault)
        asked.process.send(DoorNews(asked.message.visit, asked.message.request, state, fault))


def _look(door: int) -> Callable[[Any], Door]:
    def look(locker: Any) -> Door:  # noqa: ANN401 - of whichever family
        said: Door = locker.door(door)
        return said

    return look
