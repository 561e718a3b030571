"""The audit trail: JSON lines on standard error, each an event of audit_events.toml with its listed fields and
no other.
"""

import sys
import tomllib
from functools import cache
from pathlib import Path

import structlog

_CATALOGUE = Path(__file__).with_name("audit_events.toml")


@cache
def events() -> dict[str, frozenset[str]]:
    """Event name -> the fields it may carry."""
    tables = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return {name: frozenset(table["fields"]) for name, table in tables.items()}


@cache
def _logger() -> structlog.typing.FilteringBoundLogger:
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
    return logger


def note(event: str, **fields: object) -> None:
    """Write one event. Raises ValueError for an event or a field that the catalogue does not list."""
    listed = events().get(event)
    if listed is None or not fields.keys() <= listed:
        message = f"audit_events.toml lists no event {event!r} with fields {sorted(fields)}"
        raise ValueError(message)
    _logger().info(event, **fields)
