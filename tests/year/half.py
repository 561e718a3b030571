"""One process's share of the year: some sites with their machines, and a centre of their own that takes all of it in.

The district is cut in two only to use two cores: no case crosses from one half to the other, and what the halves hold
is laid together and compared at the end.
"""

import gc
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from central.queue import rules
from contract.calendar import gathered, published
from contract.catalogue import ItemKind
from contract.worktime import Policy, Worktime
from tests.contract.test_working_time_agrees_with_a_plain_reckoning import SITE
from tests.year.centre import Centre, Line
from tests.year.machines import Machine, machines
from tests.year.plan import ZONE, Site, Year, arrivals, year_of
from tests.year.promises import Promises
from tests.year.windows import Hall, Windows

_SYNC_EVERY = timedelta(minutes=15)
_COLLECT_AFTER = 50_000
_FEW = 5000
"""Cases: of a short year every limit is reckoned by hand too."""
_NUMBERS = 0.45
"""Of a hall's citizens: those who come for a window; the others finish at the machine, as all do at a station."""


@dataclass(frozen=True)
class Share:
    """What a half is told. `spoil` breaks something on purpose, for the controls: a centre that loses a case it
    has received, a queue that calls the newest first (F17), a clock that counts the day of
    receipt.
    """

    seed: int
    year: int
    days: int
    cases: int
    sites: tuple[Site, ...]
    first_name: int
    folder: str
    spoil: str = ""


