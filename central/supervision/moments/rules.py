"""The time-coded link of a moment (DB-12). Pure."""

from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec


class Moment(msgspec.Struct, frozen=True):
    """Something that happened at a place: a terminal or a window."""

    what: str
    place: str
    at: datetime


def link(template: str, moment: Moment, around: timedelta) -> str:
    """Into the video index: `{place}`, `{from}` and `{to}`; empty where no index is connected."""
    if not template:
        return ""
    begins, ends = (
        (moment.at - around).isoformat(timespec="seconds"),
        (moment.at + around).isoformat(timespec="seconds"),
    )
    filled = template.replace("{place}", quote(moment.place, safe=""))
    return filled.replace("{from}", quote(begins, safe="")).replace("{to}", quote(ends, safe=""))
