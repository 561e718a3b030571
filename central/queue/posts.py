"""Windows, posts and who stands in when somebody is away (AB岗). Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

import msgspec

ON: Final = "on"
BREAK: Final = "break"
OFF: Final = "off"
STATES: Final = (ON, BREAK, OFF)
EVERY_DAY: Final = 0
LATE_AFTER: Final = timedelta(minutes=5)
"""Whoever has not signed on so long after a post began is away."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window of a hall. `code` is what is written over it; `skills` are letters of queues and slugs of items."""

    window_id: str
    hall: str
    code: str
    name: str = ""
    place: str = ""
    zone: str = ""
    skills: tuple[str, ...] = ()


class Sign(msgspec.Struct, frozen=True):
    """Who sits at a window: `on`, at a `break`, or `off`."""

    window_id: str
    who: str
    state: str
    since: datetime


class Post(msgspec.Struct, frozen=True):
    """Whose window it is from `starts` to `ends` (`HH:MM`) on a weekday (1 is Monday, 0 every day), and which window
    serves for it while it is empty.
    """

    post_id: str
    window_id: str
    weekday: int
    starts: str
    ends: str
    first_name: str
    stand_in_name: str
    stand_in_window: str
    by_whom: str
    at: datetime

    def holds(self, now: datetime, late: timedelta = timedelta()) -> bool:
        """Whether it has begun so long ago and is not over. `now` is in the hall's zone."""
        if self.weekday not in {EVERY_DAY, now.isoweekday()}:
            return False
        begun = now - late
        return begun.date() == now.date() and f"{begun:%H:%M}" >= self.starts and f"{now:%H:%M}" < self.ends


class Cover(msgspec.Struct, frozen=True):
    """One window serves for another one since."""

    cover_id: str
    window_id: str
    stand_in_window: str
    since: datetime


def wanted_covers(
    posts: Iterable[Post],
    signs: Mapping[str, Sign],
    served_today: Collection[str],
    now: datetime,
    zone: tzinfo,
) -> dict[str, str]:
    """Empty window -> the window that serves for it now.

    Away is who has left today (`served_today`), is at a break, or has not come `LATE_AFTER` the beginning of the post.
    A stand-in counts only while somebody is on duty there. Whoever is on duty serves for themselves.
    """
    local = now.astimezone(zone)
    found: dict[str, str] = {}
    for post in posts:
        late = timedelta() if post.window_id in served_today else LATE_AFTER
        if not post.holds(local, late) or post.window_id in found:
            continue
        if not is_on(signs, post.window_id) and is_on(signs, post.stand_in_window):
            found[post.window_id] = post.stand_in_window
    return found


def is_on(signs: Mapping[str, Sign], window_id: str) -> bool:
    """Whether somebody is on duty at a window."""
    return window_id in signs and signs[window_id].state == ON
