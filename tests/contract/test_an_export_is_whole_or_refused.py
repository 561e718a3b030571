"""The sealed file of a terminal that cannot reach its centre: only whole, only its own, only with the centre's key."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import export
from contract.envelope import Lane, WrappedKey
from contract.export import BadExport, ExportedRecord, ExportHeader, Piece, Records, ScanPiece
from contract.suites import SUITES, SealingKey, SigningKey, suite

KEY = bytes(range(32))


def pieces() -> list[Piece]:
    records = tuple(ExportedRecord(1, Lane.CASES, n, f"id-{n}", "ab" * 32, b"raw-PLANTED" * n) for n in range(1, 4))
    return [Records(records), *(ScanPiece("cd" * 32, "INTL-1", "id-1", "card", 6, at, b"abc") for at in (0, 3))]


def written(suite_id: str, signer: SigningKey, holder: SealingKey) -> tuple[bytes, bytes]:
    key = KEY[: suite(suite_id).key_bytes]
    plain = ExportHeader("GL-01", "store-1", 1, "2026-11-22T10:00:00+08:00", suite_id, "GL-01", (), 3, 1)
    wrapped = suite(suite_id).wrap(holder.public, key, export.key_context(plain))
    header = ExportHeader(
        "GL-01", "store-1", 1, plain.made_at, suite_id, "GL-01", (WrappedKey("centre-1", wrapped),), 3, 1
    )
    file = io.BytesIO()
    assert export.write(file, header, key, pieces(), signer.sign) == len(file.getvalue())
    return file.getvalue(), key


@pytest.mark.parametrize("suite_id", SUITES)
def test_the_centre_reads_what_the_terminal_wrote(suite_id: str) -> None:
    signer, holder = SigningKey.fresh(suite_id), SealingKey.fresh(suite_id)
    content, _ = written(suite_id, signer, holder)
    assert b"PLANTED" not in content
    header = export.check(io.BytesIO(content), signer.public_key)
    assert (header.terminal, header.records, header.scans) == ("GL-01", 3, 1)
    key = suite(suite_id).unwrap(holder.private, header.keys[0].wrapped, export.key_context(header))
    assert list(export.read(io.BytesIO(content), key)) == pieces()


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_file_cut_or_changed_anywhere_is_refused(data: st.DataObject) -> None:
    signer = SigningKey.fresh()
    content, _ = written("INTL-1", signer, SealingKey.fresh())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        broken = content[:at]
    else:
        broken = content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]
    with pytest.raises(BadExport):
        export.check(io.BytesIO(broken), signer.public_key)
    with pytest.raises(BadExport):
        export.check(io.BytesIO(content + b"x"), signer.public_key)


def test_another_terminals_signature_and_another_key_open_nothing() -> None:
    content, key = written("INTL-1", SigningKey.fresh(), SealingKey.fresh())
    with pytest.raises(BadExport, match="not of terminal GL-01"):
        export.check(io.BytesIO(content), SigningKey.fresh().public_key)
    with pytest.raises(BadExport, match="suite"):
        export.check(io.BytesIO(content), SigningKey.fresh("GM-1").public_key)
    with pytest.raises(BadExport, match="piece 0"):
        list(export.read(io.BytesIO(content), key[::-1]))
