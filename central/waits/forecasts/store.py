"""The hall as a forecast sees it, the forecasts numbers were given, and their errors, in the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, select, union_all, update

from central.database import add_if_new
from central.queue import store as queue
from central.queue.acts import Did
from central.queue.posts import BREAK, ON
from central.queue.rows import store as rows
from central.queue.rules import AT_A_WINDOW, Number, Stand, age
from central.queue.tables import queue_numbers, queue_turns
from central.queue.windows import store as windows
from central.waits import store as planned
from central.waits.forecasts import rules
from central.waits.forecasts.rules import Basis, Errors, Open, Service, Spread, Told, Waits
from central.waits.forecasts.tables import wait_forecasts


class Scene(msgspec.Struct, frozen=True):
    """A hall now. `calls_here` is false where no window has ever been entered: then only the plan is known."""

    hall: str
    at: datetime
    calls_here: bool
    open: tuple[Open, ...]
    waiting: tuple[Number, ...]
    """By age."""
    services: dict[str, Service]
    """By queue."""
    spread: Spread

    def begins(self, *more: Waits) -> dict[str, float]:
        """Minutes until each is called, whoever waits and whoever would come now."""
        minutes = {name: one.minutes for name, one in self.services.items()}
        lined = [Waits(one.case_id, one.queue, one.item, one.wanted_window) for one in self.waiting]
        return rules.begins(self.open, [*lined, *more], minutes)

    def of_newcomer(self, queue: str, item: str = "") -> Told | None:
        """For whoever takes a number now; None where no open window serves it or nobody knows how long one takes."""
        if queue not in self.services:
            return None
        middle = self.begins(Waits("", queue, item)).get("")
        return None if middle is None else rules.told(middle, self.spread)

    def of_number(self, case_id: str) -> Told | None:
        """For one who waits."""
        one = next((one for one in self.waiting if one.case_id == case_id), None)
        middle = self.begins().get(case_id) if one is not None and one.queue in self.services else None
        return None if middle is None else rules.told(middle, self.spread)

    def before(self, case_id: str) -> int | None:
        """How many are called before one who waits, of whatever queue; None where no open window may call it."""
        begins = self.begins()
        mine = begins.get(case_id)
        if mine is None:
            return None
        lined = [one.case_id for one in self.waiting]
        return sum((begins.get(one, mine + 1), at) < (mine, lined.index(case_id)) for at, one in enumerate(lined))

    def windows_for(self, queue: str, item: str = "") -> int:
        """How many open windows serve it."""
        return sum(bool(one.skills & {queue, item}) for one in self.open)


def scene(connection: Connection, hall: str, now: datetime, today: str) -> Scene:
    """Everything a forecast of a hall needs, in a few statements whatever its size."""
    every = windows.windows(connection, hall)
    signs = windows.signs(connection, [one.window_id for one in every])
    lined = [one for found in queue.waiting(connection, hall, today).values() for one in found]
    busy = _at_windows(connection, hall, today)
    skills = windows.skills_by_window(connection, every)
    served = {one for found in skills.values() for one in found if len(one) == 1}
    services = _services(connection, hall, {one.queue for one in (*lined, *busy.values())} | served, now)
    seated = [one for one in every if one.window_id in signs and signs[one.window_id].state in (ON, BREAK)]
    open_now = []
    for one in seated:
        if signs[one.window_id].state != ON:
            continue
        at = busy.get(one.window_id)
        minutes = services[at.queue].minutes if at is not None and at.queue in services else 0.0
        since = (at.began_at or at.called_at) if at is not None else None
        elapsed = (now - since).total_seconds() / 60 if since is not None else 0.0
        open_now.append(
            Open(one.window_id, skills[one.window_id], rules.rest(minutes, elapsed) if at is not None else 0.0)
        )
    return Scene(
        hall,
        now,
        bool(every),
        tuple(open_now),
        tuple(sorted(lined, key=age)),
        services,
        rules.spread(_ratios(connection, hall, now)),
    )


def _at_windows(connection: Connection, hall: str, today: str) -> dict[str, Number]:
    place = (queue_numbers.c.hall == hall) & (queue_numbers.c.business_date == today)
    found = select(queue_numbers).where(place, queue_numbers.c.stand.in_(sorted(AT_A_WINDOW)))
    return {row["at_window"]: rows.number_of(row) for row in connection.execute(found).mappings()}


def _services(connection: Connection, hall: str, named: set[str], now: datetime) -> dict[str, Service]:
    """How long people of these queues, and of those with a plan, took lately."""
    plans = {name: plan.minutes for (where, name), plan in planned.plans(connection).items() if where == hall}
    took = _took(connection, hall, sorted({*named, *plans}), now)
    made = {name: rules.service(took.get(name, []), plans.get(name)) for name in {*took, *plans}}
    return {name: one for name, one in made.items() if one is not None}


def _took(connection: Connection, hall: str, named: Sequence[str], now: datetime) -> dict[str, list[float]]:
    """Minutes of the latest finished services, the newest first, by queue: so many rows however long the day was."""
    each = [
        select(queue_turns.c.queue, queue_turns.c.began_at, queue_turns.c.ended_at)
        .where(
            queue_turns.c.hall == hall,
            queue_turns.c.queue == name,
            queue_turns.c.outcome == Did.FINISHED.value,
            queue_turns.c.began_at.is_not(None),
            queue_turns.c.ended_at >= now - rules.LOOKED_BACK,
        )
        .order_by(queue_turns.c.ended_at.desc())
        .limit(rules.LATEST)
        .subquery()
        for name in named
    ]
    took: defaultdict[str, list[float]] = defaultdict(list)
    if each:
        for name, began, ended in connection.execute(union_all(*(select(one) for one in each))):
            took[name].append((ended - began).total_seconds() / 60)
    return took


def _ratios(connection: Connection, hall: str, now: datetime) -> list[float]:
    found = select(wait_forecasts.c.middle, wait_forecasts.c.error_minutes).where(
        wait_forecasts.c.hall == hall,
        wait_forecasts.c.called_at >= now - rules.ERROR_DAYS,
        wait_forecasts.c.error_minutes.is_not(None),
    )
    made = (rules.ratio(middle, middle + error) for middle, error in connection.execute(found))
    return [one for one in made if one is not None]


def untold(connection: Connection, hall: str, today: str) -> Sequence[Number]:
    """Numbers that wait and were given no forecast yet."""
    joined = queue_numbers.outerjoin(wait_forecasts, wait_forecasts.c.case_id == queue_numbers.c.case_id)
    found = (
        select(queue_numbers)
        .select_from(joined)
        .where(
            queue_numbers.c.hall == hall,
            queue_numbers.c.business_date == today,
            queue_numbers.c.stand == Stand.WAITING.value,
            wait_forecasts.c.case_id.is_(None),
        )
    )
    return [rows.number_of(row) for row in connection.execute(found).mappings()]


def keep(connection: Connection, one: Number, told: Told, basis: Basis, now: datetime) -> bool:
    """What a number was given; the first word stays."""
    row = {
        "case_id": one.case_id,
        "hall": one.hall,
        "queue": one.queue,
        "given_at": now,
        "least": told.least,
        "most": told.most,
        "middle": told.middle,
        "basis": basis.value,
        "called_at": None,
        "error_minutes": None,
    }
    return add_if_new(connection, wait_forecasts, row)


def compare(connection: Connection, now: datetime) -> int:
    """Measure the forecasts whose numbers have been called since; how many."""
    first = (
        select(wait_forecasts.c.case_id, wait_forecasts.c.given_at, wait_forecasts.c.middle, queue_turns.c.called_at)
        .join(queue_turns, queue_turns.c.case_id == wait_forecasts.c.case_id)
        .where(and_(wait_forecasts.c.called_at.is_(None), wait_forecasts.c.given_at >= now - rules.ERROR_DAYS))
        .order_by(queue_turns.c.called_at)
    )
    measured: set[str] = set()
    for case_id, given_at, middle, called_at in connection.execute(first).all():
        if case_id in measured:
            continue
        measured.add(case_id)
        error = (called_at - given_at).total_seconds() / 60 - middle
        place = (wait_forecasts.c.case_id == case_id) & wait_forecasts.c.called_at.is_(None)
        connection.execute(update(wait_forecasts).where(place).values(called_at=called_at, error_minutes=error))
    return len(measured)


def errors(connection: Connection, now: datetime, hall: str | None = None) -> dict[tuple[str, str], Errors]:
    """Of the last seven days, by hall and queue; under the empty queue those of a whole hall."""
    found = select(wait_forecasts).where(
        wait_forecasts.c.called_at >= now - rules.ERROR_DAYS, wait_forecasts.c.error_minutes.is_not(None)
    )
    if hall is not None:
        found = found.where(wait_forecasts.c.hall == hall)
    sizes: defaultdict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for row in connection.execute(found).mappings():
        true = row["middle"] + row["error_minutes"]
        one = (float(row["error_minutes"]), bool(row["least"] - 0.5 <= true <= row["most"] + 0.5))
        sizes[row["hall"], row["queue"]].append(one)
        sizes[row["hall"], ""].append(one)
    made = {place: rules.errors(of) for place, of in sizes.items()}
    return {place: one for place, one in made.items() if one is not None}
