"""A recording: what the flight recorder of one device held, with what a reader of it must know, as one JSON file."""

import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from devices.parts.frames import Direction, Recorded

FORMAT: Final = 1


class Frame(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One recorded frame as [µs since the first, direction, length, what is shown in hexadecimal]."""

    after_us: int
    direction: Direction
    length: int
    shown: str


class Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One export. Holds nothing personal, because the ring does not."""

    format: int
    kind: str
    address: str
    made_at: str
    first_at: str
    versions: dict[str, str]
    counts: dict[str, float]
    frames: tuple[Frame, ...]

    def recorded(self) -> tuple[Recorded, ...]:
        """The frames as the recorder had them, times counted from the first."""
        return tuple(Recorded(one.after_us, one.direction, one.length, bytes.fromhex(one.shown)) for one in self.frames)


def recording(
    kind: str, address: str, frames: Iterable[Recorded], counts: Mapping[str, float], versions: Mapping[str, str]
) -> Recording:
    """Everything known about one device's line. `versions`: of this software and of what the terminal is made of."""
    kept = tuple(frames)
    first = kept[0].at_us if kept else 0
    return Recording(
        format=FORMAT,
        kind=kind,
        address=address,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        first_at=datetime.fromtimestamp(first / 1_000_000, UTC).isoformat() if kept else "",
        versions={"python": platform.python_version(), "kernel": platform.release(), **versions},
        counts=dict(counts),
        frames=tuple(Frame(one.at_us - first, one.direction, one.length, one.shown.hex(" ").upper()) for one in kept),
    )


def save(path: Path, made: Recording) -> None:
    """Write it whole or not at all."""
    fresh = path.with_name(f".{path.name}.part")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    fresh.replace(path)


def load(path: Path) -> Recording:
    """Read one back. Raises OSError, and ValueError for a file that is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Recording)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} is no recording: {error}") from error
