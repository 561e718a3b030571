"""Logs as JSON lines on standard error. Events and keys only: never a body, a name from a card, or a password."""

import logging
import sys
import traceback
from types import TracebackType
from typing import Final

import structlog

_PLACES: Final = 12
"""Of each error, the innermost ones."""
_LINES: Final = 60


def _without_words(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """What kind of error and where, the cause last. Never its message: a database puts the row into it."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(lines) < _LINES:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        places = traceback.extract_tb(error.__traceback__)[-_PLACES:]
        lines += [f"  {place.filename}:{place.lineno} {place.name}" for place in places]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(_without_words),
)


def configure() -> None:
    """Ours and every library's go the same way."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=list(_SHARED),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for each question to a department says nothing new
