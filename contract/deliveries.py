"""寄送 and 证照: what a citizen reads of a result on its way, and of each licence of a set. Values only."""

import msgspec

Text = dict[str, str]


class Movement(msgspec.Struct, frozen=True):
    """One thing the courier did. `at` is ISO 8601 with offset."""

    at: str
    what: Text
    place: str = ""


class Posted(msgspec.Struct, frozen=True):
    """A result on its way by post. `as_of` is when the courier last said something; `stale` that it is silent now."""

    waybill: str
    sender: str
    sent_on: str
    free: bool
    """The citizen pays nothing for it."""
    moves: tuple[Movement, ...] = ()
    """The newest first."""
    as_of: str = ""
    stale: bool = False
    delivered: bool = False


class Licence(msgspec.Struct, frozen=True):
    """One licence of the set an application gives. `serial` is empty until it is there."""

    title: Text
    state: Text
    serial: str = ""
