"""What the technician's session can ask the bench for: orders, imperative. Values only."""

import msgspec

from kiosk.technician.values import Plan, Setup


class _Value(msgspec.Struct, frozen=True):
    """Compared by what it holds."""


class AwaitDoor(_Value, frozen=True):
    """Wait for a technician's card."""


class TryDoor(_Value, frozen=True):
    pin: str
    code: str


class Refit(_Value, frozen=True):
    """Hold the device at this setup from now on; None lets go of it."""

    name: str
    setup: Setup | None


class Search(_Value, frozen=True):
    """Look for devices at every port that no working device of ours holds."""

    plan: Plan
    name: str
    """The key of the kind that is looked for; "" for any."""


class Check(_Value, frozen=True):
    name: str
    level: str


class Commission(_Value, frozen=True):
    name: str


class WatchFrames(_Value, frozen=True):
    """Show this device's recorder; "" shows none."""

    name: str


class NoteRefill(_Value, frozen=True):
    name: str


class NoteReplacement(_Value, frozen=True):
    name: str
    serial: str


class BeginChain(_Value, frozen=True):
    pass


class GoOnChain(_Value, frozen=True):
    """The printed page lies under the camera."""


class SaveRevision(_Value, frozen=True):
    before: Plan
    plan: Plan
    by: str


class UndoRevision(_Value, frozen=True):
    by: str


class ReadRevisions(_Value, frozen=True):
    pass


class Export(_Value, frozen=True):
    what: str


class ReadPeople(_Value, frozen=True):
    pass


class AddPerson(_Value, frozen=True):
    """Enrol whoever's card is laid on the reader next."""

    name: str
    pin: str
    by: str


class Leave(_Value, frozen=True):
    """Let go of everything; the terminal serves citizens again."""

    idle: bool
    walk: bool = False
    """The next visit is a walk-through (TS-10)."""


Effect = (
    AwaitDoor
    | TryDoor
    | Refit
    | Search
    | Check
    | Commission
    | WatchFrames
    | NoteRefill
    | NoteReplacement
    | BeginChain
    | GoOnChain
    | SaveRevision
    | UndoRevision
    | ReadRevisions
    | Export
    | ReadPeople
    | AddPerson
    | Leave
)
