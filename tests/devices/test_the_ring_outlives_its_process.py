"""The flight recorder's file: read by another process while it is written, whole after a kill, never a torn frame."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devices.parts.frames import LONGEST_SHOWN, Recorded
from devices.recording.recorder import Recorder
from devices.recording.ring_file import _CHECK, _HEAD, SLOT, RingFile, read_ring
from devices.registry import KINDS
from tests.devices.running import ROOT


def everything(_direction: str, piece: bytes) -> bytes:
    return piece


def test_what_one_process_wrote_the_next_one_continues(tmp_path: Path) -> None:
    path = tmp_path / "reader.ring"
    for visit in (b"one", b"two", b"three"):
        recorder = Recorder(everything, path=path)
        recorder.note("out", visit)
        recorder.note("in", b"ok")
        recorder.close()
    assert [frame.shown for frame in read_ring(path)] == [b"one", b"ok", b"two", b"ok", b"three", b"ok"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_only_the_last_two_thousand_stay(tmp_path: Path) -> None:
    ring = RingFile(tmp_path / "ring")
    for number in range(4500):
        ring.keep(Recorded(number, "in", 1, b"x"), again=False)
    ring.close()
    assert [frame.at_us for frame in read_ring(tmp_path / "ring")] == list(range(2500, 4500))
    assert (tmp_path / "ring").stat().st_size == SLOT * 2001


def test_a_frame_that_grows_stays_one_frame_in_the_file_too(tmp_path: Path) -> None:
    recorder = Recorder(everything, path=tmp_path / "ring", clock_ns=lambda: 5_000_000)
    for piece in (b"a", b"b", b"c"):
        recorder.note("in", piece)
    recorder.note("out", b"d")
    assert read_ring(tmp_path / "ring") == recorder.frames()
    assert [frame.shown for frame in recorder.frames()] == [b"abc", b"d"]
    recorder.close()


def test_a_long_frame_goes_on_in_the_next_and_its_length_is_right(tmp_path: Path) -> None:
    recorder = Recorder(everything, path=tmp_path / "ring", clock_ns=lambda: 5_000_000)
    piece = bytes(range(256)) * 3
    recorder.note("in", piece)
    frames = read_ring(tmp_path / "ring")
    assert b"".join(frame.shown for frame in frames) == piece
    assert sum(frame.length for frame in frames) == len(piece)
    assert max(len(frame.shown) for frame in frames) == LONGEST_SHOWN
    assert _HEAD.size + LONGEST_SHOWN + _CHECK.size == SLOT
    recorder.close()


WRITER = """
import os
import sys
from pathlib import Path
from devices.recording.recorder import Recorder
recorder = Recorder(lambda _d, piece: piece, path=Path(sys.argv[1]))
print("ready", flush=True)
number, parent = 0, os.getppid()
while number % 1000 or os.getppid() == parent:  # it does not outlive a test that was killed
    number += 1
    recorder.note("in" if number % 2 else "out", number.to_bytes(4, "big") * 50)
"""


def test_read_while_written_and_killed_at_any_moment_every_frame_is_whole(tmp_path: Path) -> None:
    path, chance = tmp_path / "ring", random.Random(7)
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        looks, until = 0, time.monotonic() + chance.uniform(0.1, 0.3)
        try:
            while time.monotonic() < until or not path.exists() or len(read_ring(path)) < 1999:
                looks += all(whole(frame) for frame in read_ring(path)) if path.exists() else 0
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.wait(5)
            writer.stdout.close()
        assert looks
        frames = read_ring(path)
        assert len(frames) >= 1999, "at most the frame being written is lost"
        assert all(whole(frame) for frame in frames)


@pytest.mark.parametrize("content", [b"", bytes(SLOT), bytes(SLOT * 2001)])
def test_a_file_cut_off_while_it_was_made_holds_nothing_yet_and_is_used_on(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ring"
    path.write_bytes(content)
    assert read_ring(path) == ()
    recorder = Recorder(everything, path=path)
    recorder.note("in", b"x")
    recorder.close()
    assert [frame.shown for frame in read_ring(path)] == [b"x"]


def whole(frame: Recorded) -> bool:
    assert frame.shown[:4] * 50 == frame.shown
    return True


def test_a_torn_slot_is_skipped_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    recorder = Recorder(everything, path=path)
    for direction in ("out", "in", "out"):
        recorder.note("in" if direction == "in" else "out", direction.encode())
    recorder.close()
    with path.open("r+b") as file:
        file.seek(SLOT * 2 + _HEAD.size)
        file.write(b"XX")
    assert [frame.shown for frame in read_ring(path)] == [b"out", b"out"]


def test_while_another_holds_the_file_memory_goes_on_and_the_file_is_taken_over_later(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    old, new = Recorder(everything, path=path), Recorder(everything, path=path)
    old.note("out", b"old")
    new.note("out", b"early")
    assert [frame.shown for frame in new.frames()] == [b"early"]
    old.close()
    assert new._file is not None
    new._file._try_at = 0.0
    new.note("in", b"later")
    assert [frame.shown for frame in read_ring(path)] == [b"old", b"later"]
    new.close()


@pytest.mark.parametrize("place", ["no/such/folder/ring", "."])
def test_a_ring_that_cannot_be_written_costs_nothing_but_itself(tmp_path: Path, place: str) -> None:
    recorder = Recorder(everything, path=tmp_path / place)
    recorder.note("out", b"said")
    assert len(recorder.frames()) == 1
    recorder.close()


def test_another_file_is_no_recorder_and_a_broken_one_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match="no flight recorder"):
        read_ring(path)
    recorder = Recorder(everything, path=path)
    recorder.note("out", b"said")
    recorder.close()
    assert len(read_ring(path)) == 1


def test_closing_leaves_no_descriptor(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count is enough
    for _ in range(3):
        recorder = Recorder(everything, path=tmp_path / "ring")
        recorder.note("out", b"said")
        recorder.close()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["id-card-reader", "ticket-printer"])
def test_at_115200_it_takes_less_than_two_per_cent_of_a_core(tmp_path: Path, kind: str) -> None:
    recorder = KINDS[kind].recorder(tmp_path / "ring")
    piece, second = bytes(range(32, 48)), 11520  # sixteen bytes: what a UART hands over at once
    began = time.process_time()
    for _ in range(second // len(piece)):
        recorder.note("in", piece)
    assert time.process_time() - began < 0.02
    recorder.close()
