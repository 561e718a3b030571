"""Who is on the roster of agents, whom an order is for, and how well it was done. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

NAME_AT_MOST = 40
LOAD_OF = timedelta(days=30)
"""Outcomes are counted over so long."""
UNIT_AT_MOST = 60
_AREAS = re.compile(r"(\d{2}|\d{4}|\d{6}|\d{9})\Z")
_NUMBER = re.compile(r"[A-Z0-9-]{2,16}\Z")
_PHONE = re.compile(r"[0-9-]{5,20}\Z")


class Post(StrEnum):
    """专职 or 兼职: whether it is all of somebody's work (S3-七(五))."""

    FULL = "full"
    PART = "part"


class Agent(msgspec.Struct, frozen=True):
    """One 代办员. `areas` is a JSON list of division codes, `items` of slugs; empty means all there are."""

    agent_id: str
    number: str
    name: str
    account: str
    """The account they log in with; empty where they have none."""
    post: Post
    unit: str
    phone: str
    areas: str
    items: str
    added_by: str
    added_at: datetime
    ended_at: datetime | None = None

    @property
    def of_areas(self) -> list[str]:
        """Division codes (GB/T 2260) of the places."""
        return msgspec.json.decode(self.areas, type=list[str])

    @property
    def of_items(self) -> list[str]:
        """Slugs of the items."""
        return msgspec.json.decode(self.items, type=list[str])

    def covers(self, area: str, item: str) -> bool:
        """Whether it is their place and their kind of item; where no place is asked for every one will do."""
        here = not area or not self.of_areas or any(area.startswith(code) for code in self.of_areas)
        return here and (not self.of_items or item in self.of_items)


class Load(msgspec.Struct, frozen=True):
    """What one agent has and had to do, of some days."""

    open: int = 0
    late: int = 0
    """Of the open ones, those past their day."""
    done: int = 0
    partly: int = 0
    failed: int = 0
    withdrawn: int = 0
    in_time: int = 0
    """Of the finished ones, those within their day."""

    @property
    def finished(self) -> int:
        """However it ended."""
        return self.done + self.partly + self.failed + self.withdrawn

    @property
    def share_done(self) -> int | None:
        """Per cent of what was finished and not withdrawn that succeeded; None where there is nothing."""
        counted = self.finished - self.withdrawn
        return round(100 * self.done / counted) if counted else None


class Task(msgspec.Struct, frozen=True):
    """One order as the workload counts it."""

    agent_id: str
    outcome: str
    due_at: datetime
    done_at: datetime | None


class Malformed(ValueError):
    """What a manager typed; the message is a key of the pages' words."""


def suggested(agents: Iterable[Agent], area: str, item: str, loads: Mapping[str, Load]) -> list[Agent]:
    """Who should do it: those whose place and item it is, the least busy first, full-time posts before others."""

    def rank(one: Agent) -> tuple[bool, int, bool, str]:
        load = loads.get(one.agent_id, Load())
        return (not one.covers(area, item), load.open, one.post is not Post.FULL, one.number)

    return sorted((one for one in agents if one.ended_at is None), key=rank)


def loads(tasks: Sequence[Task], now: datetime) -> dict[str, Load]:
    """The workload and the outcomes of each agent."""
    return {agent: _load([one for one in tasks if one.agent_id == agent], now) for agent in {t.agent_id for t in tasks}}


def _load(tasks: Sequence[Task], now: datetime) -> Load:
    running = [one for one in tasks if one.done_at is None]
    ended = {name: sum(one.outcome == name for one in tasks) for name in ("done", "partly", "failed", "withdrawn")}
    return Load(
        open=len(running),
        late=sum(one.due_at < now for one in running),
        in_time=sum(one.done_at is not None and one.done_at <= one.due_at for one in tasks),
        **ended,
    )


def read_agent(
    form: Mapping[str, str], agent_id: str, by: str, now: datetime, accounts: Collection[str], items: Collection[str]
) -> Agent:
    """The agent a manager's form means. Raises Malformed."""
    number, name = form.get("number", "").strip().upper(), " ".join(form.get("name", "").split())
    if not _NUMBER.match(number) or not name or len(name) > NAME_AT_MOST:
        raise Malformed("agents.who_wrong")
    account = form.get("account", "")
    if form.get("post") not in set(Post) or (account and account not in accounts):
        raise Malformed("agents.post_wrong")
    phone = form.get("phone", "").strip()
    if not _PHONE.match(phone):
        raise Malformed("agents.phone_wrong")
    areas, wanted = form.get("areas", "").split(), form.get("items", "").split()
    if not all(_AREAS.match(area) for area in areas):
        raise Malformed("agents.areas_wrong")
    if not set(wanted) <= set(items):
        raise Malformed("agents.items_wrong")
    unit = " ".join(form.get("unit", "").split())[:UNIT_AT_MOST]
    return Agent(agent_id, number, name, account, Post(form["post"]), unit, phone, _json(areas), _json(wanted), by, now)


def _json(values: list[str]) -> str:
    return msgspec.json.encode(sorted(set(values))).decode()
