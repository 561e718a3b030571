"""`central load-plan FILE`: places of appointments, shifts of the duty roster and planned service times from one TOML
file, each entered once.

[[slots]]   line = "real-estate-transfer"  weekdays = [1, 2, 3, 4, 5]  starts = "09:00"  ends = "09:30"  capacity = 4
[[shifts]]  post = "help"  who = "boss"  weekdays = [1, 2, 3, 4, 5]  starts = "08:00"  ends = "18:00"  stand_in = false
[[waits]]   queue = "A"  minutes = 8  windows = 4  hall = ""
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from central import enrolment
from central.appointments import store as appointments
from central.appointments.rules import Plan
from central.clock import now
from central.help import store as roster
from central.help.rules import POSTS, Shift
from central.mendable import MendableError
from central.people import store as people
from central.settings import Settings
from central.waits import store as waits
from central.waits.rules import MINUTES_AT_MOST, WINDOWS_AT_MOST
from central.waits.rules import Plan as Wait

_Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
_Time = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class PlanError(MendableError):
    """The file cannot be taken; the message names the place and what was expected."""


class _Slots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    line: Annotated[str, msgspec.Meta(min_length=1, max_length=61)]
    weekdays: tuple[_Weekday, ...]
    starts: _Time
    ends: _Time
    capacity: Annotated[int, msgspec.Meta(ge=1, le=999)]


class _Shifts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    post: str
    who: str
    weekdays: tuple[_Weekday, ...]
    starts: _Time
    ends: _Time
    stand_in: bool = False


class _Waits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    queue: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]$")]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=MINUTES_AT_MOST)]
    windows: Annotated[int, msgspec.Meta(ge=1, le=WINDOWS_AT_MOST)]
    hall: str = ""


class PlanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file may hold."""

    slots: tuple[_Slots, ...] = ()
    shifts: tuple[_Shifts, ...] = ()
    waits: tuple[_Waits, ...] = ()


def load(settings: Settings, file: Path, by: str) -> dict[str, int]:
    """Enter what the file says, from today on; loaded again it changes nothing. Raises PlanError."""
    try:
        found = msgspec.toml.decode(file.read_bytes(), type=PlanFile)
    except OSError as error:
        message = f"{file}: cannot be read ({error.strerror}); expected a TOML file"
        raise PlanError(message) from error
    except (msgspec.DecodeError, ValueError) as error:
        message = f"{file}: {error}"
        raise PlanError(message) from error
    today = now().astimezone(settings.zone).date()
    with enrolment.opened(settings) as database, database.writing() as connection:
        accounts = people.names(connection)
        for one in found.shifts:
            if one.post not in POSTS or one.who not in accounts:
                message = (
                    f"{file}: shift of {one.who!r} at {one.post!r}; expected an account and one of {', '.join(POSTS)}"
                )
                raise PlanError(message)
        appointments.add_plans(connection, [plan for one in found.slots for plan in _plans(one, today, by)])
        roster.add_shifts(connection, [shift for one in found.shifts for shift in _roster(one, today, by)])
        for wait in found.waits:
            waits.plan(connection, Wait(wait.hall, wait.queue, wait.minutes, wait.windows, by, now()))
    return {"slots": len(found.slots), "shifts": len(found.shifts), "waits": len(found.waits)}


def _plans(one: _Slots, today: date, by: str) -> list[Plan]:
    name, first = _name(one), today.isoformat()
    return [
        Plan(f"{name}-{day}", one.line, day, one.starts, one.ends, one.capacity, first, None, by, now())
        for day in one.weekdays
    ]


def _roster(one: _Shifts, today: date, by: str) -> list[Shift]:
    name, first, rank = _name(one), today.isoformat(), int(one.stand_in)
    return [
        Shift(f"{name}-{day}", one.post, one.who, rank, day, one.starts, one.ends, first, None, by)
        for day in one.weekdays
    ]


def _name(one: msgspec.Struct) -> str:
    """The same lines have the same name, so that a file loaded twice is entered once."""
    return hashlib.sha256(msgspec.json.encode(one)).hexdigest()[:16]
