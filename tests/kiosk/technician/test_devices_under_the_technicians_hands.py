"""The technician's workers: no card of a citizen is read, and the recorder's older frames are taken along."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from devices.recording.recorder import Recorder
from kiosk.fitted.fitting import ring_of
from kiosk.technician.stations import READER, Stations
from kiosk.technician.values import Setup
from tests.devices.conftest import reader, reader_process, start
from tests.devices.running import Running
from tests.waiting import until

__all__ = ["reader", "reader_process", "start"]


class Hands:
    """Stations with a real reader, and the cards they read."""

    def __init__(self, folder: Path) -> None:
        self.cards: list[str] = []
        self.heard: list[object] = []
        self.stations = Stations(
            folder,
            self.heard.append,
            card_read=self.cards.append,
            counted=lambda *_: None,
            checked=lambda *_: None,
        )

    def until(self, seen: Callable[[], object]) -> None:
        """Wait for something to be seen."""
        until(seen, "something", state=lambda: self.heard)


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[Hands]:
    made = Hands(tmp_path)
    yield made
    made.stations.stop()


def more_than(reader: Running, enough: int) -> bool:
    """Whether it was given more commands than that."""
    return commands(reader) > enough


def commands(reader: Running) -> int:
    """How many commands the reader was given."""
    said = reader.do("fault", name="none")["commands"]
    assert isinstance(said, int)
    return said


def test_a_card_that_lies_there_is_never_read_at_the_door_nor_while_somebody_is_enrolled(
    hands: Hands, reader: Running
) -> None:
    before = reader.do("put_card")["reads"]
    hands.stations.refit(READER, Setup(reader.address))
    for _ in range(2):  # at the door, then for an enrolment
        hands.stations.await_card()
        enough = commands(reader) + 8
        hands.until(partial(more_than, reader, enough))
        hands.stations.rest()
    assert (reader.do("fault", name="none")["reads"], hands.cards) == (before, [])

    hands.stations.await_card()
    hands.until(lambda: hands.stations.is_up(READER))
    reader.do("lift_card")
    hands.until(partial(more_than, reader, commands(reader) + 8))  # it has looked and found no card
    reader.do("put_card", card="hk_mo_tw")
    hands.until(lambda: hands.cards)
    assert hands.cards == ["810000199001010019"]


def test_frames_of_the_citizens_time_and_of_every_refit_are_taken_along(
    hands: Hands, reader: Running, tmp_path: Path
) -> None:
    ring = ring_of(tmp_path, READER)
    ring.parent.mkdir()
    earlier = Recorder(lambda _, piece: piece, path=ring)
    earlier.note("in", b"a citizen's time")
    earlier.close()
    for address in (reader.address, "/dev/suiban-nowhere", reader.address):
        hands.stations.refit(READER, Setup(address))
        if address == reader.address:
            hands.until(lambda: hands.stations.is_up(READER))
    made = hands.stations.recording(READER, {}, {})
    assert made is not None
    assert len(made.frames) > 1
    assert made.recorded()[0].shown == b"a citizen's time"
    assert hands.stations.frames(READER)[0].shown


def test_without_a_disk_for_the_recorder_its_memory_outlasts_a_refit(
    hands: Hands, reader: Running, tmp_path: Path
) -> None:
    ring_of(tmp_path, READER).mkdir(parents=True)  # nobody can write there
    hands.stations.refit(READER, Setup(reader.address))
    hands.until(lambda: hands.stations.frames(READER))
    hands.stations.refit(READER, Setup("/dev/suiban-nowhere"))
    assert hands.stations.frames(READER)
