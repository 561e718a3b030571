"""Frames over the socket pair: whole, in order, bounded; a peer that is gone or hangs is noticed, never waited for."""

import queue
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.facts import Facts
from kiosk.link import (
    SEND_SECONDS,
    CaseKept,
    Enter,
    FactsChanged,
    Link,
    LinkClosed,
    Over,
    ToVisit,
    terminal_end,
    visit_end,
)
from tests.waiting import heard


@dataclass
class Pair:
    """Both ends of a link; what each hears goes into a queue."""

    ours: socket.socket
    theirs: socket.socket
    heard: queue.SimpleQueue[object] = field(default_factory=queue.SimpleQueue)

    def listen(self, link: Link[Any]) -> Link[Any]:
        """Have an end listen."""
        link.listen(self.heard.put, lambda: self.heard.put("closed"))
        return link


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair(*socket.socketpair())
    yield made
    for end in (made.ours, made.theirs):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def test_messages_arrive_whole_and_in_order(pair: Pair) -> None:
    terminal = terminal_end(pair.ours)
    pair.listen(visit_end(pair.theirs))
    sent: list[ToVisit] = [
        Enter(1, "case", Facts(printer="ready")),
        FactsChanged(Facts(last_number="A1-001")),
        CaseKept(1, "case", "6101", "A1-001", "2026-11-22", "now", None, "take-number"),
    ]
    for message in sent:
        terminal.send(message)
    assert [heard(pair.heard, "a message") for _ in sent] == sent
    terminal.close()
    assert heard(pair.heard, "the end") == "closed"


@pytest.mark.parametrize("said", [b"\x00\x00\x00\x03abc", b"\x7f\xff\xff\xff"], ids=["nonsense", "endless frame"])
def test_nonsense_closes_the_link(pair: Pair, said: bytes) -> None:
    pair.listen(terminal_end(pair.theirs))
    pair.ours.sendall(said)
    assert heard(pair.heard, "the end") == "closed"


def test_what_belongs_to_the_other_direction_is_nonsense(pair: Pair) -> None:
    pair.listen(visit_end(pair.ours))
    visit_end(pair.theirs).send(Over(1, "left"))
    assert heard(pair.heard, "the end") == "closed"


def test_a_peer_that_does_not_read_is_given_up_within_the_deadline(pair: Pair) -> None:
    terminal = terminal_end(pair.ours)
    message = FactsChanged(Facts(last_number="9" * 10_000))
    began = time.monotonic()
    with pytest.raises(LinkClosed):
        _say_often(terminal, message)
    assert time.monotonic() - began < SEND_SECONDS * 2 + 1


def test_sending_to_a_closed_peer_is_an_error_with_a_name(pair: Pair) -> None:
    visit_end(pair.theirs).close()
    with pytest.raises(LinkClosed):
        _say_often(terminal_end(pair.ours), FactsChanged(Facts()))


def _say_often(link: Link[Any], message: FactsChanged) -> None:
    for _ in range(10_000):
        link.send(message)
