"""Which terminal this is: its name, its machine, and the settings it stands on."""

import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from devices.kind import Level
from kiosk.settings import Settings
from kiosk.setup import revisions
from kiosk.setup.readiness.found import Identity

_OURS: Final = b"suiban readiness report"


def identity(settings: Settings | None, level: Level, version: str, at: datetime) -> Identity:
    """`at` with its time zone. Without settings only the machine is known."""
    if settings is None:
        return Identity(machine=machine_id(), version=version, level=level, at=at.isoformat(timespec="seconds"))
    last = _last_revision(settings.path)
    return Identity(
        terminal=settings.terminal.id,
        hall=settings.site.hall,
        place=settings.site.place,
        machine=machine_id(),
        revision=last.number if last else None,
        outcome=last.outcome if last else "",
        fingerprint=fingerprint(settings.path),
        version=version,
        level=level,
        at=at.isoformat(timespec="seconds"),
    )


def _last_revision(path: Path) -> revisions.Revision | None:
    try:
        return next(iter(revisions.history(path)), None)
    except (OSError, msgspec.MsgspecError):
        return None  # a history that cannot be read stops nobody from looking the terminal over


def machine_id(path: Path = Path("/etc/machine-id")) -> str:
    """A name for this machine, made from its machine-id, which machine-id(5) wants kept secret; "" without one."""
    try:
        own = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return hmac.new(own.encode(), _OURS, hashlib.sha256).hexdigest()[:12] if own else ""


def fingerprint(path: Path) -> str:
    """The fingerprint of the settings as they are on disk: two terminals or two days can be compared by it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
