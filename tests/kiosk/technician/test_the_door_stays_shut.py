"""The roll of technicians and the door's memory, on disk."""

import stat
from pathlib import Path

import pytest

from kiosk.technician.door import (
    CODE_SECONDS,
    FREE_FAILURES,
    LONGEST_WAIT_SECONDS,
    Attempts,
    Door,
    NotEnrolled,
    Opened,
    Refused,
    wait_left,
)
from tests.kiosk.technician.workshop import CARD, CHEAP, PIN


class Clock:
    """Seconds since 1970, turned by hand."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> Door:
    made = Door(tmp_path / "technicians.json", tmp_path / "attempts.json", clock, CHEAP)
    made.enrol("T-017", CARD, PIN)
    made.enrol("T-018", "110105199003070018", "975310")
    return made


def test_card_and_pin_of_the_same_person_open_it(door: Door) -> None:
    assert door.attempt(pin=PIN, card=CARD) == Opened("T-017")
    assert door.attempt(pin="975310", card="110105199003070018") == Opened("T-018")


@pytest.mark.parametrize(
    ("card", "pin"), [(CARD, "975310"), ("110105199003070018", PIN), ("11010519491231001X", PIN), (CARD, ""), ("", PIN)]
)
def test_nothing_else_opens_it(door: Door, card: str, pin: str) -> None:
    assert door.attempt(pin=pin, card=card) == Refused(0.0)


def test_a_pin_alone_opens_it_only_for_who_turned_the_cabinets_switch(door: Door) -> None:
    assert door.attempt(pin=PIN) == Refused(0.0)
    assert door.attempt(pin=PIN, keyed=True) == Opened("T-017")


def test_a_pin_that_two_people_share_names_nobody(door: Door) -> None:
    door.enrol("T-019", "110105199003070026", PIN)
    assert door.attempt(pin=PIN, keyed=True) == Refused(0.0)
    assert door.attempt(pin=PIN, card=CARD) == Opened("T-017")


def test_a_code_opens_once_within_its_time_and_with_a_pin(door: Door, clock: Clock) -> None:
    code = door.code()
    assert door.attempt(pin="000000", code=code) == Refused(0.0)
    assert door.attempt(pin=PIN, code=code) == Refused(0.0), "a code that was tried is void"
    code = door.code()
    assert door.attempt(pin=PIN, code=code) == Opened("T-017")
    assert door.attempt(pin=PIN, code=code) == Refused(0.0)
    late = door.code()
    clock.now += CODE_SECONDS
    assert door.attempt(pin=PIN, code=late) == Refused(0.0)


def test_an_empty_code_opens_nothing(door: Door) -> None:
    assert door.attempt(pin=PIN, code="") == Refused(0.0)


def test_after_five_failures_it_waits_and_each_further_one_doubles_the_wait(door: Door, clock: Clock) -> None:
    waits = []
    for _ in range(FREE_FAILURES + 3):
        outcome = door.attempt(pin="111112", card=CARD)
        assert isinstance(outcome, Refused)
        waits.append(outcome.seconds)
        clock.now += outcome.seconds
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480]
    assert door.attempt(pin=PIN, card=CARD) == Opened("T-017")
    assert door.attempt(pin="111112", card=CARD) == Refused(0.0), "an opened door forgets"


def test_while_it_waits_not_even_the_right_pin_opens_it_and_a_restart_changes_nothing(
    door: Door, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(FREE_FAILURES):
        door.attempt(pin="111112", card=CARD)
    again = Door(tmp_path / "technicians.json", tmp_path / "attempts.json", clock, CHEAP)
    assert again.shut_for == 60.0
    assert again.attempt(pin=PIN, card=CARD) == Refused(60.0)
    clock.now += 60
    assert again.attempt(pin=PIN, card=CARD) == Opened("T-017")


def test_a_clock_set_back_shuts_it_for_the_longest_wait_at_most() -> None:
    assert wait_left(Attempts(30, last=2_000_000_000.0), now=1_000_000_000.0) == LONGEST_WAIT_SECONDS


def test_a_torn_memory_of_failures_is_no_free_try(door: Door, tmp_path: Path) -> None:
    (tmp_path / "attempts.json").write_bytes(b'{"fail')
    assert door.shut_for == 60.0


def test_a_failure_is_written_down_before_the_try_is_judged(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(*_: object, **__: object) -> None:
        raise KeyboardInterrupt  # the plug

    monkeypatch.setattr(door, "_who", pulled)
    for _ in range(FREE_FAILURES):
        with pytest.raises(KeyboardInterrupt):
            door.attempt(pin="111112", card=CARD)
    assert door.shut_for > 0


def test_no_card_number_and_no_pin_stands_on_disk_and_only_the_owner_may_read(door: Door, tmp_path: Path) -> None:
    door.attempt(pin="111112", card=CARD)
    for path in tmp_path.iterdir():
        held = path.read_text(encoding="utf-8")
        assert CARD not in held
        assert PIN not in held
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    roll = (tmp_path / "technicians.json").read_text(encoding="utf-8")
    assert roll.count("$argon2id$") == 4


@pytest.mark.parametrize(
    ("name", "number", "pin"),
    [("T-020", "1", "12345"), ("T-020", "1", "1234567890123"), ("T-020", "1", "12345a"), ("T-020", "1", "777777"),
     ("", "1", PIN), ("T-020", " ", PIN), ("T-017", "1", PIN), ("T-020", CARD, PIN)],
)  # fmt: skip
def test_nobody_is_enrolled_with_less_than_a_name_a_card_and_a_real_pin(
    door: Door, name: str, number: str, pin: str
) -> None:
    with pytest.raises(NotEnrolled):
        door.enrol(name, number, pin)
    assert door.names == ("T-017", "T-018")


def test_who_was_removed_stays_outside(door: Door) -> None:
    door.remove("T-017")
    assert door.attempt(pin=PIN, card=CARD) == Refused(0.0)
    with pytest.raises(NotEnrolled, match="T-018"):
        door.remove("T-017")
