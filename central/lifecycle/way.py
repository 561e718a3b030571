"""The way of one case: the route that was drawn for its item, or the one that follows from the item itself."""

from collections.abc import Iterable

from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.lifecycle import store
from central.lifecycle.rules import Role, Route, Seat, Stage
from central.lifecycle.store import LEVELS, Clock
from central.progress.rules import Known
from contract.calendar import gathered, published
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.codes import CaseType
from contract.worktime import Worktime


def clock_of(centre: Centre, connection: Transaction) -> Clock:
    """Now, in the hall's zone and by its calendar."""
    now = centre.clock()
    worktime = Worktime(gathered(catalogue.calendars(connection, now).values(), published()))
    return Clock(now, centre.settings.zone, worktime)


def route_of(centre: Centre, connection: Transaction, known: Known) -> Route | None:
    """None where nothing but acceptance and decision is needed (即办件), or nobody knows the item."""
    drawn = store.route(connection, known.item)
    if drawn is not None:
        return drawn
    now = centre.clock()
    parts = [one for slug in known.filed_as.joint if (one := catalogue.find(connection, slug, now)) is not None]
    return by_itself(known.item, catalogue.find(connection, known.item, now), parts)


def by_itself(item: str, found: Item | None, parts: Iterable[Item]) -> Route | None:
    """受审分离 by default: the department of the item approves within its promise; of several matters that are done
    together, the departments at the same time, the first of them leading.
    """
    if found is None or found.case_type is CaseType.IMMEDIATE:
        return None
    seats = {_unit(part): _seat(part) for part in reversed([*parts])}
    approval = Stage("审批", Role.APPROVE, (_seat(found),))
    if len(seats) < 2:
        return Route(item, (approval,))
    return Route(item, (Stage("并联审核", Role.REVIEW, tuple(reversed(seats.values()))), approval))


def _unit(item: Item) -> str:
    return item.department[DEFAULT_LANGUAGE]


def _seat(item: Item) -> Seat:
    return Seat(_unit(item), LEVELS[item.exercise_level.value], item.promised_limit)
