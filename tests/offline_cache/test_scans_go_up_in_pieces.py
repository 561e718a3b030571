"""Scans reach the centre whole, whatever is lost on the way; what is damaged is said aloud and never sent as good."""

import queue
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from contract.catalogue import ItemKind
from contract.scans import PIECE_LARGEST, PIECE_SMALLEST, ScanRef, read_metadata, write_metadata
from contract.suites import GM, INTL
from offline_cache.link.outbox import Alarm, AlarmKey
from offline_cache.scans import pieces
from offline_cache.scans.book import ScanBook, WaitingScan
from offline_cache.scans.uploader import ScanHeld, Uploader
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import draft, open_store
from tests.offline_cache.scan_shelf_double import ShelfDouble


class Desk:
    """A store with scans, and what the uploader said."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "suiban.db"
        self.shelf = ShelfDouble()
        self.said: queue.Queue[ScanHeld | Alarm] = queue.Queue()
        self.start()

    def start(self) -> None:
        self.store = StoreThread(lambda: open_store(self._path))
        files = self.store.do(lambda store: store.scans.files).result()
        self.uploader = Uploader(self.store, files, self.shelf, self.said.put, jitter=lambda: 0.0)
        self.uploader.start()
        self.uploader.link_is(up=True)

    def stop(self) -> None:
        self.uploader.stop()
        self.store.stop()

    def keep(self, case_id: str, *contents: bytes, suite_id: str = INTL) -> list[str]:
        def save(store: Store) -> list[str]:
            names = [store.scans.files.keep(content, suite_id) for content in contents]
            refs = tuple(
                ScanRef(name, len(content), "deed", suite_id) for name, content in zip(names, contents, strict=True)
            )
            store.save_case(msgspec.structs.replace(draft(case_id, ItemKind.FILING), scans=refs))
            return names

        names = self.store.do(save).result()
        self.uploader.wake()
        return names

    def next(self) -> ScanHeld | Alarm:
        return self.said.get(timeout=20)

    def due(self) -> int:
        return self.store.do(lambda store: store.scans.due()).result()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.stop()


@pytest.mark.parametrize("suite_id", [INTL, GM])
def test_scans_arrive_whole_and_are_marked_when_the_centre_says_so(desk: Desk, suite_id: str) -> None:
    contents = [secrets.token_bytes(size) for size in (1, PIECE_SMALLEST, 300_000)]
    names = desk.keep("case-1", *contents, suite_id=suite_id)
    said = [desk.next() for _ in names]
    assert {event.hash for event in said if isinstance(event, ScanHeld)} == set(names)
    assert [bytes(desk.shelf.content[name]) for name in names] == contents
    assert desk.due() == 0


@pytest.mark.parametrize("fault", ["down", "lost", "refused"])
@pytest.mark.parametrize("at", [0, 1, 3, 4])
def test_any_request_or_answer_may_be_lost(desk: Desk, fault: str, at: int) -> None:
    desk.shelf.faults.extend([""] * at + [fault])
    content = secrets.token_bytes(150_000)
    (name,) = desk.keep("case-1", content)
    assert desk.shelf.wait(lambda: name in desk.shelf.held)
    while not isinstance(desk.next(), ScanHeld):
        pass
    assert bytes(desk.shelf.content[name]) == content


def test_a_piece_that_was_changed_on_the_way_is_sent_again(desk: Desk) -> None:
    desk.shelf.faults.extend(["", "", "flipped"])
    (name,) = desk.keep("case-1", secrets.token_bytes(200_000))
    assert isinstance(desk.next(), ScanHeld)
    assert name in desk.shelf.held


def test_headers_nobody_signed_cannot_make_a_scan_held(desk: Desk) -> None:
    """Who can change an answer's headers can delay a scan, not lose it: held is what the signed status says."""
    desk.shelf.lies_about_offset = True
    (name,) = desk.keep("case-1", secrets.token_bytes(200_000))
    assert desk.shelf.wait(lambda: sum(method == "POST" for method, _ in desk.shelf.requests) >= 2)
    assert desk.due() == 1
    desk.shelf.lies_about_offset = False
    assert isinstance(desk.next(), ScanHeld)
    assert name in desk.shelf.held


def test_it_goes_on_where_it_was_after_a_restart(desk: Desk) -> None:
    desk.shelf.faults.extend(["", "", "", *["down"] * 200])
    (name,) = desk.keep("case-1", secrets.token_bytes(2_000_000))
    assert desk.shelf.wait(lambda: len(desk.shelf.content.get(name, b"")) > 0 and len(desk.shelf.faults) < 200)
    desk.stop()
    desk.shelf.faults.clear()
    sent = len(desk.shelf.content[name])
    before = len(desk.shelf.requests)
    desk.start()
    assert isinstance(desk.next(), ScanHeld)
    again = sum(size for method, size in desk.shelf.requests[before:] if method == "PATCH")
    assert (sent > 0, again) == (True, 2_000_000 - sent)


