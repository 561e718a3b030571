"""ZZ-15 at the terminal: resumed, checked, slowed down, only at rest, within their room; and gone when withdrawn."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.media import PIECE, Form, Media
from offline_cache.link.client import DOWN, LinkFailure
from offline_cache.media import fetcher, rules
from offline_cache.media.fetcher import MediaFetcher, MediaHeld, Pace
from offline_cache.media.files import MediaFiles
from tests.waiting import until

TODAY = date(2026, 11, 23)
ROOM = 8 * 1024 * 1024


def media(raw: bytes, first: str = "2026-11-01", last: str = "2026-12-01") -> Media:
    return Media(hashlib.sha256(raw).hexdigest(), len(raw), Form.PICTURE, {"zh-Hans": "画面"}, first, last)


class Centre:
    """The other end of the line."""

    def __init__(self, *held: bytes) -> None:
        self.held = {hashlib.sha256(raw).hexdigest(): raw for raw in held}
        self.asked: list[tuple[str, int]] = []
        self.cut_after: int | None = None

    def piece(self, sha256: str, offset: int) -> bytes | None:
        self.asked.append((sha256, offset))
        if self.cut_after is not None and len(self.asked) > self.cut_after:
            raise LinkFailure(DOWN, "cut")
        raw = self.held.get(sha256)
        return None if raw is None else raw[offset : offset + PIECE]

    def close(self) -> None:
        pass


class Bench:
    """A terminal's fetcher with a centre."""

    def __init__(self, folder: Path, centre: Centre, room: int = ROOM) -> None:
        self.said: list[frozenset[str]] = []
        self.stumbles: list[str] = []
        self.files = MediaFiles(folder / "media")
        self.fetcher = MediaFetcher(
            self.files,
            centre,
            Pace(room, 1 << 30),
            self._heard,
            today=lambda: TODAY,
            stumbled=self.stumbles.append,
        )

    def _heard(self, held: MediaHeld) -> None:
        self.said.append(held.hashes)

    def run(self, *wanted: Media, up: bool = True) -> None:
        self.fetcher.link_is(up=up)
        self.fetcher.want(wanted)
        self.fetcher.start()

    def shows(self, *wanted: Media) -> bool:
        return bool(self.said) and self.said[-1] == {one.sha256 for one in wanted}


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[list[Bench]]:
    made: list[Bench] = []
    yield made
    for bench in made:
        bench.fetcher.stop()
        assert bench.stumbles == []


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "IDLE_SECONDS", 0.05)


RAW = bytes(range(256)) * 1024


def test_a_cut_line_goes_on_where_it_was_and_only_what_is_whole_is_shown(tmp_path: Path, benches: list[Bench]) -> None:
    centre, wanted = Centre(RAW), media(RAW)
    centre.cut_after = 2
    first = Bench(tmp_path, centre)
    benches.append(first)
    first.run(wanted)
    until(lambda: len(centre.asked) > 2, "the line is cut")
    first.fetcher.stop()
    assert first.files.coming(wanted.sha256) == 2 * PIECE
    assert first.said == [frozenset()]
    centre.cut_after, centre.asked = None, []
    second = Bench(tmp_path, centre)
    benches.append(second)
    second.run(wanted)
    until(lambda: second.shows(wanted), "the picture is whole")
    assert centre.asked[0] == (wanted.sha256, 2 * PIECE)
    assert (tmp_path / "media" / wanted.sha256).read_bytes() == RAW


def test_nothing_comes_while_somebody_uses_the_terminal_or_the_line_is_down(
    tmp_path: Path, benches: list[Bench]
) -> None:
    centre, wanted = Centre(RAW), media(RAW)
    bench = Bench(tmp_path, centre)
    benches.append(bench)
    bench.fetcher.rests(rests=False)
    bench.run(wanted)
    until(lambda: bench.said == [frozenset()], "it was looked")
    assert centre.asked == []
    bench.fetcher.rests(rests=True)
    until(lambda: bench.shows(wanted), "the picture comes at rest")


def test_bytes_that_are_not_what_was_named_are_never_shown(tmp_path: Path, benches: list[Bench]) -> None:
    wanted = media(RAW)
    centre = Centre()
    centre.held[wanted.sha256] = b"x" * len(RAW)
    bench = Bench(tmp_path, centre)
    benches.append(bench)
    bench.run(wanted)
    until(lambda: len(centre.asked) == len(RAW) // PIECE and not bench.files.coming(wanted.sha256), "it is thrown away")
    assert bench.files.held() == {}
    assert all(not said for said in bench.said)


def test_what_is_withdrawn_goes_at_once_and_what_lies_here_is_shown_without_a_line(
    tmp_path: Path, benches: list[Bench]
) -> None:
    one, two = media(RAW), media(RAW[::-1])
    (tmp_path / "media").mkdir()
    for raw, name in ((RAW, one.sha256), (RAW[::-1], two.sha256), (b"spoilt", "0" * 64)):
        (tmp_path / "media" / name).write_bytes(raw)
    bench = Bench(tmp_path, Centre())
    benches.append(bench)
    bench.run(one, two, up=False)
    until(lambda: bench.shows(one, two), "both are shown offline")
    assert not (tmp_path / "media" / ("0" * 64)).exists()
    bench.fetcher.want((two,))
    until(lambda: bench.shows(two), "the withdrawn one is not shown")
    until(lambda: not (tmp_path / "media" / one.sha256).exists(), "its file is gone")


_days = st.integers(1, 28).map(lambda day: f"2026-11-{day:02}")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 400), _days, _days), max_size=12), st.integers(0, 1000))
def test_pictures_never_take_more_than_their_room_and_the_most_wanted_stay(
    told: list[tuple[int, int, str, str]], room: int
) -> None:
    wanted = [
        Media(f"{name:064x}", size, Form.PICTURE, {"zh-Hans": "画"}, min(a, b), max(a, b)) for name, size, a, b in told
    ]
    held = {one.sha256: one.size for one in wanted[::2]}
    plan = rules.plan(wanted, held, room, TODAY.isoformat())
    assert sum(held[name] for name in plan.keep) + sum(one.size for one in plan.fetch) <= room
    assert plan.keep.isdisjoint(plan.drop)
    assert set(plan.keep) | set(plan.drop) == set(held)
    assert all(one.last >= TODAY.isoformat() for one in plan.fetch)
    assert {one.sha256 for one in wanted} >= plan.keep


def test_shown_now_goes_before_later_and_past_goes_first() -> None:
    now, later, past = (
        Media(letter * 64, 100, Form.PICTURE, {"zh-Hans": "画"}, first, last)
        for letter, first, last in (
            ("a", "2026-11-01", "2026-12-01"),
            ("b", "2026-11-25", "2026-12-01"),
            ("c", "2026-11-01", "2026-11-22"),
        )
    )
    held = {one.sha256: 100 for one in (now, later, past)}
    assert rules.plan([later, past, now], held, 100, "2026-11-23") == rules.Plan(
        frozenset({now.sha256}), (past.sha256, later.sha256), ()
    )
    assert rules.plan([now, later], {}, 200, "2026-11-23").fetch == (now, later)
    assert rules.rest_after(1000, 0.5, 1 << 20) == 1.5
    assert rules.rest_after(64 * 1024, 0.01, 64 * 1024) > 0.9
