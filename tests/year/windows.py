"""The windows of the year's halls: they call, wait, serve and close by the rules and the store of the queue."""

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.day import store as closing
from central.queue.posts import OFF, ON, Sign, Window
from central.queue.rows.store import Asked
from central.queue.rules import ENDS, MOST_OVERTAKEN, Number
from central.queue.store import revive
from central.queue.windows import store as windows
from contract.calendar import WorkCalendar
from tests.year.centre import Centre
from tests.year.plan import CLOSES, OPENS, ZONE

if TYPE_CHECKING:
    from tests.year.half import Result

Act = Callable[..., Number | Refusal]
QUEUES: Final = ("A", "B", "C", "D")
_PATIENCE: Final = 25
"""Seconds between two calls."""
_BEHIND_TIME: Final = timedelta(minutes=90)
"""After closing time windows go on for whoever is still waiting, so long at most."""


@dataclass(frozen=True)
class Hall:
    """A site with windows."""

    name: str
    windows: int


@dataclass
class Windows:
    """All windows of a half, in the order in which something happens at them."""

    centre: Centre
    halls: list[Hall]
    chance: Random
    calendar: WorkCalendar
    wrong: list[str] = field(default_factory=list)
    called: int = 0
    acts: int = 0
    _due: list[tuple[datetime, str, str]] = field(default_factory=list)
    """When, which window or case, what."""
    _day: str = ""
    _open: bool = False
    _seen: datetime = field(init=False)
    _idle: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By hall: the windows that found nobody to call."""

    def __post_init__(self) -> None:
        """Every window serves every queue."""
        self._seen = self.centre.now
        self._of = {f"{hall.name}/{n}": hall for hall in self.halls for n in range(1, hall.windows + 1)}
        with self.centre.database.writing() as connection:
            for window, hall in self._of.items():
                code = window.rpartition("/")[2]
                windows.keep(connection, Window(window_id=window, hall=hall.name, code=code, skills=QUEUES))

    # --- the day ----------

    def open_day(self, day: date) -> None:
        """Yesterday is closed, if nobody did; whoever works today signs on."""
        self._close(datetime(day.year, day.month, day.day, 0, 1, tzinfo=ZONE))
        self._day, self._open = day.isoformat(), self.calendar.works(day)
        self._due.clear()
        self._idle.clear()
        if not self._open:
            return
        begins = datetime(day.year, day.month, day.day, OPENS, tzinfo=ZONE)
        for window in self._of:
            self._sign(window, ON, begins)
            if self.chance.random() < 0.85:  # the others are away today
                heapq.heappush(self._due, (begins + timedelta(seconds=self.chance.random() * 120), window, "next"))

    def serve(self, until: datetime) -> None:
        """Everything that happens at windows up to a moment; whoever had nobody to call looks again where somebody
        waits now.
        """
        self._wake()
        ends = until.replace(hour=CLOSES, minute=0, second=0, microsecond=0) + _BEHIND_TIME
        while self._due and self._due[0][0] <= until:
            at, whose, what = heapq.heappop(self._due)
            if at < ends:
                self._happens(at, whose, what)
        self._seen = until

    def _wake(self) -> None:
        if not any(self._idle.values()):
            return
        waiting = (
            "SELECT hall, count(*) FROM queue_numbers"  # noqa: S608 - ours
            f" WHERE stand = 'waiting' AND business_date = '{self._day}' GROUP BY hall"
        )
        for hall, count in self.centre.ask(waiting):
            for _ in range(min(int(str(count)), len(self._idle[str(hall)]))):
                self._later(self._seen, self.chance.uniform(1, 60), self._idle[str(hall)].pop(), "next")

    def close_day(self) -> None:
        """Everybody goes home. The day itself is closed when the next one begins."""
        if self._open:
            for window in self._of:
                self._sign(window, OFF, self.centre.now)

    def settle(self, at: datetime) -> None:
        """The last day is closed too, and then nothing may be open."""
        self._close(at + timedelta(days=1))
        ends = ", ".join(f"'{stand.value}'" for stand in ENDS)
        for row in self.centre.ask(f"SELECT case_id, stand FROM queue_numbers WHERE stand NOT IN ({ends})"):  # noqa: S608 - ours
            self.wrong.append(f"a number without an end: {row}")
        numbers = "SELECT cases.case_id FROM cases LEFT JOIN queue_numbers USING (case_id)"
        for row in self.centre.ask(f"{numbers} WHERE item_kind = 'number' AND queue_numbers.case_id IS NULL"):
            self.wrong.append(f"a number that never came into its queue: {row}")
        twice = "SELECT case_id, count(*) FROM queue_acts WHERE did = 'called' GROUP BY case_id, at HAVING count(*) > 1"
        for row in self.centre.ask(twice):
            self.wrong.append(f"one number called twice at one moment: {row}")
        if self.overtaken() > MOST_OVERTAKEN:
            self.wrong.append(f"a number was passed over {self.overtaken()} times in a row")

    def overtaken(self) -> int:
        """The most often anybody was passed over in a row, of all numbers of the year."""
        return int(str(self.centre.ask("SELECT coalesce(max(overtaken), 0) FROM queue_numbers")[0][0]))

    def tell(self, result: "Result") -> None:
        """What the windows did."""
        for stand, count in self.centre.ask("SELECT stand, count(*) FROM queue_numbers GROUP BY stand"):
            result.ends[str(stand)] = int(str(count))
        result.numbers = sum(result.ends.values())
        result.called, result.acts = self.called, self.acts
        result.longest_overtaken = self.overtaken()

    # --- at one window ----------

    def _happens(self, at: datetime, whose: str, what: str) -> None:
        kind, _, case_id = what.partition(":")
        match kind:
            case "next":
                self._call(at, whose)
            case "came":
                self._come(at, whose, case_id)
            case "again":
                self._call_again(at, whose, case_id)
            case "done":
                self._finish(at, whose, case_id)
            case "back":
                self._act(at, "", revive, case_id)
            case "resume":
                self._resume(at, whose, case_id)

    def _call(self, at: datetime, window: str) -> None:
        found = self._act(at, window, calling.call_next)
        if isinstance(found, Number):
            self.called += 1
            there = self.chance.random() < 0.93
            what, seconds = ("came", self.chance.uniform(10, 70)) if there else ("again", _PATIENCE)
            self._later(at, seconds, window, f"{what}:{found.case_id}")
        elif found is Refusal.NOBODY:
            self._idle[self._of[window].name].append(window)
        else:
            self.wrong.append(f"{window} could not call at {at}: {found}")

    def _come(self, at: datetime, window: str, case_id: str) -> None:
        if self._must(at, window, calling.came, case_id):
            self._later(at, 30 + min(self.chance.expovariate(1 / 540), 3600), window, f"done:{case_id}")

    def _call_again(self, at: datetime, window: str, case_id: str) -> None:
        if isinstance(self._act(at, window, calling.recall, case_id), Number):
            what = "came" if self.chance.random() < 0.3 else "again"
            self._later(at, _PATIENCE, window, f"{what}:{case_id}")
            return
        self._must(at, window, calling.pass_over, case_id)
        if self.chance.random() < 0.5:
            self._later(at, self.chance.uniform(60, 2400), "", f"back:{case_id}")
        self._later(at, 5, window, "next")

    def _finish(self, at: datetime, window: str, case_id: str) -> None:
        dice = self.chance.random()
        if dice < 0.03:
            self._must(at, window, calling.park, case_id)
            self._later(at, self.chance.uniform(300, 1800), window, f"resume:{case_id}")
        elif dice < 0.06:
            self._must(at, window, calling.transfer, case_id, self._another_queue(case_id), "")
        else:
            self._must(at, window, calling.finish, case_id)
        self._later(at, 10, window, "next")

    def _resume(self, at: datetime, window: str, case_id: str) -> None:
        """It goes on as soon as the window is free."""
        found = self._act(at, window, calling.resume, case_id)
        if found is Refusal.BUSY:
            self._later(at, 120, window, f"resume:{case_id}")
        elif isinstance(found, Number):
            self._must(at + timedelta(seconds=1), window, calling.finish, case_id)

    def _another_queue(self, case_id: str) -> str:
        """One it is not in."""
        queue = self.centre.ask(f"SELECT queue FROM queue_numbers WHERE case_id = '{case_id}'")[0][0]  # noqa: S608 - ours
        return self.chance.choice([one for one in QUEUES if one != queue])

    def _later(self, at: datetime, seconds: float, whose: str, what: str) -> None:
        heapq.heappush(self._due, (at + timedelta(seconds=seconds), whose, what))

    # --- one act ----------

    def _must(self, at: datetime, window: str, act: Act, case_id: str, *more: str) -> bool:
        """An act that is allowed here whatever chance has done before."""
        found = self._act(at, window, act, case_id, *more)
        if not isinstance(found, Number):
            self.wrong.append(f"{act.__name__} of {case_id} at {window}: {found}")
        return isinstance(found, Number)

    def _act(self, at: datetime, window: str, act: Act, *what: str) -> Number | Refusal:
        """One transaction; now and then its answer is lost and it is asked for again."""
        self.acts += 1
        act_id = f"{act.__name__}.{window}.{'.'.join(what)}.{at.timestamp():.6f}"
        asked = Asked(act_id, window, f"staff at {window}", at, self._day)
        place = 1 if what else 0
        with self.centre.database.writing() as connection:
            found = act(connection, *what[:place], asked, *what[place:])
        if isinstance(found, Number) and self.chance.random() < 0.01:
            with self.centre.database.writing() as connection:
                again = act(connection, *what[:place], asked, *what[place:])
            if again != found:
                self.wrong.append(f"{act_id} came twice and did something else: {again}")
        return found

    def _sign(self, window: str, state: str, at: datetime) -> None:
        with self.centre.database.writing() as connection:
            if in_the_way := windows.sign(connection, Sign(window, f"staff at {window}", state, at)):
                self.wrong.append(f"{window} could not sign {state} at {at}: {in_the_way}")

    def _close(self, at: datetime) -> None:
        """As the centre's chore does every few seconds."""
        while True:
            with self.centre.database.writing() as connection:
                closed = closing.close_over(connection, at, ZONE, None)
            if not closed:
                return
