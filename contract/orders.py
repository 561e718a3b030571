"""Service orders (服务工单): somebody of the office comes, does it for one, or stays longer; and projects of a company.

What a terminal keeps and tells (`OrderPlaced`, sealed `OrderContent`), what a visit asks of the centre, and what it is
answered. Times are ISO 8601 with offset, days `YYYY-MM-DD`. Every struct may gain optional fields; none loses or
re-types one.
"""

from enum import StrEnum

import msgspec

from contract.catalogue import Text


class Wish(StrEnum):
    """What is asked for (S1-二(二)). 预约 is not among them: a booking has its own pool and code."""

    AGENT = "agent"
    """代办: a 代办员 does it for the citizen or company, who agrees to it."""
    LATE = "late"
    """延时: somebody stays after hours on a day."""
    HOME = "home"
    """上门: somebody comes."""


class Reason(StrEnum):
    """Why somebody asks for service at home (S4i-20). It decides who is visited first, never who is refused."""

    ELDER = "elder"
    DISABLED = "disabled"
    ILL = "ill"
    OTHER = "other"


class OrderPlaced(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="order"):
    """A service order. Name, telephone and address are in the envelope's sealed part (`OrderContent`)."""

    order_id: str
    number: str
    """On the paper, unique for ever."""
    code: str
    """Beside it: who shows both hears how it stands."""
    wish: Wish
    at: str
    language: str
    item: str
    item_title: str
    """In Chinese, as on papers."""
    reason: str = ""
    """Of `Reason`, for service at home."""
    day: str = ""
    """The day that is wished; empty where none was asked."""
    slot: str = ""
    """The time of that day, `09:00–11:30`."""
    area: str = ""
    """Code of the county or township (GB/T 2260) that is visited: by it ways are planned. No house."""
    area_name: str = ""
    bring: tuple[str, ...] = ()
    """What the citizen was told to have ready: names of the item's materials, in Chinese."""
    consent: str = ""
    """代办: the words that were agreed to (S0-17); never agreed to by default."""
    named: bool = False
    """A card was read: it is found again by card."""
    masked_contact: str = ""
    """Such as 张* 138****5678."""


class OrderContent(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed part of an order."""

    name: str
    mobile: str
    address: str = ""
    """In full, as it is written on a letter."""
    note: str = ""
    id_number: str = ""


class OrdersAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="OrdersAsked"):
    """How orders stand: those of whoever's identity number it is, or the one with a number and its code."""

    id_number: str = ""
    number: str = ""
    code: str = ""


class OrderStep(msgspec.Struct, frozen=True):
    """One thing that was done with an order."""

    at: str
    title: Text
    note: Text = {}


class OrderStands(msgspec.Struct, frozen=True, kw_only=True):
    """An order as its citizen reads it. `agent` and `agent_number` say who was told to do it."""

    number: str
    wish: Wish
    title: Text
    placed_at: str
    state: Text
    next: Text
    """Who does what until when."""
    due_at: str = ""
    day: str = ""
    slot: str = ""
    agent: str = ""
    agent_number: str = ""
    agent_phone: str = ""
    bring: tuple[str, ...] = ()
    outcome: Text = {}
    steps: tuple[OrderStep, ...] = ()


class OrdersFound(msgspec.Struct, frozen=True, tag_field="kind", tag="OrdersFound"):
    """The newest first."""

    orders: tuple[OrderStands, ...]


class ProjectAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="ProjectAsked"):
    """All approvals of a project: its number and code, or those of the receipt of a joint filing (一件事)."""

    number: str
    code: str


class ProjectPart(msgspec.Struct, frozen=True, kw_only=True):
    """One approval. `waits` is who is waited for; empty where it is done."""

    title: Text
    who: Text
    """Department, or the member of staff who does it."""
    state: Text
    begun: str
    """A day."""
    due: str = ""
    """A day, by working time; empty where nothing was promised."""
    done: str = ""
    """The day it was decided on."""
    waits: Text = {}
    late: bool = False
    number: str = ""
    """Of the case or order it is."""


class ProjectStage(msgspec.Struct, frozen=True):
    """Approvals that go on beside each other; the next stage needs them."""

    title: Text
    parts: tuple[ProjectPart, ...]


class ProjectFound(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="ProjectFound"):
    """One project. `steward` is the 代办员 who looks after all of it."""

    number: str
    title: Text
    stages: tuple[ProjectStage, ...]
    steward: str = ""
    steward_number: str = ""
    steward_phone: str = ""


Wishes = tuple[Wish, ...]


class Offered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What can be asked for at a place, as its profile says. Without `late` hours there is no 延时 here."""

    wishes: Wishes = (Wish.AGENT, Wish.HOME)
    home: tuple[str, ...] = ("09:00–11:30", "14:00–17:00")
    """Times somebody can come."""
    late: tuple[str, ...] = ()
    """Times after hours somebody can stay."""
    late_at: Text = {}
    """Which hall stays open longer, where that is not this place."""
    days: int = 10
    """Days from tomorrow on that can be wished."""
