"""The audit trail: JSON lines on standard error, each an event of audit_events.toml with its listed fields."""

import json
import sys
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from traceback import walk_tb

_CATALOGUE = Path(__file__).with_name("audit_events.toml")


@cache
def events() -> dict[str, frozenset[str]]:
    """Event name -> the fields it may carry."""
    tables = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return {name: frozenset(table["fields"]) for name, table in tables.items()}


def note(event: str, **fields: object) -> None:
    """Write one event. Raises ValueError for an event or a field that the catalogue does not list."""
    listed = events().get(event)
    if listed is None or not fields.keys() <= listed:
        message = f"audit_events.toml lists no event {event!r} with fields {sorted(fields)}"
        raise ValueError(message)
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields}
    # One write a line: several processes share this stream.
    with suppress(OSError):  # a full disk or a dead journal must not end what they only watch
        sys.stderr.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        sys.stderr.flush()


def bug(process: str, error: BaseException) -> None:
    """Note where a bug was met, never its message: that may hold what a card said or a citizen typed."""
    frames = walk_tb(error.__traceback__)
    place = " > ".join(f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in frames)
    note("bug_met", process=process, error=type(error).__name__, place=place)
