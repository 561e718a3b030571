"""Who may open the technician's screen: salted hashes of cards and PINs in one file, failures counted in another.

A card number is never kept: only its argon2id hash, with a salt of its own for each person. Failures are written down
before a try is judged, so that pulling the plug gives nobody another one.
"""

import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import argon2
import msgspec

from kiosk.durable import make_folder, replace_file
from kiosk.settings import Settings
from kiosk.technician.session import CODE_DIGITS, PIN_DIGITS

FREE_FAILURES: Final = 5
FIRST_WAIT_SECONDS: Final = 60.0
LONGEST_WAIT_SECONDS: Final = 3600.0
CODE_SECONDS: Final = 900.0
"""A one-time code made at the console opens for a quarter of an hour, once."""


class NotEnrolled(ValueError):
    """Somebody cannot be enrolled; the message says why and what to do."""


class Technician(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person who may serve this terminal."""

    name: str
    card: str
    pin: str


class _Roll(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    technicians: tuple[Technician, ...] = ()
    code: str = ""
    code_until: float = 0.0


class Attempts(msgspec.Struct, frozen=True):
    """How often in a row the door was not opened, and when it was tried last (seconds since 1970)."""

    failures: int = 0
    last: float = 0.0


class Opened(msgspec.Struct, frozen=True):
    who: str


class Refused(msgspec.Struct, frozen=True):
    """`seconds`: how long the door stays shut now."""

    seconds: float


def wait_left(attempts: Attempts, now: float) -> float:
    """Seconds until the door may be tried again. A clock that was set back shuts it for the longest wait at most."""
    over = attempts.failures - FREE_FAILURES
    if over < 0:
        return 0.0
    wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(over, 16))
    return max(0.0, min(wait, attempts.last + wait - now))


def door_of(settings: Settings) -> "Door":
    """The door of a terminal."""
    return Door(settings.technicians, settings.folder / "technician-door.json", time.time)


class Door:
    """The roll of technicians and the door's memory. Slow on purpose: a try costs a tenth of a second a person."""

    def __init__(
        self,
        roll: Path,
        attempts: Path,
        clock: Callable[[], float],
        hasher: argon2.PasswordHasher | None = None,
    ) -> None:
        """`clock` is seconds since 1970: it must outlive the process."""
        self._roll_path = roll
        self._attempts_path = attempts
        self._clock = clock
        self._hasher = hasher or argon2.PasswordHasher()

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who is enrolled."""
        return tuple(one.name for one in self._roll().technicians)

    @property
    def shut_for(self) -> float:
        """Seconds until it may be tried."""
        return wait_left(self._attempts(), self._clock())

    def enrol(self, name: str, number: str, pin: str) -> None:
        """Let somebody in from now on. Raises NotEnrolled, OSError."""
        least, most = PIN_DIGITS
        if not (pin.isdigit() and least <= len(pin) <= most) or len(set(pin)) == 1:
            raise NotEnrolled(f"a PIN of {least} to {most} digits that are not all the same is expected.")
        if not name.strip() or not number.strip():
            raise NotEnrolled("a name and a card number are expected.")
        roll = self._roll()
        if name in self.names:
            raise NotEnrolled(f"{name!r} is enrolled already; remove it first or choose another name.")
        if any(self._fits(one.card, number) for one in roll.technicians):
            raise NotEnrolled("this card is enrolled already.")
        added = Technician(name.strip(), self._hasher.hash(number.strip().upper()), self._hasher.hash(pin))
        self._keep_roll(msgspec.structs.replace(roll, technicians=(*roll.technicians, added)))

    def remove(self, name: str) -> None:
        """Shut it for somebody. Raises NotEnrolled, OSError."""
        roll = self._roll()
        if name not in self.names:
            raise NotEnrolled(f"nobody called {name!r} is enrolled; there are: {', '.join(self.names) or 'nobody'}.")
        rest = tuple(one for one in roll.technicians if one.name != name)
        self._keep_roll(msgspec.structs.replace(roll, technicians=rest))

    def code(self) -> str:
        """A fresh one-time code in place of a card; an older one is void."""
        digits = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        until = self._clock() + CODE_SECONDS
        self._keep_roll(msgspec.structs.replace(self._roll(), code=self._hasher.hash(digits), code_until=until))
        return digits

    def attempt(self, *, pin: str, card: str | None = None, code: str = "", keyed: bool = False) -> Opened | Refused:
        """Try it with something one has (a card, a code, or the key of the cabinet) and the PIN."""
        now = self._clock()
        before = self._attempts()
        if (wait := wait_left(before, now)) > 0:
            return Refused(wait)
        tried = Attempts(before.failures + 1, now)
        self._write(self._attempts_path, msgspec.json.encode(tried))
        who = self._who(pin, card, code, keyed=keyed)
        if who is None:
            return Refused(wait_left(tried, now))
        self._write(self._attempts_path, msgspec.json.encode(Attempts()))
        return Opened(who)

    def _who(self, pin: str, card: str | None, code: str, *, keyed: bool) -> str | None:
        roll = self._roll()
        people = roll.technicians
        if card is not None:
            people = tuple(one for one in people if self._fits(one.card, card))
        elif not keyed and not self._use(roll, code):
            return None
        named = [one.name for one in people if self._fits(one.pin, pin)]
        return named[0] if len(named) == 1 else None  # two with one PIN: the trail must not name the wrong one

    def _use(self, roll: _Roll, code: str) -> bool:
        """Whether the code fits. It is void from then on, whatever the PIN was."""
        now = self._clock()
        in_time = roll.code != "" and roll.code_until - CODE_SECONDS <= now < roll.code_until
        fits = in_time and self._fits(roll.code, code)
        if fits:
            self._keep_roll(msgspec.structs.replace(roll, code="", code_until=0.0))
        return fits

    def _fits(self, hashed: str, plain: str) -> bool:
        with suppress(argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return self._hasher.verify(hashed, plain.strip().upper())
        return False

    def _roll(self) -> _Roll:
        try:
            return msgspec.json.decode(self._roll_path.read_bytes(), type=_Roll)
        except FileNotFoundError:
            return _Roll()

    def _keep_roll(self, roll: _Roll) -> None:
        self._write(self._roll_path, json.dumps(msgspec.to_builtins(roll), ensure_ascii=False, indent=1).encode())

    def _attempts(self) -> Attempts:
        try:
            return msgspec.json.decode(self._attempts_path.read_bytes(), type=Attempts)
        except FileNotFoundError:
            return Attempts()
        except msgspec.DecodeError:  # torn by a power cut while it was written, or meddled with
            return Attempts(FREE_FAILURES, self._clock())

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """Durably and whole, readable by this user only."""
        make_folder(path.parent)
        replace_file(path, content)
