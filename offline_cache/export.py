"""Puts everything the centre does not hold into one sealed file (`contract.export`); the store stays as it is."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

import msgspec

from contract import export
from contract.envelope import Lane, WrappedKey
from contract.export import ExportedRecord, ExportHeader, Records, ScanPiece
from contract.suites import suite
from offline_cache.records import Unsent
from offline_cache.scans.book import WaitingScan
from offline_cache.store import Store

_RECORDS_AT_ONCE: Final = 500
_BYTES_AT_ONCE: Final = 512 * 1024


def export_unsent(
    store: Store,
    file: BinaryIO,
    *,
    suite_id: str,
    key_id: str,
    holders: Mapping[str, bytes],
    made_at: str,
    sign: Callable[[bytes], bytes],
) -> Unsent:
    """Write it to `file`; what is in it. A scan whose file is damaged is left out: nobody could use it.

    `holders` are the centre's public sealing keys of this suite by id, `sign` is the terminal's signature.
    Raises StoreError and OSError.
    """
    scans = [scan for scan in store.scans.waiting() if store.scans.files.whole(scan.hash, scan.suite)]
    held = Unsent(store.unsent().records, len(scans))
    standing = store.epochs.standing()
    plain = ExportHeader(
        store.terminal, standing.store, standing.epoch, made_at, suite_id, key_id, (), held.records, held.scans
    )
    used = suite(suite_id)
    key, context = secrets.token_bytes(used.key_bytes), export.key_context(plain)
    keys = tuple(WrappedKey(name, used.wrap(public, key, context)) for name, public in holders.items())
    export.write(file, msgspec.structs.replace(plain, keys=keys), key, _pieces(store, scans), sign)
    return held


def _pieces(store: Store, scans: list[WaitingScan]) -> Iterator[Records | ScanPiece]:
    for lane in Lane:
        yield from _records(store, lane)
    for scan in scans:
        for offset in range(0, max(scan.size, 1), _BYTES_AT_ONCE):
            content = store.scans.files.read(scan.hash, offset, _BYTES_AT_ONCE)
            yield ScanPiece(scan.hash, scan.suite, scan.case_id, scan.what, scan.size, offset, content)


def _records(store: Store, lane: Lane) -> Iterator[Records]:
    after = (0, 0)
    while run := store.unsent_run(lane, after, _RECORDS_AT_ONCE, _BYTES_AT_ONCE):
        yield Records(tuple(ExportedRecord(one.epoch, one.lane, one.seq, one.id, one.hash, one.raw) for one in run))
        after = (run[-1].epoch, run[-1].seq)
