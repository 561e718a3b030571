"""A scan is sealed in the visit, crosses in bounded frames, and is promised only when it is durable."""

import queue
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from contract.scans import ScanRef, decode_scan, scan_context
from contract.suites import GM, INTL, CannotUnseal, suite
from kiosk.link import KeepScan, Link, ScanNotKept, ToTerminal, ToVisit, terminal_end, visit_end
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.scanning import MOST_PER_CASE, ScanDesk
from kiosk.terminal.visits import Stage
from kiosk.visit.desk import Desk
from kiosk.visit.scan_post import ScanPost
from kiosk.visit.seal import Sealer
from offline_cache.records import StoreError, StoreFault
from offline_cache.scans.files import SCANS, ScanStore

CASE = "case-1"
PAGE = b"\x89PNG a page with a name on it " * 20_000
"""About 600 kB: three frames."""


class _Process:
    """The terminal's idea of a visit: what it is told goes over the link."""

    def __init__(self, link: Link[ToTerminal]) -> None:
        self.link = link
        self.stage = Stage.SERVING

    def send(self, message: ToVisit) -> None:
        self.link.send(message)


class Booth:
    """A visit's desk, the terminal's scan desk, and the link between them."""

    def __init__(self, folder: Path, suite_id: str = INTL) -> None:
        ours, theirs = socket.socketpair()
        self.terminal_link, self.visit_link = terminal_end(ours), visit_end(theirs)
        self.inbox = Inbox()
        self.files = ScanStore(folder / SCANS)
        self.scans = ScanDesk(self.files, self.inbox)
        self.private = suite(suite_id).fresh_sealing()
        sealer = Sealer("GL-01", suite_id, {"centre": suite(suite_id).sealing_public(self.private)})
        self.desk = Desk(1, self.visit_link, sealer, say=lambda _: None, over=lambda _: None)
        self.told: queue.Queue[tuple[ScanRef, str]] = queue.Queue()
        self.frames: list[KeepScan] = []
        self.spoil: Callable[[KeepScan], KeepScan] = lambda message: message
        self.process = process = _Process(self.terminal_link)

        def hear(message: ToTerminal) -> None:
            assert isinstance(message, KeepScan)
            self.frames.append(message)
            self.inbox.post(lambda: self.scans.keep(process, self.spoil(message)))  # type: ignore[arg-type]

        self.terminal_link.listen(hear, lambda: None)
        self.visit_link.listen(lambda message: self.inbox.post(lambda: self.desk.hear_terminal(message)), lambda: None)

    def keep(self, content: bytes = PAGE, what: str = "deed") -> tuple[ScanRef, str]:
        """Hand one over and wait for what became of it."""
        self.desk.keep_scan(CASE, content, what, lambda ref, fault: self.told.put((ref, fault)))
        return self.wait()

    def wait(self) -> tuple[ScanRef, str]:
        for _ in range(2000):
            self.inbox.run_next(0.01)
            if not self.told.empty():
                return self.told.get()
        raise AssertionError("never told")

    def close(self) -> None:
        self.scans.stop()
        self.terminal_link.close()
        self.visit_link.close()


@pytest.fixture(params=[INTL, GM])
def booth(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Booth]:
    made = Booth(tmp_path, request.param)
    yield made
    made.close()


def opened(booth: Booth, raw: bytes, context: bytes) -> bytes:
    """What the centre does, from the contract alone."""
    sealed = decode_scan(raw)
    used = suite(sealed.suite)
    key = used.unwrap(booth.private, sealed.keys[0].wrapped, context)
    return used.decrypt(key, sealed.nonce, sealed.content, context)


def test_it_arrives_whole_and_only_the_centre_reads_it_as_this_cases_scan(booth: Booth) -> None:
    ref, fault = booth.keep()
    assert (fault, ref.what) == ("", "deed")
    raw = booth.files.read(ref.hash, 0, ref.size + 1)
    assert len(raw) == ref.size
    assert b"a page with a name" not in raw
    assert opened(booth, raw, scan_context("GL-01", CASE)) == PAGE
    for other in (scan_context("GL-01", "case-2"), scan_context("GL-02", CASE), scan_context("GL-01", CASE)[:-5]):
        with pytest.raises(CannotUnseal):
            opened(booth, raw, other)
    assert len(booth.frames) == 3
    assert all(len(msgspec.msgpack.encode(frame)) < 300_000 for frame in booth.frames)


