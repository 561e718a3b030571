"""What a year holds, by one seed: sites, who comes when, what breaks when. Pure; chance is handed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from random import Random
from typing import Final

from contract.calendar import WorkCalendar

ZONE: Final = timezone(timedelta(hours=8))
OPENS, CLOSES = 9, 17
"""O'clock: windows serve between; terminals all day and night."""
_BY_NIGHT: Final = 0.06
"""Of a day's citizens: those who come while no window is open."""
_ON_A_FREE_DAY: Final = 0.08
_RUSHES: Final = 4
"""Days of the year with five times as many (110,000 a year: 440 a working day, ZZ-17)."""
_RUSH: Final = 5.0


@dataclass(frozen=True)
class Site:
    """A place of the district with its machines; one without windows sends nobody to a window."""

    name: str
    terminals: int
    windows: int
    weight: float
    """Share of the district's citizens, before it is set to one."""
    outages: float
    """Lines lost in a year, on average."""
    longest: timedelta


def sites(count: int) -> list[Site]:
    """The hall of the district, a third township centres, the rest village stations. A small district, for tests, has
    a small hall.
    """
    townships = round((count - 1) * 0.29)
    small = min(1.0, count / 50)
    found = [Site("district", max(2, round(8 * small)), max(2, round(20 * small)), 30.0, 3, timedelta(hours=8))]
    found += [Site(f"town-{n:02}", 2, 3, 1.5, 8, timedelta(days=1)) for n in range(1, townships + 1)]
    found += [Site(f"village-{n:02}", 1, 0, 0.4, 12, timedelta(days=5)) for n in range(1, count - townships)]
    return found


@dataclass(frozen=True)
class Gone:
    """From when to when something is away."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass
class Year:
    """The days with the citizens of each, and what is away when."""

    days: list[tuple[date, int]]
    centre_away: list[Gone]
    lines_away: dict[str, list[Gone]] = field(default_factory=dict)

    def cut(self, site: str, at: datetime) -> bool:
        """Whether a site cannot reach the centre."""
        return any(one.holds(at) for one in (*self.centre_away, *self.lines_away.get(site, ())))


def year_of(year: int, cases: int, places: Sequence[Site], calendar: WorkCalendar, chance: Random, days: int) -> Year:
    """`cases` citizens spread over the first `days` days, exactly so many."""
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(days)]
    worked = [day for day in every if calendar.works(day)]
    rushes = set(chance.sample(worked, min(_RUSHES, len(worked))))
    weights = [(_RUSH if day in rushes else 1.0) if calendar.works(day) else _ON_A_FREE_DAY for day in every]
    ends = [round(cases * part / sum(weights)) for part in accumulate(weights)]
    counts = [end - before for before, end in zip([0, *ends], ends, strict=False)]
    share = days / 365
    return Year(
        list(zip(every, counts, strict=True)),
        _away(chance, year, days, 6 * share, timedelta(hours=8)),
        {one.name: _away(chance, year, days, one.outages * share, one.longest) for one in places},
    )


def _away(chance: Random, year: int, days: int, average: float, longest: timedelta) -> list[Gone]:
    found = []
    for _ in range(int(average) + (chance.random() < average % 1)):
        start = datetime(year, 1, 1, tzinfo=ZONE) + timedelta(minutes=chance.randrange(days * 24 * 60))
        # Most are short; a few are as long as they can be.
        found.append(Gone(start, start + timedelta(minutes=2) + longest * chance.random() ** 3))
    return found


def arrivals(day: date, count: int, chance: Random) -> Iterator[datetime]:
    """When the citizens of a day come, in order: two heaps in the hours of the windows, some at any hour."""
    begins = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    times = []
    for _ in range(count):
        if chance.random() < _BY_NIGHT:
            hour = chance.random() * 23.9
        else:
            heap = chance.gauss(10.2, 0.7) if chance.random() < 0.6 else chance.gauss(14.8, 0.9)
            hour = min(max(heap, OPENS - 0.5), CLOSES - 0.4)
        times.append(begins + timedelta(hours=hour))
    return iter(sorted(times))
