import queue
import threading
from collections.abc import Iterator

import pytest

from tests.waiting import TooLate, heard, until, until_told


def test_the_first_true_thing_is_given_back() -> None:
    looks: Iterator[str] = iter(("", "", "there"))
    assert until(lambda: next(looks), "something", meanwhile=int) == "there"


def test_what_never_comes_is_told_with_the_last_that_was_seen() -> None:
    with pytest.raises(TooLate, match=r"^waited 0 s for the third; last seen: \[\]$"):
        until(list, "the third", 0.0)
    with pytest.raises(TooLate, match=r"last seen: what the process said$"):
        until(lambda: False, "the third", 0.0, state=lambda: "what the process said")


def test_an_error_while_looking_is_that_error() -> None:
    with pytest.raises(ZeroDivisionError):
        until(lambda: 1 // 0, "nothing", 0.0)


def test_a_machine_that_slept_past_the_deadline_looks_once_more() -> None:
    looks = iter((False, True))
    assert until(lambda: next(looks), "the morning", 0.001, meanwhile=lambda: threading.Event().wait(0.01))


def test_a_queue_and_a_condition_are_waited_for_alike() -> None:
    mailbox: queue.SimpleQueue[int] = queue.SimpleQueue()
    mailbox.put(7)
    assert heard(mailbox, "a number") == 7
    with pytest.raises(TooLate, match="for a number; last seen: nothing came"):
        heard(mailbox, "a number", 0.001)
    changed, there = threading.Condition(), list[int]()
    with pytest.raises(TooLate, match=r"for a number; last seen: \[\]"):
        until_told(changed, lambda: there, "a number", 0.001)
    there.append(7)
    assert until_told(changed, lambda: there, "a number") == [7]
