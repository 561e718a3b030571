"""Who stands here against the card on the reader: read at this moment, handed to the device that compares, and dropped.

Visit process only. Nothing of photo or finger is kept: it lives in one job's hands, between two devices' threads.
"""

from collections.abc import Callable
from typing import Final

from devices.events import JobDone, JobFailed
from devices.id_card_reader.driver import IdCardReader
from devices.person_matcher.driver import PersonMatcher
from devices.person_matcher.protocol import Way
from devices.port import Deadline
from devices.worker import Worker
from kiosk.fitted.fitting import absent
from kiosk.journey import events as e
from kiosk.journey.machines import ComparePerson, PersonCompared
from kiosk.visit.card_watch import CardGuard

_READ_SECONDS: Final = 5.0
NO_CARD: Final = "proof.no_card"
READER: Final = "id_card_reader"
MATCHER: Final = "person_matcher"


class Matching:
    """The comparisons of one visit."""

    def __init__(self, visit: int, guard: CardGuard, say: Callable[[e.News], None]) -> None:
        """`say` takes news from any thread."""
        self._visit = visit
        self._guard = guard
        self._say = say
        self._matcher: Worker[PersonMatcher] | None = None

    def fit(self, matcher: Worker[PersonMatcher] | None) -> None:
        """The device of this visit, already started; without one nobody is compared."""
        self._matcher = matcher

    def compare(self, effect: ComparePerson, reader: Worker[IdCardReader] | None) -> None:
        """Read the card that lies there and compare."""
        if reader is None or self._matcher is None:
            self._unable(effect.request, absent(READER if reader is None else MATCHER))
            return
        finger = Way(effect.way) is Way.FINGER

        def reference(device: IdCardReader) -> bytes | None:
            return device.read_reference(Deadline.after(_READ_SECONDS), finger=finger, whose=self._guard.is_own)

        reader.submit((MATCHER, effect.request, effect.way), reference)

    def hear_reader(self, event: object) -> bool:
        """What the reader's worker says of a reference; False for anything else. Reader's thread."""
        match event:
            case JobDone(token=(str() as what, str() as request, str() as way), result=found) if what == MATCHER:
                if isinstance(found, bytes) and self._matcher is not None:
                    self._matcher.submit(request, lambda device: device.compare(Way(way), found))
                else:
                    self._unable(request, NO_CARD)
            case JobFailed(token=(str() as what, str() as request, str()), fault=fault) if what == MATCHER:
                self._unable(request, fault.key)
            case _:
                return False
        return True

    def hear_matcher(self, event: object) -> None:
        """What the matcher's worker posts, on its own thread."""
        match event:
            case JobDone(token=str() as request, result=str() as verdict):
                self._say(PersonCompared(self._visit, request, verdict))
            case JobFailed(token=str() as request, fault=fault):
                self._unable(request, fault.key)
            case _:
                pass

    def _unable(self, request: str, fault: str) -> None:
        self._say(PersonCompared(self._visit, request, "unable", fault))
