"""The audit trail: JSON lines on standard error, each an event of audit_events.toml with its listed fields."""

import json
import sys
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

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
    sys.stderr.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    sys.stderr.flush()
