"""`central import` on both databases: a dead terminal's file goes through the intake's own rules, once or twice."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from central import keys, settings
from central.fleet.store import signer_of
from central.intake.importing import CannotImport, import_file
from central.scans import shelf
from central.scans.rules import Upload
from contract import export
from contract.catalogue import ItemKind
from contract.envelope import Lane, WrappedKey
from contract.export import ExportedRecord, ExportHeader, Records, ScanPiece
from contract.scans import ScanRef
from contract.suites import GM, INTL, SigningKey, suite
from tests.central.conftest import Running, write_config
from tests.central.terminal_double import TerminalDouble, local_now

SCAN = b"sealed " * 2000
REF = ScanRef(hashlib.sha256(SCAN).hexdigest(), len(SCAN))


@pytest.fixture
def terminal(running: Running) -> TerminalDouble:
    """Of the suite its file is in."""
    return running.enter(TerminalDouble(key=SigningKey.fresh(INTL)))


def exported(running: Running, terminal: TerminalDouble, folder: Path, first: int = 1) -> Path:
    """What `kiosk export` writes: every lane from `first` on, and a scan in two pieces."""
    used = suite(INTL)
    [sealing] = running.centre.keys.sealing.items()
    key = bytes(range(32))
    header = ExportHeader(terminal.id, "store-a", terminal.epoch, local_now(), INTL, terminal.id, (), 0, 1)
    wrapped = used.wrap(sealing[1].public, key, export.key_context(header))
    header = ExportHeader(
        terminal.id,
        "store-a",
        terminal.epoch,
        header.made_at,
        INTL,
        terminal.id,
        (WrappedKey(sealing[0], wrapped),),
        0,
        1,
    )
    pieces: list[export.Piece] = [
        Records(tuple(ExportedRecord(terminal.epoch, lane, one.seq, one.id, one.hash, one.raw) for one in sent))
        for lane, sent in ((lane, sent[first - 1 :]) for lane, sent in terminal.lanes.items())
        if sent
    ]
    half = len(SCAN) // 2
    for offset, content in ((0, SCAN[:half]), (half, SCAN[half:])):
        pieces.append(ScanPiece(REF.hash, INTL, "case-1", "id_card", len(SCAN), offset, content))
    file = BytesIO()
    export.write(file, header, key, pieces, terminal.key.sign)
    path = folder / "export.suiban"
    path.write_bytes(file.getvalue())
    return path


def test_what_was_never_sent_arrives_by_file_and_only_once(
    running: Running, terminal: TerminalDouble, tmp_path: Path
) -> None:
    for _ in range(3):
        terminal.file_ticket(terminal.file_case())
    terminal.file_case(ItemKind.FILING, scans=(REF,))
    running.push(terminal, Lane.NUMBERS, count=2)  # these came, and their reply was lost
    path = exported(running, terminal, tmp_path)
    found = import_file(running.centre.settings, path)
    assert found == {"new": 5, "known": 2, "aside": 0, "repeats": 0, "conflicts": 0, "scans": 1}
    running.judged()
    assert running.query("SELECT count(*) FROM cases") == [(4,)]
    assert running.query("SELECT state FROM scans") == [("held",)]
    again = import_file(running.centre.settings, path)
    assert (again["new"], again["known"]) == (0, 7)
    assert running.query("SELECT count(*) FROM envelopes") == [(7,)]


def test_a_file_of_a_stranger_or_a_changed_one_is_refused(
    running: Running, terminal: TerminalDouble, tmp_path: Path
) -> None:
    terminal.file_case()
    path = exported(running, terminal, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-80] + bytes([whole[-80] ^ 1]) + whole[-79:])
    with pytest.raises(CannotImport, match="signature is not of terminal GL-01"):
        import_file(running.centre.settings, path)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CannotImport, match="ends in the middle"):
        import_file(running.centre.settings, path)
    stranger = TerminalDouble("GL-99")
    stranger.file_case()
    with pytest.raises(CannotImport, match="never entered here"):
        import_file(running.centre.settings, exported(running, stranger, tmp_path))
    assert running.query("SELECT count(*) FROM envelopes") == [(0,)]


def test_a_file_with_a_gap_before_it_says_where(running: Running, terminal: TerminalDouble, tmp_path: Path) -> None:
    for _ in range(3):
        terminal.file_case()
    with pytest.raises(CannotImport, match="expected seq 1, got 2"):
        import_file(running.centre.settings, exported(running, terminal, tmp_path, first=2))
    with running.centre.database.reading() as connection:
        assert signer_of(connection, terminal.id) is not None


def test_a_scan_goes_over_what_was_begun_with_other_bytes_and_a_full_disk_is_one_sentence(
    embedded: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = embedded.enter(TerminalDouble(key=SigningKey.fresh(INTL)))
    path = exported(embedded, terminal, tmp_path)
    embedded.centre.scans.begin(terminal.id, Upload(REF.hash, len(SCAN), "case-1", "id_card"))
    embedded.centre.scans.append(terminal.id, REF.hash, 0, b"other bytes")
    with monkeypatch.context() as full:
        full.setattr(shelf, "KEEP_FREE_BYTES", 2**60)
        with pytest.raises(CannotImport, match="no room for its scans"):
            import_file(embedded.centre.settings, path)
    assert import_file(embedded.centre.settings, path)["scans"] == 1
    assert embedded.centre.scans.read(REF.hash) == SCAN


def test_a_centre_of_the_national_suite_alone_looks_for_its_own_keys(tmp_path: Path) -> None:
    found = settings.read(write_config(tmp_path, suite=GM))
    keys.make(tmp_path / "keys", GM)
    (tmp_path / "keys" / "signing.pem").unlink()
    with pytest.raises(CannotImport, match="cannot be read"):  # the file, not a key of the other suite
        import_file(found, tmp_path / "nothing.suiban")
