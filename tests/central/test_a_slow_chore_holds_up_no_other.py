"""What waits for somebody outside has a thread of its own: numbers lapse and cards are raised meanwhile."""

import threading

import pytest

from central import upkeep
from central.caretaker import Caretaker, Chore, each
from tests.central.conftest import Running
from tests.waiting import until


def beside(*, apart: bool) -> tuple[Caretaker, threading.Event, list[int]]:
    """A chore nobody answers, and a quick one beside it that counts its turns."""
    answered, turns = threading.Event(), list[int]()
    silent = Chore("silent", 3600.0, lambda: answered.wait(30), apart=apart)
    quick = Chore("quick", 3600.0, lambda: turns.append(1))
    return Caretaker(silent, quick), answered, turns


def test_a_chore_apart_holds_up_none_and_is_rung_like_any() -> None:
    caretaker, answered, turns = beside(apart=True)
    caretaker.start()
    for wanted in (1, 2, 3):
        until(lambda wanted=wanted: len(turns) >= wanted, "the quick one's turn")  # type: ignore[misc]
        caretaker.ring("quick")
    silent = caretaker.chores()[0]
    assert silent.done_at is None
    answered.set()
    until(lambda: silent.done_at is not None, "its own end")
    first = silent.done_at
    caretaker.ring("silent")
    until(lambda: silent.done_at != first, "its next turn")
    caretaker.stop()
    assert {thread.name for thread in threading.enumerate()} & {"caretaker silent", "caretaker"} == set()


def test_control_on_one_thread_the_others_wait() -> None:
    caretaker, answered, turns = beside(apart=False)
    caretaker.start()
    assert not answered.wait(0.3)
    assert turns == []
    answered.set()
    until(lambda: turns, "the turn after it")
    caretaker.stop()


def test_one_thing_that_cannot_be_done_stops_none_and_is_not_hushed_up() -> None:
    done: list[int] = []

    def do(one: int) -> None:
        if one % 2:
            raise ValueError(one)
        done.append(one)

    with pytest.raises(ValueError, match="1"):
        each(range(5), do)
    assert done == [0, 2, 4]
    each([0, 2], do)


def test_whoever_waits_for_somebody_outside_is_apart_and_the_queue_is_not(embedded: Running) -> None:
    chores = {chore.name: chore for chore in embedded.centre.caretaker.chores()}
    assert set(chores) >= upkeep.APART
    assert {name for name, chore in chores.items() if chore.apart} == upkeep.APART
    assert not upkeep.APART & {"queue", "hall acts", "supervision", "deemed", "mandates", "matters"}
