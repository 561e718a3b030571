"""A line that many boards share: pauses before speaking, exactly one echo dropped, a babbling line cut off."""

import time

import pytest

from devices.parts.half_duplex import HalfDuplexLine, quiet_seconds
from devices.port import Deadline


class Echoing:
    """A port that hears itself so many times and then an answer, in pieces of a given size."""

    address = "serial:/dev/line?baud=9600"

    def __init__(self, *, echoes: int = 1, answer: bytes = b"", piece: int = 64) -> None:
        self._echoes = echoes
        self._answer = answer
        self._piece = piece
        self.arrived = b""
        self.written_at: list[float] = []

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        size = min(limit, self._piece)
        chunk, self.arrived = self.arrived[:size], self.arrived[size:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        self.written_at.append(time.monotonic())
        self.arrived += payload * self._echoes + self._answer

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self.arrived = b""


def heard(port: Echoing, *, echo: bool, request: bytes = b"\x8a\x01\x01\x11\x9b") -> bytes:
    line = HalfDuplexLine(port, echo=echo)
    line.send(request, Deadline.after(1))
    said = b""
    while chunk := line.read(Deadline.after(0.01)):
        said += chunk
    return said


@pytest.mark.parametrize(
    ("address", "milliseconds"),
    [
        ("serial:/dev/line?baud=9600", 3.6),
        ("serial:/dev/line?baud=4800", 7.3),
        ("serial:/dev/line?baud=115200", 1.75),
        ("tcp:10.0.0.1:4001", 3.6),
        ("serial:/dev/line?baud=none", 3.6),
    ],
)
def test_the_pause_is_three_and_a_half_characters(address: str, milliseconds: float) -> None:
    assert quiet_seconds(address) * 1000 == pytest.approx(milliseconds, abs=0.1)


@pytest.mark.parametrize("piece", [1, 3, 64])
def test_exactly_one_echo_is_dropped_even_if_the_answer_is_the_same_bytes(piece: int) -> None:
    same = b"\x8a\x01\x01\x11\x9b"
    assert heard(Echoing(answer=same, piece=piece), echo=True) == same
    assert heard(Echoing(echoes=2, answer=b"x", piece=piece), echo=True) == same + b"x"


def test_nothing_is_dropped_where_nothing_echoes() -> None:
    assert heard(Echoing(echoes=0, answer=b"\x80\x01"), echo=True) == b"\x80\x01"
    assert heard(Echoing(echoes=1, answer=b"y"), echo=False) == b"\x8a\x01\x01\x11\x9by"


def test_who_has_just_heard_something_waits_before_speaking() -> None:
    port = Echoing(answer=b"answer")
    line = HalfDuplexLine(port, echo=True)
    for _ in range(3):
        line.send(b"ask", Deadline.after(1))
        assert line.read(Deadline.after(0.1)) == b"answer"
    first, second, third = port.written_at
    assert min(second - first, third - second) >= quiet_seconds(port.address)


def test_a_line_that_never_rests_is_cut_off() -> None:
    port = Echoing()
    port.arrived = b"z" * 1_000_000
    assert 4096 <= len(HalfDuplexLine(port, echo=False).unasked()) < 8192
