"""Who stands here against the card on the reader, over two real lines; the device forgets at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.id_card_reader.driver import IdCardReader
from devices.id_card_reader.layouts import CardContent
from devices.worker import Worker
from kiosk.fitted.fitting import worker_of
from kiosk.journey import events as e
from kiosk.journey.machines import ComparePerson, PersonCompared
from kiosk.settings import Device
from kiosk.visit.card_watch import CARD_EVERY, CardGuard, CardWatch
from kiosk.visit.matching import NO_CARD, Matching
from tests.devices.running import Running
from tests.waiting import until

VISIT = 1


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running]]:
    reader = Running("id-card-reader", tmp_path_factory.mktemp("reader"), "--card", "none")
    matcher = Running("person-matcher", tmp_path_factory.mktemp("matcher"), "--seconds", "0.1")
    yield reader, matcher
    reader.end()
    matcher.end()


class Pair:
    """A visit's two devices, and what its journey hears."""

    def __init__(self, folder: Path, reader: Running, matcher: Running) -> None:
        self.said: list[e.News] = []
        self.read: list[object] = []
        self.guard = CardGuard()
        self.matching = Matching(VISIT, self.guard, self.said.append)
        self.reader: Worker[IdCardReader] = worker_of("id_card_reader", Device(reader.address), folder, self._hear)
        self.matcher = worker_of("person_matcher", Device(matcher.address), folder, self.matching.hear_matcher)
        self.reader.start()
        self.matcher.start()
        self.matching.fit(self.matcher)
        self.reader.repeat("card", CardWatch(), CARD_EVERY)

    def _hear(self, event: object) -> None:
        if not self.matching.hear_reader(event):
            result = getattr(event, "result", None)
            if isinstance(result, CardContent):
                self.guard.belongs(result)
                self.read.append(result)

    def compare(self, request: str, way: str = "face") -> PersonCompared:
        self.matching.compare(ComparePerson(VISIT, request, way), self.reader)
        until(lambda: [one for one in self.said if isinstance(one, PersonCompared) and one.request == request], request)
        return next(one for one in self.said if isinstance(one, PersonCompared) and one.request == request)

    def close(self) -> None:
        self.reader.stop(2.0)
        self.matcher.stop(2.0)


@pytest.fixture
def pair(tmp_path: Path, lines: tuple[Running, Running]) -> Iterator[Pair]:
    reader, matcher = lines
    reader.do("lift_card")
    matcher.do("person", there=True, alive=True, score=950)
    made = Pair(tmp_path, reader, matcher)
    until(lambda: made.reader.fresh_at, "the reader")
    until(lambda: made.matcher.fresh_at, "the matcher")
    reader.do("put_card", card="resident")
    until(lambda: made.read, "the card")
    made.reader.rest()
    yield made
    made.close()


@pytest.mark.slow
def test_the_holder_is_recognised_and_somebody_else_is_not(pair: Pair, lines: tuple[Running, Running]) -> None:
    assert pair.compare("1").verdict == "same"
    lines[1].do("person", score=300)
    assert pair.compare("2").verdict == "other"
    lines[1].do("person", score=999, alive=False)
    assert pair.compare("3").verdict == "not_alive"
    assert lines[1].do("state")["holds"] is False


@pytest.mark.slow
def test_without_the_own_card_on_the_reader_nobody_is_compared(pair: Pair, lines: tuple[Running, Running]) -> None:
    compared = lines[1].do("state")["compared"]
    lines[0].do("lift_card")
    gone = pair.compare("1")
    assert (gone.verdict, gone.fault) == ("unable", NO_CARD)
    lines[0].do("put_card", card="rare_name")
    other = pair.compare("2")
    assert (other.verdict, other.fault) == ("unable", NO_CARD), "another person's photo proves nothing"
    assert lines[1].do("state")["compared"] == compared


@pytest.mark.slow
def test_a_card_without_fingers_says_so(pair: Pair) -> None:
    assert pair.compare("1", "finger").verdict == "unable"
