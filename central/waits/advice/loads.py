"""The load of a hall by item, and its windows, as the advice and the page see them."""

from collections import Counter

from central.database import Transaction
from central.queue import store as queue
from central.queue.posts import is_on
from central.queue.windows import store as windows
from central.waits.advice.rules import UNTOLD, Load, Room
from central.waits.forecasts.store import Scene


def loads(connection: Transaction, scene: Scene) -> list[Load]:
    """Each item somebody waits for, the longest wait first."""
    count = Counter((one.queue, one.item) for one in scene.waiting)
    one_each = {(one.queue, one.item): one.case_id for one in scene.waiting}
    titles = queue.lines_of(connection, list(one_each.values()))
    found = []
    for (name, item), waiting in count.items():
        told = scene.of_newcomer(name, item)
        line = titles.get(one_each[name, item])
        minutes = round(told.middle) if told is not None else UNTOLD
        found.append(
            Load(name, item, line.item_title if line else item, waiting, minutes, scene.windows_for(name, item))
        )
    return sorted(found, key=lambda one: (-one.minutes, -one.waiting, one.queue))


def rooms(connection: Transaction, hall: str) -> list[Room]:
    """Every window of a hall."""
    every = windows.windows(connection, hall)
    signs = windows.signs(connection, [one.window_id for one in every])
    skills = windows.skills_by_window(connection, every)
    return [Room(one.code, skills[one.window_id], is_on(signs, one.window_id)) for one in every]
