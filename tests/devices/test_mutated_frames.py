"""A fixed budget of mutated frames for every protocol; `./suiban fuzz devices` has 100,000 each."""

from collections.abc import Iterator

import pytest

from tests.devices import fuzz
from tests.devices.fuzz_protocols import PROTOCOLS, Protocol

BUDGET = 1500


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_no_mutation_crashes_a_parser_or_gets_a_wrong_frame_accepted(name: str) -> None:
    outcome = fuzz.run(name, BUDGET)
    assert outcome.frames == BUDGET


def test_a_parser_that_checks_nothing_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = PROTOCOLS["SAM-V"]

    def credulous(wire: bytes) -> Iterator[bytes]:
        yield from (wire[at : at + 11] for at in range(len(wire)) if wire[at : at + 2] == b"\x96\x69")

    monkeypatch.setitem(PROTOCOLS, "SAM-V", Protocol(sound.samples, credulous, sound.sound))
    with pytest.raises(AssertionError, match="accepted"):
        fuzz.run("SAM-V", BUDGET)


def test_a_parser_that_crashes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def brittle(wire: bytes) -> Iterator[bytes]:
        yield wire[: 1 // len(wire[1:])]

    monkeypatch.setitem(PROTOCOLS, "ESC/POS", Protocol((b"\x12",), brittle, lambda _: True))
    with pytest.raises(ZeroDivisionError):
        fuzz.run("ESC/POS", BUDGET)
