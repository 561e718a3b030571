"""What is measured of service, and what it comes to over a time (ZZ-01). Pure: times come in.

A terminal that is not heard may serve on without its link. It is never counted as open: what is shown is the least
that was offered, with the share nobody heard beside it. What the centre itself slept through is not measured at all.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from contract.exchange import ServiceReport

WHOLE = ""
"""The item that stands for the terminal itself."""
SLEPT_AFTER = timedelta(minutes=3)
"""Between two looks of the centre: what lies between is nobody's measure."""
NOT_HEARD = "silent"


class State(StrEnum):
    """What was measured."""

    OPEN = "open"
    CLOSED = "closed"
    SILENT = "silent"


class Span(msgspec.Struct, frozen=True):
    """One stretch of one state; without `until_at` it goes on."""

    terminal: str
    item: str
    from_at: datetime
    state: State
    reason: str = ""
    until_at: datetime | None = None


class Said(msgspec.Struct, frozen=True):
    """What holds now and since when it may be believed."""

    state: State
    reason: str
    since: datetime


def said_of(
    services: Iterable[ServiceReport], received_at: datetime, *, online: bool, known: Iterable[str] = ()
) -> dict[str, Said]:
    """Item -> what holds, for a terminal last heard at `received_at`; `known` are the items it had before."""
    found = list(services)
    if not online:
        items = {WHOLE, *known, *(one.item for one in found)}
        return {item: Said(State.SILENT, NOT_HEARD, received_at) for item in items}
    answer = {
        one.item: Said(State.OPEN if one.open else State.CLOSED, "" if one.open else one.reason, received_at)
        for one in found
    }
    serves = any(one.open for one in found) or not found
    answer[WHOLE] = Said(State.OPEN if serves else State.CLOSED, "" if serves else "all_closed", received_at)
    return answer


class Changes(msgspec.Struct, frozen=True):
    """What is to be written: spans that end, each with when, and spans that begin."""

    ended: list[Span]
    begun: list[Span]


def changes(
    standing: Mapping[tuple[str, str], Span],
    said: Mapping[tuple[str, str], Said],
    looked_at: datetime | None,
    now: datetime,
) -> Changes:
    """From what stood at the look before to what is said now. A look that came too late cuts every span in two."""
    slept = looked_at is None or now - looked_at > SLEPT_AFTER
    ended, begun = [], []
    for place, before in standing.items():
        after = said.get(place)
        same = after is not None and (after.state, after.reason) == (before.state, before.reason)
        if same and not slept:
            continue
        end = looked_at if slept and looked_at is not None else after.since if after is not None else now
        ended.append(msgspec.structs.replace(before, until_at=min(max(end, before.from_at), now)))
    for place, after in said.items():
        stood = standing.get(place)
        if stood is not None and not slept and (after.state, after.reason) == (stood.state, stood.reason):
            continue
        begins = now if slept or stood is None else min(max(after.since, stood.from_at), now)
        if stood is not None and begins <= stood.from_at:
            begins = stood.from_at + timedelta(microseconds=1)
        begun.append(Span(*place, begins, after.state, after.reason))
    return Changes(ended, begun)


class Share(msgspec.Struct, frozen=True):
    """Seconds of each state within a time."""

    open: float = 0.0
    closed: float = 0.0
    silent: float = 0.0

    @property
    def measured(self) -> float:
        """All of it, in seconds."""
        return self.open + self.closed + self.silent

    @property
    def percent(self) -> float | None:
        """Of the measured time it was open; None where nothing was measured."""
        return 100 * self.open / self.measured if self.measured else None

    def plus(self, state: State, seconds: float) -> "Share":
        """With so much more of a state."""
        return msgspec.structs.replace(self, **{state.value: getattr(self, state.value) + seconds})


def shares(spans: Iterable[Span], begin: datetime, end: datetime) -> dict[tuple[str, str], Share]:
    """Terminal and item -> how its time between two moments was."""
    found: dict[tuple[str, str], Share] = {}
    for span in spans:
        seconds = (min(span.until_at or end, end) - max(span.from_at, begin)).total_seconds()
        if seconds > 0:
            place = (span.terminal, span.item)
            found[place] = found.get(place, Share()).plus(span.state, seconds)
    return found


def by_hour(spans: Iterable[Span], begin: datetime, end: datetime, zone: tzinfo) -> list[Share]:
    """The same for each hour of the day, 0 to 23, over all of these spans together."""
    return of_hours(by_day(spans, begin, end, zone))


def of_hours(fields: Mapping[tuple[date, int], Share]) -> list[Share]:
    """The 24 hours of a day, each over all days."""
    return [together(share for (_, hour), share in fields.items() if hour == each) for each in range(24)]


def by_day(spans: Iterable[Span], begin: datetime, end: datetime, zone: tzinfo) -> dict[tuple[date, int], Share]:
    """Day and hour -> how it was, over all of these spans together; hours of which nothing is known are left out."""
    seconds: dict[tuple[date, int], dict[State, float]] = {}
    for span in spans:
        for at, stop in _hours(max(span.from_at, begin), min(span.until_at or end, end), zone):
            local = at.astimezone(zone)
            field = seconds.setdefault((local.date(), local.hour), dict.fromkeys(State, 0.0))
            field[span.state] += (stop - at).total_seconds()
    return {
        place: Share(one[State.OPEN], one[State.CLOSED], one[State.SILENT]) for place, one in sorted(seconds.items())
    }


def _hours(at: datetime, last: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """A time cut at every full hour of the zone."""
    while at < last:
        local = at.astimezone(zone)
        whole = local.replace(minute=0, second=0, microsecond=0)
        stop = min(at + (whole + timedelta(hours=1) - local), last)
        yield at, stop
        at = stop


def together(found: Iterable[Share]) -> Share:
    """Several as one."""
    listed = list(found)
    return Share(*(sum(getattr(one, state.value) for one in listed) for state in State))
