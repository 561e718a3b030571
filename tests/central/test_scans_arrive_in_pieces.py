"""Scans by tus: pieces at their place, both hashes checked, nothing said before it is on disk, nobody in the way."""

import hashlib
import itertools
import os
import secrets
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.scans import shelf as shelves
from central.scans import store
from central.scans.shelf import FolderShelf, Lost, NoRoom, NotBegun, OtherOffset, Place, WrongWhole
from central.unseal import CannotOpen, open_scan
from contract.scans import PIECE_LARGEST, SCAN_LARGEST, SCANS_PATH, write_metadata
from contract.suites import suite
from tests.central.conftest import AUTHORITY, Running, write_config
from tests.central.process import centre_process
from tests.central.scan_sender import ScanSender, enter, here, over, sealed_scan
from tests.central.terminal_double import TerminalDouble, believe, fresh_nonce

PIECE = 16 * 1024


@pytest.fixture
def sender(running: Running, terminal: TerminalDouble) -> ScanSender:
    trust = running.centre.keys.signing_public()
    return ScanSender(terminal, here(running), secrets.token_bytes(3 * PIECE + 77), trust=trust)


@pytest.fixture
def one(embedded: Running) -> ScanSender:
    """Where the kind of database makes no difference."""
    terminal, trust = embedded.enter(TerminalDouble()), embedded.centre.keys.signing_public()
    return ScanSender(terminal, here(embedded), secrets.token_bytes(3 * PIECE + 77), trust=trust)


def files(running: Running) -> list[Path]:
    folder = Path(running.centre.settings.data_dir) / "scans"
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_a_scan_arrives_in_pieces_and_lies_under_its_hash(running: Running, sender: ScanSender) -> None:
    begun = sender.begin()
    assert (begun.status, begun.headers["upload-offset"], begun.headers["location"]) == (201, "0", sender.path)
    for first in range(0, len(sender.content), PIECE):
        asked = sender.offset()
        assert (asked.status, int(asked.headers["upload-offset"])) == (200, first)
        assert asked.headers["upload-length"] == str(len(sender.content))
        taken = sender.piece(first, first + PIECE)
        assert (taken.status, taken.body) == (204, b"")
        assert int(taken.headers["upload-offset"]) == min(first + PIECE, len(sender.content))
    assert sender.begin().status == 200
    name = sender.ref.hash
    assert files(running) == [Path(name[:2], name[2:4], name)]
    assert running.centre.scans.read(name) == sender.content
    assert running.query("SELECT state FROM scans") == [("held",)]


def test_begun_twice_it_goes_on_where_it_was(one: ScanSender) -> None:
    one.begin()
    one.piece(0, PIECE)
    again = one.begin()
    assert (again.status, again.headers["upload-offset"]) == (201, str(PIECE))
    assert one.piece(PIECE, len(one.content)).status == 204
    assert one.begin().status == 200


def test_every_answer_is_signed_for_its_request(embedded: Running, one: ScanSender) -> None:
    ((key_id, public),) = embedded.centre.keys.signing_public().items()
    nonce = fresh_nonce()
    headers = one.terminal.signed(AUTHORITY, one.path, b"", nonce, method="HEAD")
    for version, status in (("1.0.0", 404), ("0.2.2", 412)):
        answer = one.send("HEAD", one.path, b"", headers | {"Tus-Resumable": version})
        assert answer.status == status
        believe(answer, nonce, key_id, public)


def test_a_piece_for_another_place_is_sent_back_with_the_place_that_is_held(one: ScanSender) -> None:
    one.begin()
    assert one.piece(0, PIECE).status == 204
    for first in (0, PIECE - 1, 2 * PIECE):
        answer = one.piece(first, first + 10)
        assert (answer.status, answer.headers["upload-offset"]) == (409, str(PIECE))
    assert one.offset().headers["upload-offset"] == str(PIECE)