@dataclass
class Result:
    """What a half has to show."""

    cases: int = 0
    events: int = 0
    numbers: int = 0
    called: int = 0
    acts: int = 0
    by_tier: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    longest_overtaken: int = 0
    repeats: int = 0
    restarts: int = 0
    outages: int = 0
    promises: int = 0
    late: int = 0
    average_days: float = 0.0
    violations: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Case numbers as they stand at the centre: no other half may hold one of them."""


class Half:
    """A year, day by day."""

    def __init__(self, share: Share, folder: Path) -> None:
        self.share = share
        self.chance = Random(f"{share.seed}/{share.first_name}")
        begins = datetime(share.year, 1, 1, tzinfo=ZONE)
        self.clock = begins
        self.centre = Centre(folder, begins)
        self.machines: dict[str, list[Machine]] = {}
        name = share.first_name
        for site in share.sites:
            self.machines[site.name] = machines(site, folder, name, begins)
            name += site.terminals
        self.all = [machine for those in self.machines.values() for machine in those]
        self.centre.enter(self.all)
        calendar = gathered(published())
        self.year: Year = year_of(share.year, share.cases, share.sites, calendar, Random(share.seed), share.days)
        self.line = Line(self.chance)
        self.promises = Promises(self.chance, checked=1.0 if share.cases < _FEW else 0.05)
        if share.spoil == "hasty":
            self.promises.worktime = Worktime(SITE.calendar, SITE.hall, Policy(receipt_day_counts=True))
        halls = [Hall(site.name, site.windows) for site in share.sites if site.windows]
        self.windows = Windows(self.centre, halls, self.chance, calendar)
        self.result = Result()
        self._filed = 0

    def run(self) -> Result:
        for day, count in self.year.days:
            self._day(day, count)
        self._settle()
        return self.result

    # --- a day ----------

    def _day(self, day: date, count: int) -> None:
        places = self.chance.choices(self.share.sites, [site.weight for site in self.share.sites], k=count)
        times = arrivals(day, count, self.chance)
        last_sync = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        self._set(last_sync)
        self.windows.open_day(day)
        for at, site in zip(times, places, strict=True):
            while at - last_sync >= _SYNC_EVERY:
                last_sync += _SYNC_EVERY
                self._round(last_sync)
            self._set(at)
            self._serve(site, at)
        while last_sync.date() == day:
            last_sync += _SYNC_EVERY
            self._round(min(last_sync, datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE)))
        self._night()

    def _set(self, at: datetime) -> None:
        self.clock = self.centre.now = at
        for machine in self.all:
            machine.clock.now = at

    def _serve(self, site: Site, at: datetime) -> None:
        machine = self.chance.choice(self.machines[site.name])
        kind = ItemKind.NUMBER if site.windows and self.chance.random() < _NUMBERS else ItemKind.FILING
        case_id = f"{self.share.first_name:04}{self._filed:08}{self.chance.getrandbits(64):016x}"
        self._filed += 1
        queue = self.chance.choice("ABCD")
        given = None
        if kind is ItemKind.NUMBER and not self.year.cut(site.name, at):
            given = self.centre.number(machine, case_id, queue)
            if self.chance.random() < 0.01:
                given = None  # it came too late for its citizen: a gap, and a number of the machine's own
        kept = machine.serve(case_id, kind, queue, given, self.chance)
        self.result.by_tier[kept.tier.value] += 1
        if kind is ItemKind.FILING:
            self.promises.promise(at)
        if self.chance.random() < 0.0004:
            machine.restart()
            self.result.restarts += 1

    def _round(self, at: datetime) -> None:
        """Whoever can reach the centre sends; windows serve. By night nobody looks so often."""
        if at.hour not in range(7, 20) and at.minute:
            return
        self._set(at)
        waiting = [machine for machine in self.all if machine.waits]
        for machine in waiting:
            if self.year.cut(machine.site.name, at):
                self.result.outages += 1
            else:
                self.centre.take_in(machine, self.line)
        if waiting:
            self.centre.judge()
        self.windows.serve(at)

    def _night(self) -> None:
        self.windows.close_day()
        if self.chance.random() < 0.1:
            machine = self.chance.choice(self.all)
            machine.clock.wrong = timedelta(hours=self.chance.choice((0, 0, 3, -3, 24, -24)))
        for machine in self.all:
            machine.close_day()
        if self.share.spoil == "lose" and self.chance.random() < 0.2:
            self.centre.lose()
        if self.chance.random() < 0.02:
            self.centre.restart()
            self.result.restarts += 1

    # --- the end ----------

    def _settle(self) -> None:
        """Lines are mended, everything comes home, everything is counted."""
        at = self.clock
        for _ in range(60):
            at += timedelta(minutes=6)
            self._set(at)
            for machine in self.all:
                self.centre.take_in(machine, Line(self.chance, 0, 0, 0))
            if not any(machine.unsent() for machine in self.all):
                break
        self.centre.judge()
        self.windows.settle(at)
        self._set(at + timedelta(hours=2))
        self._account()

    def _account(self) -> None:
        result, centre = self.result, self.centre
        found = [str(row[0]) for row in centre.ask("SELECT case_id FROM cases")]
        promised = [case_id for machine in self.all for case_id in machine.promised]
        lost, strange = set(promised) - set(found), set(found) - set(promised)
        result.violations += [f"lost: {case_id}" for case_id in sorted(lost)[:5]]
        result.violations += [f"nobody filed: {case_id}" for case_id in sorted(strange)[:5]]
        if len(promised) != self._filed or len(found) != len(set(found)):
            result.violations.append(f"{self._filed} filed, {len(promised)} promised, {len(found)} found")
        for what, statement in _NEVER.items():
            result.violations += [f"{what}: {row}" for row in centre.ask(statement)[:5]]
        if wrong := centre.night():
            result.violations.append(f"{wrong} accounts of days do not agree")
        result.violations += self.promises.wrong[:5] + self.windows.wrong[:5]
        result.cases = len(found)
        result.events = int(str(centre.ask("SELECT count(*) FROM envelopes")[0][0]))
        result.names = [str(row[0]) for row in centre.ask("SELECT case_number FROM cases")]
        result.repeats = centre.repeats
        result.promises, result.late = self.promises.made, self.promises.late
        result.average_days = self.promises.worked / max(1, self.promises.made)
        self.windows.tell(result)


_NEVER = {
    "a number twice in a hall and a day": "SELECT hall, business_date, number, count(*) FROM cases"
    " WHERE item_kind = 'number' GROUP BY hall, business_date, number HAVING count(*) > 1",
    "a record put aside": "SELECT envelope_id, reason FROM quarantine",
    "a number that was nobody's to give": "SELECT id, detail FROM alarms WHERE kind = 'number_outside'",
    "two contents under one id": "SELECT id FROM conflicts",
    "a filing without word of its paper": "SELECT cases.case_id FROM cases LEFT JOIN tickets USING (case_id)"
    " WHERE tickets.case_id IS NULL",
}


def run(share: Share) -> Result:
    """A process's work."""
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    fair = rules._pick
    if share.spoil == "newest":
        rules._pick = lambda ready, known, now: max(ready, key=rules.age)  # noqa: ARG005 - of the rule it spoils
    try:
        with tempfile.TemporaryDirectory(prefix="suiban-year-", dir=share.folder) as folder:
            return Half(share, Path(folder)).run()
    finally:
        rules._pick = fair


def shares(
    places: Sequence[Site], seed: int, year: int, days: int, cases: int, folder: str, spoil: str = ""
) -> list[Share]:
    """Two halves of about the same weight."""
    groups: tuple[list[Site], list[Site]] = ([], [])
    for site in sorted(places, key=lambda one: -one.weight):
        min(groups, key=_weight).append(site)
    mine = round(cases * _weight(groups[0]) / _weight(places))
    second = 1 + sum(site.terminals for site in groups[0])
    return [
        Share(seed, year, days, mine, tuple(groups[0]), 1, folder, spoil),
        Share(seed, year, days, cases - mine, tuple(groups[1]), second, folder, spoil),
    ]


def _weight(sites: Sequence[Site]) -> float:
    return sum(one.weight for one in sites)
