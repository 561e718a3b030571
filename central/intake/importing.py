"""`central import FILE`: what a terminal still owed, from its sealed file, through the same rules as a push."""

import itertools
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
import structlog
from sqlalchemy import select

from central import keys as centre_keys
from central.clock import now
from central.database import Database
from central.enrolment import opened
from central.epochs.store import open_next
from central.fleet.tables import terminal_keys
from central.intake.judge import judge_some
from central.intake.receive import receive
from central.keys import Keys
from central.mendable import MendableError
from central.scans.desk import ScanDesk
from central.scans.rules import Upload
from central.scans.shelf import FolderShelf, NoRoom, TooLong, WrongWhole
from central.settings import Settings
from contract import envelope, export
from contract.envelope import Lane
from contract.exchange import EpochAsked, PushRequest, Refusal, Sent
from contract.export import BadExport, ExportHeader, ScanPiece
from contract.suites import CannotUnseal, PublicKey, suite, suite_of_public

AT_ONCE = 200

log = structlog.get_logger()


class CannotImport(MendableError):
    """Nothing of the file, or nothing after the place named, was taken; the message says what to do."""


def import_file(settings: Settings, path: Path) -> dict[str, int]:
    """Take everything a file holds; taken again, it changes nothing. Returns what became of it. Raises CannotImport."""
    ours = centre_keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)
    try:
        with opened(settings) as database, path.open("rb") as file:
            header = _checked(database, file)
            file.seek(0)
            return _take(settings, database, header, export.read(file, _content_key(ours, header)))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise CannotImport(message) from error
    except NoRoom as error:
        message = f"{path}: no room for its scans in {settings.data_dir}; make some and import it again"
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
    places = _Places(database, header)
    scan = bytearray()
    for piece in pieces:
        if isinstance(piece, ScanPiece):
            scan = scan if piece.offset else bytearray()
            scan += piece.content
            if len(scan) >= piece.size:
                found["scans"] += _put(desk, header.terminal, piece, bytes(scan))
            continue
        for (epoch, lane), records in itertools.groupby(piece.records, lambda one: (one.epoch, one.lane)):
            sent = [Sent(one.seq, one.id, one.hash, one.raw) for one in records]
            found.update(places.push(epoch, lane, sent))
    while judge_some(database, now):
        pass
    return dict(found)


def _put(desk: ScanDesk, terminal: str, piece: ScanPiece, content: bytes) -> bool:
    """Whether the scan is held now. What an upload had begun with another content is gone after the first try."""
    upload = Upload(piece.hash, piece.size, piece.case_id, piece.what)
    for _ in range(2):
        with suppress(WrongWhole, TooLong):
            return desk.put(terminal, upload, content).complete
    log.warning("scan_not_taken", terminal=terminal, scan=piece.hash)
    return False


class _Places:
    """Where the records of one file go: where they were put out, or into an epoch of the file's own.

    A store that was lost or set back, and has not asked for an epoch since, counts where an earlier one of the same
    terminal has counted. The terminal may never come again; if it does, its records are known by their ids. A gap is
    refused: what lies before it is in another file, or was lost here and is the terminal's to send.
    """

    def __init__(self, database: Database, header: ExportHeader) -> None:
        self._database = database
        self._header = header
        self._moved: dict[tuple[int, Lane], int] = {}
        """The lanes of which a place was refused, and the epoch their records go into from there on."""
        self._last: Counter[Lane] = Counter()

    def push(self, epoch: int, lane: Lane, sent: list[Sent]) -> Counter[str]:
        """A run of a lane. An epoch that was left takes it all the same."""
        if (epoch, lane) in self._moved:
            return self._receive(self._moved[epoch, lane], lane, self._replaced(lane, sent))[0]
        found, refused = self._receive(epoch, lane, sent)
        if refused is not None:
            self._moved[epoch, lane] = self._own_epoch()
            found += self.push(epoch, lane, [one for one in sent if one.seq >= refused])
        return found

    def _receive(self, epoch: int, lane: Lane, sent: list[Sent]) -> tuple[Counter[str], int | None]:
        """What became of them, and the place that was refused."""
        nonce = secrets.token_urlsafe(18)
        request = PushRequest(self._header.terminal, epoch, lane, sent[0].seq, nonce, tuple(sent))
        with self._database.writing() as connection:
            [placed] = receive(connection, [request], now(), left_too=True)
        if placed.refusal is not None and (placed.refusal is not Refusal.FORK or epoch in self._moved.values()):
            message = (
                f"{lane.value} of epoch {epoch}, record {placed.refused_seq}: {placed.reason}; all before it was taken"
            )
            raise BadExport(message)
        taken = sent if placed.refused_seq is None else [one for one in sent if one.seq < placed.refused_seq]
        aside = sum(kept.trouble is not None for kept in placed.kept)
        known = len(taken) - len(placed.kept) - len(placed.repeats) - len(placed.conflicts)
        found = Counter(new=len(placed.kept) - aside, aside=aside, known=known)
        found.update(repeats=len(placed.repeats), conflicts=len(placed.conflicts))
        return found, placed.refused_seq

    def _own_epoch(self) -> int:
        """The same for the same file."""
        head = self._header
        asked = EpochAsked(head.terminal, "", f"export {head.store} {head.made_at}", "", 0, "export.other_places")
        with self._database.writing() as connection:
            return open_next(connection, asked, secrets.token_hex(16), now()).epoch

    def _replaced(self, lane: Lane, sent: list[Sent]) -> list[Sent]:
        epoch = next(iter(self._moved.values()))
        placed = []
        for one in sent:
            self._last[lane] += 1
            placed.append(_at(one, epoch, self._last[lane]))
        return placed


def _at(sent: Sent, epoch: int, seq: int) -> Sent:
    """The same record at another place; bytes that are no envelope stay as they are, and go into quarantine there."""
    try:
        again = msgspec.structs.replace(envelope.decode(sent.raw), epoch=epoch, seq=seq)
    except ValueError:
        return msgspec.structs.replace(sent, seq=seq)
    raw = envelope.encode(again)
    return Sent(seq, sent.id, envelope.content_hash(raw, again.suite), raw)