def test_a_damaged_file_is_said_and_never_sent_as_good(desk: Desk) -> None:
    desk.uploader.link_is(up=False)
    bad, good = desk.keep("case-1", secrets.token_bytes(50_000), secrets.token_bytes(50_000))
    path = desk.store.do(lambda store: store.scans.files.folder).result() / bad
    path.write_bytes(b"X" + path.read_bytes()[1:])
    desk.uploader.link_is(up=True)
    said = [desk.next(), desk.next()]
    assert [event.key for event in said if isinstance(event, Alarm)] == [AlarmKey.SCAN_DAMAGED]
    assert [event.hash for event in said if isinstance(event, ScanHeld)] == [good]
    assert bad not in desk.shelf.content
    assert desk.due() == 1


def test_one_that_is_refused_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.shelf.faults.extend(["refused"])
    names = desk.keep("case-1", secrets.token_bytes(1000), secrets.token_bytes(1000))
    alarm = desk.next()
    assert isinstance(alarm, Alarm)
    assert alarm.key is AlarmKey.SCAN_REFUSED
    assert desk.shelf.wait(lambda: desk.shelf.held == set(names))


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(desk: Desk) -> None:
    """The disk fails under one of them in the middle of its way."""
    desk.uploader.link_is(up=False)
    bad, good = desk.keep("case-1", secrets.token_bytes(200_000), secrets.token_bytes(200_000))
    path = desk.store.do(lambda store: store.scans.files.folder).result() / bad
    content = path.read_bytes()
    path.unlink()
    path.mkdir()
    desk.uploader.link_is(up=True)
    said = [desk.next(), desk.next()]
    assert [event.key for event in said if isinstance(event, Alarm)] == [AlarmKey.STORE]
    assert [event.hash for event in said if isinstance(event, ScanHeld)] == [good]
    path.rmdir()
    path.write_bytes(content)
    assert desk.shelf.wait(lambda: bad in desk.shelf.held), "once it can be read again it goes"


def test_a_busy_centre_is_not_asked_by_every_scan_in_turn(desk: Desk) -> None:
    desk.uploader.link_is(up=False)
    names = desk.keep("case-1", *(secrets.token_bytes(1000) for _ in range(20)))
    desk.shelf.faults.extend(["busy"])
    desk.uploader.link_is(up=True)
    assert desk.shelf.wait(lambda: bool(desk.shelf.requests))
    assert not desk.shelf.comes_within(lambda: len(desk.shelf.requests) > 1, 0.5), "Retry-After was not honoured"
    desk.uploader.link_is(up=False)
    desk.uploader.link_is(up=True)
    assert desk.shelf.wait(lambda: desk.shelf.held == set(names))


def test_the_store_is_not_asked_for_the_whole_list_at_every_piece(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    waiting = ScanBook.waiting

    def counted(book: ScanBook) -> tuple[WaitingScan, ...]:
        nonlocal asked
        asked += 1
        return waiting(book)

    monkeypatch.setattr(ScanBook, "waiting", counted)
    desk.uploader.link_is(up=False)
    names = desk.keep("case-1", *(secrets.token_bytes(1000) for _ in range(30)))
    desk.uploader.link_is(up=True)
    assert desk.shelf.wait(lambda: desk.shelf.held == set(names))
    assert asked < 10


def test_nothing_is_tried_while_the_link_is_down(desk: Desk) -> None:
    desk.uploader.link_is(up=False)
    desk.keep("case-1", b"sealed")
    desk.uploader.wake()
    assert not desk.shelf.comes_within(lambda: bool(desk.shelf.requests), 0.3)
    desk.uploader.link_is(up=True)
    assert isinstance(desk.next(), ScanHeld)


def test_a_piece_is_what_goes_through_in_four_seconds() -> None:
    assert pieces.after_piece(64 * 1024, 0.001) == 128 * 1024
    assert pieces.after_piece(64 * 1024, 8.0) == 32 * 1024
    assert pieces.after_piece(PIECE_SMALLEST, 60.0) == PIECE_SMALLEST
    assert pieces.after_piece(PIECE_LARGEST, 0.1) == PIECE_LARGEST
    assert pieces.after_failure(PIECE_SMALLEST) == PIECE_SMALLEST
    assert pieces.after_failure(PIECE_LARGEST) == PIECE_LARGEST // 2


def test_the_metadata_of_an_upload_is_read_as_it_was_written() -> None:
    written = write_metadata("ab" * 32, "case-1", "房产证", GM)
    assert read_metadata(written) == {"hash": "ab" * 32, "case": "case-1", "what": "房产证", "suite": GM}
    assert read_metadata(write_metadata("ab", "c", ""))["what"] == ""
    with pytest.raises(ValueError, match="base64"):
        read_metadata("hash ###")