def test_several_go_one_after_the_other_and_the_case_may_name_them(booth: Booth) -> None:
    refs = [
        booth.desk.keep_scan(CASE, page, "deed", lambda ref, fault: booth.told.put((ref, fault)))
        for page in (PAGE, b"x")
    ]
    assert [booth.wait()[0] for _ in refs] == refs
    assert booth.desk._scans is not None
    assert booth.desk._scans.kept == tuple(refs)
    assert {file.name for file in booth.files.files()} == {ref.hash for ref in refs}


def test_a_visit_that_dies_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its frames may still arrive, and what the disk was busy with may still be answered."""
    booth = Booth(tmp_path)
    try:
        booth.desk.keep_scan(CASE, b"x", "deed", lambda *_: None)
        while booth.scans._disk._work_queue.qsize() == 0 and not booth.frames:
            booth.inbox.run_next(0.01)
        booth.process.stage = Stage.OVER
        booth.scans.visit_over(CASE)
        (frame,) = booth.frames
        half = msgspec.structs.replace(frame, size=2, hash="a" * 64)
        booth.scans.keep(booth.process, half)  # type: ignore[arg-type]
        booth.scans._disk.submit(lambda: None).result(20)
        booth.inbox.run_all()
        assert booth.scans._kept == {}
        assert booth.scans._growing.scan is None
    finally:
        booth.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda message: msgspec.structs.replace(message, piece=bytes(len(message.piece))),
        lambda message: msgspec.structs.replace(message, offset=message.offset + 1),
        lambda message: msgspec.structs.replace(message, size=message.size - 700_000),
        lambda message: msgspec.structs.replace(message, hash="../../terminal.db"),
    ],
    ids=["changed", "gap", "too long", "another file"],
)
def test_what_does_not_fit_is_not_kept_and_leaves_nothing(
    tmp_path: Path, spoil: Callable[[KeepScan], KeepScan]
) -> None:
    booth = Booth(tmp_path)
    answers: list[object] = []
    booth.desk.hear_terminal = answers.append  # type: ignore[method-assign,assignment]
    try:
        booth.spoil = spoil
        booth.desk.keep_scan(CASE, PAGE[:1000], "deed", lambda *_: None)
        for _ in range(2000):
            booth.inbox.run_next(0.01)
            if answers:
                break
        assert [type(answer) for answer in answers] == [ScanNotKept]
        assert list(booth.files.files()) == []
    finally:
        booth.close()
    assert list((tmp_path / SCANS).glob("*")) == []


def test_a_full_disk_is_told_and_the_next_scan_goes_on(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise StoreError(StoreFault.FULL, "no room")

    with monkeypatch.context() as patched:
        patched.setattr(booth.files, "grow", full)
        ref, fault = booth.keep()
        assert fault == "store.full"
    assert booth.keep(b"another")[1] == ""
    assert booth.desk._scans is not None
    assert ref not in booth.desk._scans.kept


def test_a_visit_that_ends_in_the_middle_leaves_no_half_scan(tmp_path: Path) -> None:
    files, inbox = ScanStore(tmp_path / SCANS), Inbox()
    scans = ScanDesk(files, inbox)
    said: list[object] = []

    class Ended:
        stage = Stage.SERVING

        def send(self, message: object) -> None:
            said.append(message)

    scans.keep(Ended(), KeepScan(1, CASE, "0" * 64, INTL, 10, 0, b"half"))  # type: ignore[arg-type]
    scans.visit_over(CASE)
    scans.stop()
    assert list((tmp_path / SCANS).iterdir()) == []


def test_a_visit_cannot_fill_the_disk_with_scans(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    try:
        booth.scans._kept[CASE] = MOST_PER_CASE
        assert booth.keep()[1] == "store.scan_damaged"
    finally:
        booth.close()


def test_an_answer_about_another_scan_means_nothing() -> None:
    sent: list[KeepScan] = []
    post = ScanPost(1, CASE, sent.append, lambda *_: None)
    ref = post.hand_over(secrets.token_bytes(10), INTL, "")
    post.hear(ScanNotKept(1, CASE, "0" * 64, "store.io"))
    post.hear(ScanNotKept(2, CASE, ref.hash, "store.io"))
    assert (len(sent), post.kept) == (1, ())
