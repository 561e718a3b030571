"""Where a case stands that another city decides, and which of its news are new. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from central.cities.protocol import At, News, Told

RESULTS: Final = ("post", "print")


class State(StrEnum):
    """待转交, 已转交, 已返回."""

    ASKED = "asked"
    SENT = "sent"
    RETURNED = "returned"


class Away(msgspec.Struct, frozen=True):
    """A case on its way to, at, or back from another city. `trouble` is why the last try failed."""

    transfer_id: str
    case_id: str
    city: str
    result_by: str
    state: State
    reference: str
    waybill: str
    news_heard: int
    tries: int
    trouble: str
    by_whom: str
    asked_at: datetime
    sent_at: datetime | None
    changed_at: datetime


class Malformed(ValueError):
    """What was typed cannot be kept; the message is a key of the pages' words."""


def read_form(form: Mapping[str, str], offices: Mapping[str, str]) -> tuple[str, str]:
    """Which city, and how the result comes. Whoever hands it over has verified it here. Raises Malformed."""
    if form.get("city", "") not in offices:
        raise Malformed("cities.city_missing")
    if form.get("result_by", "") not in RESULTS:
        raise Malformed("cities.result_missing")
    if form.get("verified") != "yes":
        raise Malformed("cities.not_verified")
    return form["city"], form["result_by"]


def news(away: Away, told: Told) -> tuple[News, ...]:
    """What of it was not heard before."""
    return told.news[away.news_heard :]


def after(away: Away, told: Told) -> State:
    """Where it stands after this. Back is for good."""
    if away.state is State.RETURNED or told.at is At.DONE:
        return State.RETURNED
    return State.SENT if told.at is At.WORKING else State.ASKED
