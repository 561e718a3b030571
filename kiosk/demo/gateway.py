"""Tells the simulated payment gateway how to be, over its own line."""

import http.client
import json
from typing import Any, Final
from urllib.parse import urlsplit

LATE_SECONDS: Final = 10.0
"""Longer than a centre waits for an answer."""
_MANY: Final = 1_000_000

WORLDS: Final[dict[str, dict[str, object]]] = {
    "up": {},
    "late": {"seconds": LATE_SECONDS},
    "lost": {"mute": _MANY},
    "deaf": {"deaf": _MANY},
    "twice": {"calls_back": "twice"},
    "behind": {"calls_back": "late"},
    "never": {"calls_back": "never"},
}
"""By the name of how it is: what its own `/_world` is told."""


def be(url: str, mode: str) -> None:
    """As `WORLDS` names it. Raises KeyError for a name nobody knows, OSError where nobody listens."""
    _ask(url, "POST", WORLDS[mode])


def mode_of(url: str) -> str:
    """How it is now; empty where there is none or it says nothing."""
    if not url:
        return ""
    try:
        now = _ask(url, "GET", None)
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    return next((mode for mode, world in WORLDS.items() if world and _is(now, world)), "up")


def _is(now: dict[str, Any], world: dict[str, object]) -> bool:
    """What is counted down is still that world while any of it is left."""
    return all(now[name] == wanted or (wanted == _MANY and now[name] > 0) for name, wanted in world.items())


def _ask(url: str, method: str, wanted: dict[str, object] | None) -> Any:  # noqa: ANN401 - what its JSON says
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    try:
        connection.request(method, "/_world", None if wanted is None else json.dumps(wanted))
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
