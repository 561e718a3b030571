"""`central import FILE`: what a terminal still owed, from its sealed file, through the same rules as a push."""

import itertools
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from central import keys as centre_keys
from central.clock import now
from central.database import Database
from central.enrolment import opened
from central.fleet.tables import terminal_keys
from central.intake.judge import judge_some
from central.intake.receive import receive
from central.keys import Keys
from central.mendable import MendableError
from central.scans.desk import ScanDesk
from central.scans.rules import Upload
from central.scans.shelf import FolderShelf
from central.settings import Settings
from contract import export
from contract.envelope import Lane
from contract.export import BadExport, ExportedRecord, ExportHeader, ScanPiece
from contract.messages import PushRequest, Sent
from contract.suites import CannotUnseal, PublicKey, suite, suite_of_public

AT_ONCE = 200


class CannotImport(MendableError):
    """Nothing of the file, or nothing after the place named, was taken; the message says what to do."""


def import_file(settings: Settings, path: Path) -> dict[str, int]:
    """Take everything a file holds; taken again, it changes nothing. Returns what became of it. Raises CannotImport."""
    ours = centre_keys.load(Path(settings.keys_dir), opens=settings.opens_sealed)
    try:
        with opened(settings) as database, path.open("rb") as file:
            header = _checked(database, file)
            file.seek(0)
            return _take(settings, database, header, export.read(file, _content_key(ours, header)))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise CannotImport(message) from error
    except BadExport as error:
        message = f"{path}: {error}"
        raise CannotImport(message) from error


def _checked(database: Database, file: BinaryIO) -> ExportHeader:
    """The header, once the signature of one of the terminal's keys holds over the whole file."""
    header = export.read_header(file)
    with database.reading() as connection:
        known = select(terminal_keys.c.public_key).where(terminal_keys.c.terminal == header.terminal)
        publics = [bytes(row) for row in connection.execute(known.order_by(terminal_keys.c.added_at.desc())).scalars()]
    if not publics:
        message = f"terminal {header.terminal} was never entered here; enter it with the key it signs with"
        raise BadExport(message)
    for number, raw in enumerate(publics, 1):
        file.seek(0)
        try:
            return export.check(file, PublicKey(suite_of_public(raw), raw))
        except BadExport:
            if number == len(publics):
                raise
    raise AssertionError


def _content_key(ours: Keys, header: ExportHeader) -> bytes:
    for wrapped in header.keys:
        mine = ours.sealing.get(wrapped.key_id)
        if mine is not None:
            try:
                return suite(header.suite).unwrap(mine.private, wrapped.wrapped, export.key_context(header))
            except CannotUnseal as error:
                message = f"its key, sealed to {wrapped.key_id}, was changed: copy the file again from the terminal"
                raise BadExport(message) from error
    names = ", ".join(wrapped.key_id for wrapped in header.keys)
    message = f"it is sealed to {names or 'nobody'}; import it where one of these private keys lies in `keys_dir`"
    raise BadExport(message)


def _take(
    settings: Settings, database: Database, header: ExportHeader, pieces: Iterator[export.Piece]
) -> dict[str, int]:
    found: Counter[str] = Counter(new=0, known=0, aside=0, repeats=0, conflicts=0, scans=0)
    desk = ScanDesk(database, FolderShelf(Path(settings.data_dir) / "scans"), now, lambda: None)
    scan = bytearray()
    for piece in pieces:
        if isinstance(piece, ScanPiece):
            scan = scan if piece.offset else bytearray()
            scan += piece.content
            if len(scan) >= piece.size:
                desk.put(header.terminal, Upload(piece.hash, piece.size, piece.case_id, piece.what), bytes(scan))
                found["scans"] += 1
            continue
        for lane, records in itertools.groupby(piece.records, lambda one: (one.epoch, one.lane)):
            found.update(_push(database, header.terminal, lane, list(records)))
    while judge_some(database, now):
        pass
    return dict(found)


def _push(database: Database, terminal: str, lane: tuple[int, Lane], records: list[ExportedRecord]) -> Counter[str]:
    """A run of a lane. An epoch that was left takes it all the same: the terminal may never come again."""
    found: Counter[str] = Counter()
    items = tuple(Sent(one.seq, one.id, one.hash, one.raw) for one in records)
    request = PushRequest(terminal, *lane, items[0].seq, secrets.token_urlsafe(18), items)
    with database.writing() as connection:
        [placed] = receive(connection, [request], now(), left_too=True)
    if placed.refusal is not None:
        epoch, name = lane
        message = f"{name} of epoch {epoch}, record {placed.refused_seq}: {placed.reason}; all before it was taken"
        raise BadExport(message)
    aside = sum(kept.trouble is not None for kept in placed.kept)
    found.update(new=len(placed.kept) - aside, aside=aside)
    found.update(repeats=len(placed.repeats), conflicts=len(placed.conflicts))
    found.update(known=len(items) - len(placed.kept) - len(placed.repeats) - len(placed.conflicts))
    return found
