"""When a release may be changed, whether it fits, when it has proved itself. Pure; times are seconds and minutes."""

from datetime import time, timedelta
from typing import Final

import msgspec

from contract.releases import Wanted
from offline_cache.disk.room import WARN_SHARE

UNPACKED: Final = 4
"""A wheel takes about so many times its size once it is installed and compiled."""
WELL_SECONDS: Final = 600.0
"""A release has been well for so long before it has proved itself."""
GIVE_UP_SECONDS: Final = 1800.0
"""One that has not proved itself by then goes, as soon as nobody is served."""
CHECK_SECONDS: Final = 4 * 3600.0
"""Between two looks at what the centre says of releases, while nothing else is wanted."""
RETRY_SECONDS: Final = 900.0
ASKED_SECONDS: Final = 1800.0
"""So long the installer may take before it is asked again."""


class Now(msgspec.Struct, frozen=True):
    """What the terminal is at. `minute` counts from midnight in the hall; `charge` is None without a battery."""

    serving: bool
    printing: bool
    """Something is printed or waits for a printer, a door or a permit."""
    minute: int
    charge: int | None
    on_battery: bool
    store_ok: bool


def may_change(now: Now, hours: tuple[str, str], least_charge: int) -> str:
    """Why the release is not changed now; empty: it may be. Service of whoever is here goes first."""
    if now.serving:
        return "release.served"
    if now.printing:
        return "release.printing"
    if not now.store_ok:
        return "release.store"
    if now.on_battery or (now.charge is not None and now.charge < least_charge):
        return "release.charge"
    return "" if within(now.minute, hours) else "release.hours"


def within(minute: int, hours: tuple[str, str]) -> bool:
    """Whether a minute of the day lies between two times `HH:MM`, over midnight too; the same twice: always."""
    begins, ends = (_minutes(one) for one in hours)
    if begins == ends:
        return True
    return begins <= minute < ends if begins < ends else minute >= begins or minute < ends


def _minutes(text: str) -> int:
    found = time.fromisoformat(text)
    return int(timedelta(hours=found.hour, minutes=found.minute).total_seconds() // 60)


def fits(free: int, total: int, wheels: int, here: int) -> bool:
    """Whether a release of so many bytes leaves the disk ample; `here` of them are fetched already."""
    return total > 0 and (free - (wheels - here) - wheels * UNPACKED) / total >= WARN_SHARE


class Known(msgspec.Struct, frozen=True):
    """What lies in the slots: what runs, ran before and is on trial, which are complete, how the last one ended."""

    current: str
    previous: str = ""
    trial: str = ""
    complete: frozenset[str] = frozenset()
    ended: str = ""
    """The release that `outcome`, `why` and `number` are about; `number` rises with each."""
    outcome: str = ""
    why: str = ""
    number: int = 0


class Do(msgspec.Struct, frozen=True):
    """The next thing: `nothing`, `fetch`, `install`, `switch` or `back`."""

    what: str = "nothing"
    release: str = ""


def next_step(known: Known, wanted: Wanted, fetched: str) -> Do:
    """What is to be done about what is wanted. A release that failed here is not tried again by itself."""
    if known.trial:
        return Do("back", known.current) if _is_to_leave(known, wanted) else Do()
    if wanted.release in {"", known.current}:
        return Do("back", known.current) if _is_to_leave(known, wanted) else Do()
    if known.ended == wanted.release and known.outcome in {"back", "refused"}:
        return Do()
    if wanted.release in known.complete:
        return Do("switch", wanted.release)
    return Do("install" if fetched == wanted.release else "fetch", wanted.release)


def _is_to_leave(known: Known, wanted: Wanted) -> bool:
    """Taken back while it runs here, with another before it to go back to."""
    return wanted.back_from == known.current != wanted.release and known.previous not in {"", known.current}


class Health(msgspec.Struct, frozen=True):
    """How the terminal is: a screen that answers, a store that keeps cases, the centre heard, which devices work."""

    screen: bool
    store: bool
    link: bool
    devices: frozenset[str] = frozenset()


def is_well(now: Health, before: Health) -> str:
    """Why it is not as well as it was; empty: it is. Offline is no fault of a release where it was offline before."""
    if not now.screen:
        return "release.screen"
    if not now.store:
        return "release.store_closed"
    if before.link and not now.link:
        return "release.link"
    return "release.devices" if before.devices - now.devices else ""


class Trial(msgspec.Struct, frozen=True):
    """A release on trial, as this process has seen it. Monotonic seconds."""

    began_at: float
    well_since: float | None = None
    why: str = "release.began"


def seen(trial: Trial, why: str, now: float) -> Trial:
    """After one more look: `why` as `is_well` says."""
    if why:
        return msgspec.structs.replace(trial, well_since=None, why=why)
    return trial if trial.well_since is not None else msgspec.structs.replace(trial, well_since=now, why="")


def verdict(trial: Trial, now: float) -> str:
    """`well`, `back`, or empty while it is too early to say."""
    if trial.well_since is not None and now - trial.well_since >= WELL_SECONDS:
        return "well"
    return "back" if trial.well_since is None and now - trial.began_at >= GIVE_UP_SECONDS else ""
