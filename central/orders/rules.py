"""What becomes of a service order: given to an agent, agreed, done; its clock, its words, the way of a day. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from central.agents.rules import Agent
from contract.catalogue import DEFAULT_LANGUAGE, Text, TimeLimit, Unit
from contract.orders import OrderStands, OrderStep, Wish
from contract.worktime import Worktime

TOLD_AT_MOST: Final = 500
ANSWER_WITHIN: Final = {
    Wish.AGENT: TimeLimit(1, Unit.WORKING_DAY),
    Wish.HOME: TimeLimit(1, Unit.WORKING_DAY),
    Wish.LATE: TimeLimit(1, Unit.HALF_WORKING_DAY),
}
"""So soon somebody is told to do it and calls."""
DONE_WITHIN: Final = TimeLimit(5, Unit.WORKING_DAY)
"""From then on, where neither a day is agreed nor the item has a limit."""


class State(StrEnum):
    """Where it stands."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    AGREED = "agreed"
    """Day and time are settled with the citizen."""
    ENDED = "ended"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


OPEN: Final = (State.RECEIVED, State.ASSIGNED, State.AGREED)

WORDS: Final[dict[str, Text]] = {
    "received": {"zh-Hans": "已收到申请", "en": "Received"},
    "assigned": {"zh-Hans": "已安排工作人员", "en": "Somebody will do it"},
    "agreed": {"zh-Hans": "已约好时间", "en": "The time is settled"},
    "done": {"zh-Hans": "已办成", "en": "Done"},
    "partly": {"zh-Hans": "办成了一部分", "en": "Done in part"},
    "failed": {"zh-Hans": "没有办成", "en": "It could not be done"},
    "withdrawn": {"zh-Hans": "已撤回", "en": "Withdrawn"},
}
WISHES: Final[dict[Wish, Text]] = {
    Wish.AGENT: {"zh-Hans": "代办", "en": "Done for you"},
    Wish.LATE: {"zh-Hans": "延时服务", "en": "After hours"},
    Wish.HOME: {"zh-Hans": "上门服务", "en": "At home"},
}
NEXT: Final[dict[str, Text]] = {
    State.RECEIVED: {"zh-Hans": "工作人员会打电话和您确认，您在家等着就行", "en": "Staff will call you; just wait"},
    State.ASSIGNED: {"zh-Hans": "工作人员会打电话和您约时间", "en": "They will call to settle the time"},
    State.AGREED: {"zh-Hans": "请按约好的时间等候，把材料准备好", "en": "Please be there, with the papers ready"},
    State.ENDED: {"zh-Hans": "已经办完，不用再做什么", "en": "It is over; there is nothing to do"},
}


class Order(msgspec.Struct, frozen=True):
    """As staff see it: nothing personal but the masked contact. `bring` is JSON."""

    order_id: str
    envelope_id: str
    terminal: str
    number: str
    code: str
    wish: Wish
    item: str
    item_title: str
    reason: str
    day: str
    slot: str
    area: str
    area_name: str
    bring: str
    consent: str
    named: int
    masked_contact: str
    language: str
    at: str
    received_at: datetime
    due_at: datetime
    state: State
    agent_id: str
    outcome: str
    told: str
    done_at: datetime | None
    changed_at: datetime

    @property
    def papers(self) -> tuple[str, ...]:
        """What the citizen has to have ready."""
        return msgspec.json.decode(self.bring, type=tuple[str, ...])

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN

    def late(self, now: datetime) -> bool:
        """Whether its clock has run out."""
        return self.open and self.due_at < now


class Step(msgspec.Struct, frozen=True):
    """One thing that was done with it. `note` is for colleagues but with an outcome, where the citizen reads it."""

    what: str
    by_whom: str
    note: str
    at: datetime


class Malformed(ValueError):
    """What a member of staff typed; the message is a key of the pages' words."""


def answer_due(wish: Wish, at: datetime, worktime: Worktime) -> datetime:
    """Until when somebody has to call. `at` is the terminal's local time."""
    return _at(worktime.due(at, ANSWER_WITHIN[wish]).at, at)


def work_due(
    order: Order, assigned_at: datetime, limit: TimeLimit | None, worktime: Worktime, zone: tzinfo
) -> datetime:
    """Until when it has to be done: the end of the day that is agreed or wished, else by the item's own limit."""
    if order.day:
        return end_of(order.day, order.slot, zone)
    local = assigned_at.astimezone(zone)
    return _at(worktime.due(local, limit if limit is not None and limit.amount else DONE_WITHIN).at, local)


def end_of(day: str, slot: str, zone: tzinfo) -> datetime:
    """The last moment of a time that is agreed."""
    return datetime.combine(date.fromisoformat(day), slot_times(slot)[1], zone)


def _at(found: datetime | None, otherwise: datetime) -> datetime:
    return otherwise if found is None else found  # none only while a pause is open, and orders have none


def slot_times(slot: str) -> tuple[time, time]:
    """Begin and end of `09:00–11:30`; the working day where it says nothing."""
    begins, _, ends = slot.replace("-", "–").partition("–")
    try:
        return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError:
        return time(8, 30), time(17, 30)


def read_agreed(form: dict[str, str]) -> tuple[str, str]:
    """Day and time of an agreement. Raises Malformed."""
    day, begins, ends = form.get("day", ""), form.get("begins", ""), form.get("ends", "")
    try:
        whole = date.fromisoformat(day).isoformat() == day
        first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    except ValueError:
        raise Malformed("orders.time_wrong") from None
    if not whole or first >= last:
        raise Malformed("orders.time_wrong")
    return day, f"{first:%H:%M}–{last:%H:%M}"


class Leg(NamedTuple):
    """The visits of one area on a day, in the order of their times."""

    area: str
    area_name: str
    orders: tuple[Order, ...]


def way(orders: Iterable[Order]) -> tuple[Leg, ...]:
    """The way of a day: area by area, the area with the earliest time first, inside it by time and then by number."""
    areas: dict[str, list[Order]] = {}
    for one in sorted(orders, key=lambda one: (slot_times(one.slot), one.number)):
        areas.setdefault(one.area, []).append(one)
    legs = [Leg(area, found[0].area_name, tuple(found)) for area, found in areas.items()]
    return tuple(sorted(legs, key=lambda leg: (slot_times(leg.orders[0].slot), leg.area)))


def stands(order: Order, steps: Sequence[Step], agent: Agent | None, zone: tzinfo) -> OrderStands:
    """An order as its citizen reads it: who does it, by when, and what was done; no inner notes."""
    ended = order.state is State.ENDED
    return OrderStands(
        number=order.number,
        wish=order.wish,
        title=_titled(order),
        placed_at=order.at,
        state=WORDS[order.outcome if ended else order.state],
        next=NEXT[order.state],
        due_at="" if ended else _local(order.due_at, zone),
        day=order.day,
        slot=order.slot,
        agent=agent.name if agent else "",
        agent_number=agent.number if agent else "",
        agent_phone=agent.phone if agent else "",
        bring=order.papers,
        outcome={DEFAULT_LANGUAGE: order.told} if ended and order.told else {},
        steps=tuple(OrderStep(_local(one.at, zone), WORDS[one.what]) for one in steps if one.what in WORDS),
    )


def _titled(order: Order) -> Text:
    return {language: f"{words}：{order.item_title}" for language, words in WISHES[order.wish].items()}


def _local(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
