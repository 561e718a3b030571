"""What one screen shows now, as data that its page draws: numbers, windows, counts, at most a masked name."""

import math
from datetime import datetime

import msgspec

from central.centre import Centre
from central.database import Transaction
from central.queue import store as queue
from central.queue.windows import store as windows
from central.screens import rules, store
from central.screens.rules import Screen
from central.waits.forecasts import store as forecasts
from central.waits.forecasts.store import Scene
from central.web.words import LANGUAGES, Words

CALLS_SHOWN = 8
STEP_MINUTES = 5


class CallShown(msgspec.Struct, frozen=True):
    """One call. `id` rises, `call_id` is what is confirmed; `name` is empty unless the hall shows masked names; an old
    one (`age` in seconds), from while nobody answered, is not announced as new.
    """

    id: int
    call_id: str
    number: str
    window: str
    place: str
    name: str
    again: bool
    clock: str
    age: int


class QueueShown(msgspec.Struct, frozen=True):
    """One queue: who waits, who comes next, the range of the wait in minutes (None where nobody can say)."""

    queue: str
    title: str
    waiting: int
    next: tuple[str, ...]
    least: int | None
    most: int | None


class Calls(msgspec.Struct, frozen=True):
    """Calls alone, as they are made; `clock` and `day` as of `Shown`."""

    clock: str
    day: str
    calls: tuple[CallShown, ...]


class Shown(msgspec.Struct, frozen=True):
    """A calling screen. `clock` is when it was so; `volume` percent, 0 silent."""

    hall: str
    zone: str
    title: str
    clock: str
    day: str
    open: bool
    opens: str
    closes: str
    notice: str
    volume: int
    each_seconds: int
    calls: tuple[CallShown, ...]
    queues: tuple[QueueShown, ...]


def shown(connection: Transaction, centre: Centre, screen: Screen) -> Shown:
    """The calling screen of a hall or zone."""
    now, today = centre.clock(), centre.today().isoformat()
    local = now.astimezone(centre.settings.zone)
    manners = store.manners(connection, screen.hall)
    return Shown(
        hall=screen.hall or centre.settings.hall,
        zone=screen.zone,
        title=screen.title,
        clock=f"{local:%H:%M:%S}",
        day=f"{local:%Y-%m-%d}",
        open=rules.is_open(manners, local),
        opens=manners.opens,
        closes=manners.closes,
        notice=" · ".join(filter(None, (manners.notice, *_stand_ins(connection, screen.hall)))),
        volume=rules.volume(store.hours(connection, screen.hall), screen.zone, local),
        each_seconds=rules.EACH_SECONDS,
        calls=_calls(connection, centre, screen, 0, manners),
        queues=_queues(connection, forecasts.scene(connection, screen.hall, now, today)),
    )


def calls(connection: Transaction, centre: Centre, screen: Screen, since: int) -> Calls:
    """The calls after the one with the id `since`: what reaches an open screen at once."""
    local = centre.clock().astimezone(centre.settings.zone)
    found = _calls(connection, centre, screen, since, store.manners(connection, screen.hall))
    return Calls(f"{local:%H:%M:%S}", f"{local:%Y-%m-%d}", found)


def _calls(
    connection: Transaction, centre: Centre, screen: Screen, since: int, manners: rules.Manners
) -> tuple[CallShown, ...]:
    today = centre.today().isoformat()
    made = [one for one in queue.calls(connection, screen.hall, since, today) if rules.hears(screen, one.zone)]
    return tuple(
        CallShown(
            one.id,
            one.act_id,
            one.number,
            one.window,
            one.place,
            one.masked_name if manners.shows_names else "",
            one.again,
            f"{one.at.astimezone(centre.settings.zone):%H:%M:%S}",
            max(int((centre.clock() - one.at).total_seconds()), 0),
        )
        for one in made[-CALLS_SHOWN:]
    )


def _stand_ins(connection: Transaction, hall: str) -> list[str]:
    """AB岗: which window serves for which, for those who wait before an empty one."""
    codes = {one.window_id: one.code for one in windows.windows(connection, hall)}
    words = Words(LANGUAGES[0])
    return [
        words("queue.cover_screen", window=codes.get(one.window_id, ""), other=codes.get(one.stand_in_window, ""))
        for one in windows.covers(connection, codes)
    ]


def _queues(connection: Transaction, scene: Scene) -> tuple[QueueShown, ...]:
    found: dict[str, list[str]] = {}
    for one in scene.waiting:
        found.setdefault(one.queue, []).append(one.case_id)
    lines = queue.lines_of(connection, [case_id for ids in found.values() for case_id in ids[:3]])
    made = []
    for name in sorted(found)[: rules.WAITING_AT_MOST]:
        told = scene.of_newcomer(name)
        made.append(
            QueueShown(
                name,
                lines[found[name][0]].item_title if found[name][0] in lines else "",
                len(found[name]),
                tuple(lines[case_id].number.number for case_id in found[name][:3] if case_id in lines),
                math.floor(told.least / STEP_MINUTES) * STEP_MINUTES if told else None,
                math.ceil(told.most / STEP_MINUTES) * STEP_MINUTES if told else None,
            )
        )
    return tuple(made)


def call_of(connection: Transaction, screen: Screen, call_id: str, today: str) -> queue.Call | None:
    """A call of today that belongs on this screen."""
    every = queue.calls(connection, screen.hall, 0, today)
    return next((one for one in every if one.act_id == call_id and rules.hears(screen, one.zone)), None)


def is_now(moment: datetime, centre: Centre) -> str:
    """Hours and minutes in the hall."""
    return f"{moment.astimezone(centre.settings.zone):%H:%M}"
