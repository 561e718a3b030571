"""Releases of the terminal's software: what the centre wants where, and what a terminal says of it.

Who made a release is told by TUF (The Update Framework 1.0) alone: nothing here need be believed.
"""

from enum import StrEnum
from typing import Final

import msgspec

RELEASES_PATH: Final = "/v1/releases"
PIECE: Final = 256 * 1024
"""Bytes in one answer; a shorter one is the end of the file."""
RELEASE_KEY: Final = "terminal"
"""The only key of the feed's kind `release`."""
RELEASE_NAME: Final = r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}"
FILE_NAME: Final = r"[0-9A-Za-z][0-9A-Za-z._+-]{0,199}"


class Shelf(StrEnum):
    """The two folders of a TUF repository."""

    METADATA = "metadata"
    TARGETS = "targets"


class Wanted(msgspec.Struct, frozen=True):
    """`release` is to run; empty: whatever runs. `back_from`: where this one runs, the one before is to run again."""

    release: str = ""
    back_from: str = ""


class Stage(StrEnum):
    """How far a terminal is with what is wanted."""

    NONE = "none"
    """Nothing else is wanted."""
    FETCHING = "fetching"
    WAITING = "waiting"
    """All of it is here; it waits for a moment at which it disturbs nobody."""
    INSTALLING = "installing"
    TRIAL = "trial"
    """It runs and has not proved itself yet."""
    WELL = "well"
    BACK = "back"
    """It went back to the release before, by itself or because it was told to."""
    REFUSED = "refused"
    """It is not believed, does not fit, or could not be gone back from."""


class ReleaseReport(msgspec.Struct, frozen=True):
    """Part of every heartbeat of a terminal that can be updated. `why` is a `release.…` key."""

    running: str
    wanted: str = ""
    stage: Stage = Stage.NONE
    of: str = ""
    """The release that `stage`, `why` and `at` are about."""
    why: str = ""
    at: str = ""
    checked_at: str = ""
    """When the centre's word on releases was last found good: ISO 8601, by the terminal's clock."""
    percent: int = 0
    """Of the files of a release that is being fetched."""


class Manifest(msgspec.Struct, frozen=True):
    """What a release is made of: names of targets, each signed for by its hash. `notes`: what is new, for staff."""

    release: str
    requirements: str
    """Its pip requirements, with hashes."""
    files: tuple[str, ...]
    """The wheels."""
    notes: str = ""


def manifest_name(release: str) -> str:
    """The target that says what a release is made of."""
    return f"release-{release}.json"


def requirements_name(release: str) -> str:
    """The target with a release's pip requirements."""
    return f"requirements-{release}.txt"


def piece_path(shelf: Shelf, name: str, offset: int) -> str:
    """Where a piece is asked for: all of it is in the path, which is signed."""
    return f"{RELEASES_PATH}/{shelf.value}/{offset}/{name}"
