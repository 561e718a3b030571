import os
import queue
from pathlib import Path

import pytest

from kiosk.voice.jack import SW_HEADPHONE_INSERT, Jack, event, find, switches
from tests.waiting import heard, until

EV_KEY = 0x01
IN, OUT = event(SW_HEADPHONE_INSERT, 1), event(SW_HEADPHONE_INSERT, 0)


def test_only_the_headphone_switch_counts() -> None:
    microphone = event(0x04, 1)
    key = event(SW_HEADPHONE_INSERT, 1, kind=EV_KEY)
    assert switches(microphone + IN + key + OUT) == [True, False]


@pytest.mark.parametrize("cut", range(len(IN)))
def test_part_of_an_event_is_none(cut: int) -> None:
    assert switches(IN[:cut]) == []


def test_the_device_is_found_by_what_it_can(tmp_path: Path) -> None:
    for name, able in (("event0", "0"), ("event3", "14"), ("event4", "4")):
        folder = tmp_path / name / "device" / "capabilities"
        folder.mkdir(parents=True)
        (folder / "sw").write_text(f"{able}\n", encoding="ascii")
    assert find(tmp_path) == Path("/dev/input/event3")
    assert find(tmp_path / "nothing") is None


def test_plugged_and_unplugged_and_the_line_lost(tmp_path: Path) -> None:
    line = tmp_path / "jack"
    os.mkfifo(line)
    said: queue.SimpleQueue[tuple[bool, bool]] = queue.SimpleQueue()
    jack = Jack(str(line), lambda plugged, moved: said.put((plugged, moved)))
    world = os.open(line, os.O_RDWR)
    try:
        os.write(world, OUT)
        assert heard(said, "how it was found") == (False, False)
        os.write(world, IN)
        assert heard(said, "headphones") == (True, True)
        os.write(world, IN)
    finally:
        os.close(world)
    assert heard(said, "the line to be lost") == (False, True), "never private where nobody knows"
    jack.close()


def test_headphones_that_were_there_before_are_no_movement(tmp_path: Path) -> None:
    line = tmp_path / "jack"
    os.mkfifo(line)
    said: queue.SimpleQueue[tuple[bool, bool]] = queue.SimpleQueue()
    world = os.open(line, os.O_RDWR)
    os.write(world, IN)
    jack = Jack(str(line), lambda plugged, moved: said.put((plugged, moved)))
    assert heard(said, "how it was found") == (True, False)
    os.close(world)
    jack.close()


def test_a_jack_that_is_not_there_is_none(tmp_path: Path) -> None:
    said: list[tuple[bool, bool]] = []
    jack = Jack(str(tmp_path / "nothing"), lambda plugged, moved: said.append((plugged, moved)))
    until(lambda: said, "how it was found")
    assert said == [(False, False)]
    jack.close()
