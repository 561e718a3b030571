"""`central verify-trace`: reads every chain and checkpoint, and says in one sentence each what does not hold."""

from pathlib import Path

import msgspec

from central import keys as centre_keys
from central import settings as centre_settings
from central.clock import now
from central.database import Database
from central.mendable import MendableError
from central.settings import Settings
from central.trace import keeping
from central.trace.keeping import Report
from central.trace.rules import Checkpoint
from central.web.words import Words


class KeptError(MendableError):
    """A file of a kept checkpoint cannot be read; the message names it."""


def run(settings: Settings, kept: list[Path]) -> Report:
    """Verify the database of these settings. Raises KeptError, KeysError and DatabaseError."""
    copies = [_read(path) for path in kept]
    keys = centre_keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)
    database = Database(centre_settings.database_url(settings))
    try:
        database.migrate()
        return keeping.verify(database, keys, now(), copies)
    finally:
        database.close()


def _read(path: Path) -> Checkpoint:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Checkpoint)
    except (OSError, msgspec.DecodeError) as error:
        message = f"{path}: no checkpoint can be read ({error}); expected a file kept from the page 全程留痕"
        raise KeptError(message) from error


def as_lines(report: Report) -> list[str]:
    """What is printed."""
    words = Words("zh-Hans")
    if not report.faults:
        held = words("trace.all_holds", cases=report.cases, entries=report.entries, checkpoints=report.checkpoints)
        return [held]
    faults = [words(f"trace_fault.{one.what}", case=one.case_id, place=one.place) for one in report.faults]
    return [words("trace.found", count=len(faults)), *faults]


def as_json(report: Report) -> str:
    """The same as one JSON object on one line."""
    return msgspec.json.encode(msgspec.structs.replace(report, newest=None)).decode()