def test_a_piece_that_was_damaged_on_the_way_is_not_kept(one: ScanSender) -> None:
    one.begin()
    body = one.content[:PIECE]
    headers = one.terminal.signed(AUTHORITY, one.path, body, fresh_nonce(), method="PATCH")
    headers |= {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert one.send("PATCH", one.path, body[:-1] + b"?", headers).status == 460
    assert one.offset().headers["upload-offset"] == "0"
    assert one.send("PATCH", one.path, body, headers).status == 204


def test_a_whole_that_does_not_have_its_hash_begins_anew(embedded: Running, one: ScanSender) -> None:
    good = one.content
    one.begin()
    one.piece(0, PIECE)
    name, path = one.ref.hash, one.path
    one.content = good[:PIECE] + bytes(len(good) - PIECE)
    headers = {"Upload_Offset": str(PIECE), "Content_Type": "application/offset+octet-stream"}
    answer = one.request("PATCH", path, one.content[PIECE:], **headers)
    assert (answer.status, answer.headers["upload-offset"]) == (460, "0")
    one.content = good
    assert one.offset().headers["upload-offset"] == "0"
    one.whole(PIECE)
    assert embedded.centre.scans.read(name) == good


def test_control_without_the_last_check_a_wrong_whole_would_be_held(
    embedded: Running, one: ScanSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "is_named", lambda *_: True)
    path = one.path
    one.begin()
    headers = {"Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert one.request("PATCH", path, bytes(len(one.content)), **headers).status == 204
    assert embedded.query("SELECT state FROM scans") == [("held",)]


def test_a_scan_named_by_sm3_is_held_too(embedded: Running) -> None:
    terminal, content = embedded.enter(TerminalDouble()), secrets.token_bytes(5000)
    name = suite("GM-1").digest(content).hex()
    sender = ScanSender(terminal, here(embedded), content)
    assert sender.begin(scan_hash=name).status == 201
    headers = {"Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert sender.request("PATCH", f"{SCANS_PATH}/{name}", content, **headers).status == 204
    assert embedded.centre.scans.read(name) == content


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        ({"Upload_Length": "0"}, "Upload-Length"),
        ({"Upload_Length": str(SCAN_LARGEST + 1)}, "Upload-Length"),
        ({"Upload_Length": "-1"}, "Upload-Length"),
        ({"Upload_Metadata": "hash !"}, "Upload-Metadata"),
        ({"Upload_Metadata": write_metadata("../../etc", "c", "w")}, "`hash`"),
        ({"Upload_Metadata": write_metadata("a" * 64, "", "w")}, "`case`"),
        ({"Upload_Metadata": write_metadata("a" * 64, "c", "w" * 90)}, "`what`"),
        ({"Tus_Resumable": "0.2"}, "Tus-Resumable"),
    ],
)
def test_what_is_no_upload_is_refused_with_its_place(one: ScanSender, headers: dict[str, str], place: str) -> None:
    said = {"Upload_Length": "10", "Upload_Metadata": write_metadata("a" * 64, "c", "w")} | headers
    answer = one.request("POST", SCANS_PATH, b"", **said)
    assert answer.status == 422
    assert place in answer.json()["message"]


def test_a_piece_too_many_too_large_or_of_another_type_is_refused(embedded: Running, one: ScanSender) -> None:
    assert one.piece(0, PIECE).status == 404
    one.begin(size=PIECE)
    assert one.piece(0, PIECE + 1).status == 422
    assert one.piece(0, PIECE, Content_Type="application/json").status == 415
    assert one.piece(0, PIECE, Upload_Offset="x").status == 422
    large = ScanSender(one.terminal, here(embedded), bytes(PIECE_LARGEST + 1))
    large.begin()
    assert large.piece(0, PIECE_LARGEST + 1).status == 413
    assert large.piece(0, PIECE_LARGEST).status == 204
    assert large.piece(PIECE_LARGEST, PIECE_LARGEST + 1).status == 204


def test_a_stranger_and_another_method_signature_are_refused(embedded: Running, one: ScanSender) -> None:
    stranger = ScanSender(TerminalDouble("GL-66"), here(embedded), b"x" * 100)
    assert stranger.begin().status == 401
    assert stranger.offset().status == 401
    assert stranger.piece(0, 100).status == 401
    one.begin()
    headers = one.terminal.signed(AUTHORITY, one.path, b"", fresh_nonce(), method="POST")
    assert one.send("HEAD", one.path, b"", headers | {"Tus-Resumable": "1.0.0"}).status == 401


def test_no_terminal_gets_in_the_way_of_anothers_upload(embedded: Running, one: ScanSender) -> None:
    """The same hash, claimed with another length and filled with nonsense."""
    other = ScanSender(embedded.enter(TerminalDouble("GL-02")), here(embedded), bytes(PIECE))
    one.begin()
    assert other.begin(scan_hash=one.ref.hash).status == 201
    headers = {"Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
    assert other.request("PATCH", one.path, other.content, **headers).status == 460
    one.whole(PIECE)
    assert embedded.centre.scans.read(one.ref.hash) == one.content


def test_two_clients_on_one_upload_keep_every_byte_once(embedded: Running, one: ScanSender) -> None:
    """Both send whatever is lacking, at once, again and again: each piece is kept by one of them."""
    one.content = secrets.token_bytes(12 * PIECE + 5)
    one.begin()
    kept, problems = [], []

    def client() -> None:
        held = 0
        while held < len(one.content):
            answer = one.piece(held, held + PIECE)
            if answer.status == 204:
                kept.append(held)
            elif answer.status != 409:
                problems.append(answer.status)
                return
            held = int(answer.headers["upload-offset"])

    clients = [threading.Thread(target=client) for _ in range(2)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join(timeout=60)
    assert problems == []
    assert set(kept) >= set(range(0, len(one.content), PIECE))
    assert embedded.centre.scans.read(one.ref.hash) == one.content


def test_all_bytes_came_before_the_centre_was_ended(embedded: Running, one: ScanSender) -> None:
    """It was killed between the last byte and its name: the next POST finds all of it, or begins anew."""
    folder = Path(embedded.centre.settings.data_dir) / "scans"
    one.begin()
    part = folder / "coming" / one.terminal.id / f"{one.ref.hash}.part"
    part.write_bytes(bytes(len(one.content)))
    again = one.begin()
    assert (again.status, again.headers["upload-offset"]) == (201, "0")
    part.write_bytes(one.content)
    assert one.begin().status == 200
    assert embedded.centre.scans.read(one.ref.hash) == one.content


def test_the_file_was_there_before_its_row(embedded: Running, one: ScanSender) -> None:
    """It was killed between the name and the row: asked again, both say the same."""
    one.whole()
    with embedded.centre.database.writing() as connection:
        store.lost(connection, one.ref.hash, embedded.clock())
    assert one.begin().status == 200
    assert embedded.query("SELECT state FROM scans") == [("held",)]


def test_a_full_disk_keeps_nothing_of_the_piece(one: ScanSender, monkeypatch: pytest.MonkeyPatch) -> None:
    one.begin()
    one.piece(0, PIECE)

    def full(*_: object) -> int:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        answer = one.piece(PIECE, 2 * PIECE)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert one.offset().headers["upload-offset"] == str(PIECE)
    monkeypatch.setattr(shelves, "KEEP_FREE_BYTES", 2**60)
    assert one.begin(size=100, scan_hash="b" * 64).status == 503
    assert one.piece(PIECE, 2 * PIECE).status == 503, "what was begun while there was room leaves the database its own"


def test_what_staff_opens_is_what_was_sealed(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    picture = secrets.token_bytes(9000)
    raw = sealed_scan(terminal.id, "case-1", picture, embedded.sealing())
    sender = ScanSender(terminal, here(embedded), raw)
    sender.whole()
    held = embedded.centre.scans.read(sender.ref.hash)
    assert picture not in held
    assert open_scan(embedded.centre.keys, held, terminal.id, "case-1") == picture
    for raw_bytes, case_id, key in ((held, "case-2", "damaged"), (b"x", "case-1", "unreadable")):
        with pytest.raises(CannotOpen) as refused:
            open_scan(embedded.centre.keys, raw_bytes, terminal.id, case_id)
        assert refused.value.key == key


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory: a thousand syncs to a slow disk prove nothing more."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108 - a fresh one
        yield Path(folder)


def test_a_thousand_small_scans(memory: Path) -> None:
    """On the shelf itself: each under its hash, none twice, nothing left over."""
    shelf = FolderShelf(memory)
    names = []
    for serial in range(1000):
        content = f"scan {serial}".encode()
        place = Place("GL-01", hashlib.sha256(content).hexdigest())
        shelf.begin(place, len(content))
        assert shelf.append(place, len(content), 0, content)
        names.append((place.hash, content))
    assert all(shelf.read(name) == content for name, content in names)
    assert sum(path.is_file() for path in memory.rglob("*")) == 1000
    assert [shelf.drop(name) for name, _ in itertools.islice(names, 2)] == [True, True]
    assert not shelf.drop(names[0][0])
    with pytest.raises(Lost):
        shelf.read(names[0][0])


def test_the_shelf_keeps_its_word_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, place = FolderShelf(tmp_path), Place("GL-01", hashlib.sha256(b"abcdef").hexdigest())
    with pytest.raises(NotBegun):
        shelf.offset(place)
    with pytest.raises(NotBegun):
        shelf.append(place, 6, 0, b"abc")
    assert shelf.begin(place, 6) == 0
    assert not shelf.append(place, 6, 0, b"abc")
    with pytest.raises(OtherOffset) as other:
        shelf.append(place, 6, 0, b"abc")
    assert other.value.offset == 3
    with pytest.raises(WrongWhole):
        shelf.append(place, 6, 3, b"xyz")
    assert shelf.offset(place) == 0
    assert shelf.sweep() == 0
    monkeypatch.setattr(shelves, "STALE_AFTER_SECONDS", -1)
    assert shelf.sweep() == 1
    monkeypatch.setattr(shelves, "KEEP_FREE_BYTES", 2**60)
    with pytest.raises(NoRoom):
        shelf.begin(place, 6)


@pytest.mark.slow
def test_a_centre_killed_in_the_middle_of_pieces_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed again and again while pieces come: what it said it had it has, and the whole is right in the end."""
    content = secrets.token_bytes(24 * PIECE + 11)
    with centre_process(write_config(tmp_path)) as centre:
        terminal = TerminalDouble()
        enter(centre.config, terminal)
        authority = centre.url.removeprefix("http://")
        sender = ScanSender(terminal, over(centre.url), content, authority=authority)
        assert sender.begin().status == 201
        held = 0
        for kill_after in (3, 2) if os.environ.get("SUIBAN_FULL") else (3,):
            stop = threading.Thread(target=lambda: None)
            for piece in range(kill_after + 2):
                if piece == kill_after:
                    stop = threading.Thread(target=centre.kill)
                    stop.start()
                try:
                    answer = sender.piece(held, held + PIECE)
                except OSError:
                    break
                assert answer.status == 204
                held = int(answer.headers["upload-offset"])
            stop.join()
            centre.start()
            found = int(sender.offset().headers["upload-offset"])
            assert found >= held, "it had more than it said, never less"
            held = found
        while held < len(content):
            answer = sender.piece(held, held + PIECE)
            assert answer.status == 204
            held = int(answer.headers["upload-offset"])
        assert sender.begin().status == 200
        name = sender.ref.hash
        assert (tmp_path / "data" / "scans" / name[:2] / name[2:4] / name).read_bytes() == content
