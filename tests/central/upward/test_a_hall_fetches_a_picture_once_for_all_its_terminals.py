"""ZZ-15 behind a hall node: pictures come piece by piece, are checked there, and go when nobody shows them."""

import hashlib

import pytest

from central.feed import store as feed
from central.feed.rules import Draft
from central.media import store as media
from central.upward.pictures import LATER_SECONDS, LOOK_SECONDS, Pictures
from contract.feed import FeedKind
from contract.media import PIECE, Form, Media
from tests.central.conftest import Running

RAW = bytes(range(250)) * 1000
NAME = hashlib.sha256(RAW).hexdigest()
TOLD = Media(NAME, len(RAW), Form.PICTURE, {"zh-Hans": "画面"}, "2026-01-01", "2030-01-01")


class FarCentre:
    """What the hall's line reaches."""

    def __init__(self, held: bytes | None = RAW) -> None:
        self.held = held
        self.asked: list[int] = []

    def picture(self, sha256: str, offset: int) -> bytes | None:
        assert sha256 == NAME
        self.asked.append(offset)
        return None if self.held is None else self.held[offset : offset + PIECE]


def say(running: Running, body: Media | bytes, *terminals: str) -> None:
    drafts = [Draft(terminal, FeedKind.MEDIA, "欢迎", body) for terminal in terminals]
    with running.centre.database.writing() as connection:
        feed.publish_all(connection, running.centre.keys, drafts, running.clock())


@pytest.fixture
def pictures(embedded: Running) -> tuple[Running, Pictures, FarCentre]:
    centre = FarCentre()
    made = Pictures(embedded.centre.database, centre, embedded.clock, lambda: 1000.0)  # type: ignore[arg-type]
    say(embedded, TOLD, "GL-01", "GL-02")
    return embedded, made, centre


def held(running: Running) -> bytes | None:
    with running.centre.database.reading() as connection:
        return media.content(connection, NAME)


def test_it_comes_once_for_two_terminals_and_goes_with_the_last_who_shows_it(
    pictures: tuple[Running, Pictures, FarCentre],
) -> None:
    running, fetching, centre = pictures
    while fetching.step() != LOOK_SECONDS:
        pass
    assert held(running) == RAW
    assert centre.asked == list(range(0, len(RAW), PIECE))
    say(running, b"", "GL-01")
    fetching.step()
    assert held(running) == RAW
    say(running, b"", "GL-02")
    fetching.step()
    assert held(running) is None


def test_another_process_goes_on_where_the_first_was_cut(pictures: tuple[Running, Pictures, FarCentre]) -> None:
    running, fetching, centre = pictures
    fetching.step()
    again = Pictures(running.centre.database, centre, running.clock, lambda: 0.0)  # type: ignore[arg-type]
    while again.step() != LOOK_SECONDS:
        pass
    assert centre.asked.count(0) == 1
    assert held(running) == RAW


@pytest.mark.parametrize("wrong", [None, b"x" * len(RAW)])
def test_what_is_not_what_was_named_is_never_passed_on(embedded: Running, wrong: bytes | None) -> None:
    say(embedded, TOLD, "GL-01")
    now = [0.0]
    centre = FarCentre(wrong)
    fetching = Pictures(embedded.centre.database, centre, embedded.clock, lambda: now[0])  # type: ignore[arg-type]
    while fetching.step() != LOOK_SECONDS:
        pass
    assert held(embedded) is None
    asked = len(centre.asked)
    fetching.step()
    assert len(centre.asked) == asked
    now[0] += LATER_SECONDS + 1
    fetching.step()
    assert len(centre.asked) > asked
