"""Tells the simulated departments how to be, over their own line."""

import http.client
import json
from typing import Any, Final
from urllib.parse import urlsplit

SLOW_SECONDS: Final = 10.0
"""Longer than a centre waits for an answer."""


def be(url: str, mode: str) -> None:
    """All of them: `up`, `slow`, `down` or `wrong`. Raises OSError."""
    _ask(url, "POST", {"mode": mode, "seconds": SLOW_SECONDS})


def told(url: str) -> dict[str, Any]:
    """Everything they say of themselves: modes, what arrived, what was done. Raises OSError."""
    world: dict[str, Any] = _ask(url, "GET", None)
    return world


def mode_of(url: str) -> str:
    """How they are now; empty where they say nothing."""
    try:
        modes = set(told(url)["modes"].values())
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    return str(modes.pop()) if len(modes) == 1 else "mixed"


def _ask(url: str, method: str, wanted: dict[str, object] | None) -> Any:  # noqa: ANN401 - what its JSON says
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    try:
        connection.request(method, "/_world", None if wanted is None else json.dumps(wanted))
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
