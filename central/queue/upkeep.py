"""What the queue does by itself: passed numbers lapse, days end, stand-ins take over."""

from datetime import time
from typing import Final

from central.centre import Centre
from central.queue import posts
from central.queue.acts import Did
from central.queue.day import store as days
from central.queue.posts import Cover
from central.queue.rows import store as rows
from central.queue.rows.store import Asked, Deed
from central.queue.windows import store as windows

EVERY_SECONDS: Final = 5.0


def look(centre: Centre) -> None:
    """Close what is over and see who stands in. Done twice it changes nothing; missed, it is made up for."""
    changed = close_days(centre)
    with centre.database.writing() as connection:
        changed += days.lapse(connection, centre.clock())
    changed += stand_in(centre)
    if changed:
        centre.live.changed()


def close_days(centre: Centre) -> int:
    """Every number of a day that is over comes to its end, also of days nobody looked at; how many."""
    closes = closing(centre.settings.queue_closes)
    total = 0
    while True:
        with centre.database.writing() as connection:
            done = days.close_over(connection, centre.clock(), centre.settings.zone, closes)
        total += done
        if not done:
            return total


def closing(text: str) -> time | None:
    """The hour a day closes; None for midnight."""
    return time.fromisoformat(text) if text else None


def stand_in(centre: Centre) -> int:
    """Windows that are empty although it is somebody's post are served by their stand-in's; how many changed."""
    now = centre.clock()
    with centre.database.writing() as connection:
        every = {one.window_id: one for one in windows.windows(connection)}
        signs = windows.signs(connection, every)
        # Whoever went away today is away at once; whoever has not come yet is given a few minutes.
        local = now.astimezone(centre.settings.zone).date()
        today = {name for name, sign in signs.items() if sign.since.astimezone(centre.settings.zone).date() == local}
        wanted = posts.wanted_covers(windows.posts(connection, every), signs, today, now, centre.settings.zone)
        kept = {one.window_id: one for one in windows.covers(connection, every)}
        ended = [name for name, one in kept.items() if wanted.get(name) != one.stand_in_window]
        windows.end_covers(connection, ended, now)
        begun = [name for name in wanted if name not in kept or name in ended]
        for name in begun:
            cover = Cover(f"{name}.{now.timestamp():.6f}", name, wanted[name], now)
            for case_id in windows.begin_cover(connection, cover):
                one = rows.find(connection, case_id)
                if one is not None:
                    asked = Asked(
                        f"moved.{cover.cover_id}.{case_id}", wanted[name], days.BY_ITSELF, now, one.business_date
                    )
                    rows.note(connection, one, asked, Deed(Did.MOVED, name))
        for name, sign in signs.items():
            if sign.state == posts.OFF and name not in wanted:
                windows.release(connection, name, "", now)
    return len(begun) + len(ended)
