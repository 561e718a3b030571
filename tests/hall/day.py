"""One day of a hall, from opening to the next morning, with every process real: a centre, a hall node, three terminals
that speak their bytes, staff at their pages. Run by its test under a clock that says half past nine.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from central import keys as centre_keys
from central import settings as centre_settings
from central.appointments import store as appointments
from central.appointments.rules import Plan
from central.centre import Centre, open_centre
from central.feed import acts, rules
from central.questions.registry import ANSWERS
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.feed import FeedItem, FeedKind, SealingKeys
from contract.messages import Body, ComplaintFiled, DayClosed, LaneDigest, Matter, RatingGiven
from contract.questions import Answer, Book, Booked, CheckedIn, CheckIn, Question, SlotGone
from contract.suites import suite
from tests.central.conftest import wait_until
from tests.central.services import LI, SERVICES, ZHANG
from tests.central.terminal_double import TerminalDouble, a_case, a_printer, a_reader, fresh_nonce, local_now
from tests.hall.hall_world import HALL, World, hall_world
from tests.hall.staff import Staff
from tests.hall.visit import asked_at_hall

ZONE = ZoneInfo("Asia/Shanghai")
ITEM = "real-estate-transfer"
_TO_MORNING = 20 * 3600
_ENDS = {"done", "void", "cancelled", "unprinted"}


class Day:
    """What was promised to whom, beside what the machines hold."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.terminals = [world.enter(name) for name in ("GL-01", "GL-02", "GL-03")]
        self.taken: dict[str, str] = {}
        """Case id -> number, of everybody who has a number in hand."""
        self.filed: list[str] = []
        self.served: list[str] = []

    # --- opening ----------

    def opens(self) -> None:
        """Windows are made, two people sit down, terminals say that they are well."""
        self.boss = Staff.new(self.world.hall, "boss", "manager")
        for code, skills in (("1", "A"), ("2", "A B")):
            self.boss.post("/windows", hall=HALL, code=code, name=f"{code}号窗口", skills=skills, place="一楼", zone="")
        self.clerks = [Staff.new(self.world.hall, name, "window") for name in ("wang", "zhao")]
        places = dict(self.world.query(self.world.hall, "SELECT code, window_id FROM queue_windows"))
        for clerk, code in zip(self.clerks, ("1", "2"), strict=True):
            clerk.post("/window/sign", window=places[code], state="on")
        for terminal in self.terminals:
            self.world.beat(terminal)

    def appointment(self) -> None:
        """Booked at a terminal yesterday for now, checked in on time: called before those who came earlier."""
        starts = datetime.now(ZONE) + timedelta(minutes=5)
        with self._database(self.world.centre) as database:
            today, now = starts.date().isoformat(), datetime.now(ZONE)
            plan = Plan(
                "plan", ITEM, starts.isoweekday(), f"{starts:%H:%M}", f"{starts + timedelta(minutes=30):%H:%M}", 1,
                today, None, "boss", now,
            )  # fmt: skip
            with database.writing() as connection:
                appointments.add_plans(connection, [plan])
            keys = centre_keys.load(Path(centre_settings.read(self.world.centre.config).keys_dir))
            draft = rules.catalogue_draft("day", (SERVICES / f"{ITEM}.toml").read_bytes(), "boss")
            acts.direct(database, keys, [draft], now, "")
        terminal = self.terminals[0]
        early = self.take(self.terminals[1])
        slot = f"{ITEM}@{today}T{starts:%H:%M}"
        booked = self._yesterday(Book("b-1", ITEM, slot, ZHANG))
        assert isinstance(booked, Booked), booked
        full = self._yesterday(Book("b-2", ITEM, slot, LI))
        assert isinstance(full, SlotGone), "the only place was given twice"
        case_id = fresh_nonce()
        check = CheckIn("b-1", booked.booking.code, case_id)
        here = asked_at_hall(self.world, terminal, self._sealing(terminal), check)
        assert isinstance(here, CheckedIn), here
        self.take(terminal, case_id, booking_id="b-1", booked_for=f"{today}T{starts:%H:%M}")
        self.world.everything_judged()
        first, _ = self._call(0)
        assert first == case_id, "whoever has a booking is called at its time"
        self.clerks[0].serve(first)
        self.served.append(first)
        then, _ = self._call(0)
        assert then == early
        self.clerks[0].serve(then)
        self.served.append(then)

    def _yesterday(self, asked: Question) -> Answer:
        """What the centre answered a terminal the day before."""
        centre = open_centre(self.world.centre.config, lambda: datetime.now(ZONE) - timedelta(days=1))
        try:
            return asyncio.run(_put(centre, asked))
        finally:
            centre.database.close()

    # --- the rush ----------

    def rush(self) -> None:
        """Eighteen at once, one in six by the green channel; one is not there and comes back, one is passed on."""
        for number in range(18):
            self.take(self.terminals[number % 3], green="elder" if number % 6 == 0 else "")
        self.world.everything_judged()
        gone, _ = self._call(0)
        self.clerks[0].act("pass", gone)
        moved, _ = self._call(1)
        self.clerks[1].act("came", moved)
        self.clerks[1].post("/window/transfer", case_id=moved, to="queue:B")
        for place in (0, 1, 0, 1):
            case_id, _ = self._call(place)
            self.clerks[place].serve(case_id)
            self.served.append(case_id)
        self.clerks[0].act("back", gone)
        again = self.clerks[0].act("back", gone)
        assert "no=" in again, "a number comes back once"

    # --- troubles ----------

    def outage(self) -> None:
        """The centre is away: numbers are given and called all the same, cases are filed and rated."""
        self.world.centre.kill()
        for number in range(6):
            self.take(self.terminals[number % 3])
        case = self.file(self.terminals[0])
        self._say(self.terminals[0], RatingGiven(case, Satisfaction.VERY_DISSATISFIED, local_now(), item=ITEM))
        self.world.everything_judged()
        for place in (0, 1, 0):
            case_id, _ = self._call(place)
            self.clerks[place].serve(case_id)
            self.served.append(case_id)

    def out_of_paper(self) -> None:
        """A ticket does not come out: the wall says so, somebody gives it by hand, its number is served like others."""
        terminal = self.terminals[2]
        terminal.send(self.world.hall.url, terminal.heartbeat(devices=(a_printer("out"), a_reader()), unprinted=1))
        case_id = self.take(terminal, printed=False)
        self.world.everything_judged()
        wall = self.boss.page("/")
        assert "用尽" in wall, "the wall does not say that there is no paper"
        assert self.taken[case_id] in self.boss.page("/prints")

    def complaint(self) -> None:
        """Somebody complains while the centre is away."""
        said = ComplaintFiled(
            "c-1", "T0001", "4821", Matter.COMPLAINT, local_now(), "zh-Hans", "service", named=True,
            masked_contact="张* 138****5678",
        )  # fmt: skip
        self._say(self.terminals[1], said)

    def centre_back(self) -> None:
        """What was held comes up, once."""
        self.world.centre.start()
        self.world.everything_up()
        manager = Staff.new(self.world.centre, "district", "manager")
        assert "T0001" in manager.page("/complaints")
        manager.post("/complaints/c-1/move", what="taken")

    # --- closing ----------

    def closes(self) -> None:
        """Whoever waits is served, the day is accounted for, everybody goes home."""
        open_ = True
        while open_:
            open_ = False
            for place in (0, 1):
                case_id, _ = self._call(place)
                if case_id:
                    open_ = True
                    self.clerks[place].serve(case_id)
                    self.served.append(case_id)
        late = self.take(self.terminals[0])
        self.late = late
        for terminal in self.terminals:
            self._close_day(terminal)
        self.world.everything_judged()
        places = dict(self._seats())
        for clerk in self.clerks:
            clerk.post("/window/sign", window=places[clerk.name], state="off")

    def night(self) -> None:
        """Both machines start again in the small hours of the next day."""
        self.world.everything_up()
        before = os.environ["FAKETIME"]
        for machine in (self.world.hall, self.world.centre):
            assert machine.stop() == 0
        os.environ["FAKETIME"] = f"{int(before.removesuffix('s')) + _TO_MORNING:+d}s"
        try:
            self.world.centre.start()
            self.world.hall.start()
        finally:
            os.environ["FAKETIME"] = before
        stands = "SELECT case_id, stand FROM queue_numbers"
        wait_until(
            lambda: {stand for _, stand in self.world.query(self.world.hall, stands)} <= _ENDS, "every number's end"
        )
        wait_until(
            lambda: (
                sorted(self.world.query(self.world.centre, stands)) == sorted(self.world.query(self.world.hall, stands))
            ),
            "the same ends at the centre",
        )

    # --- the account ----------

    def account(self) -> dict[str, Any]:
        """Everything that was promised, where it is and how it ended."""
        hall, centre = self.world.hall, self.world.centre
        ends = dict(self.world.query(hall, "SELECT case_id, stand FROM queue_numbers"))
        called = Counter(
            row[0] for row in self.world.query(hall, "SELECT case_id FROM queue_acts WHERE did = 'called'")
        )
        at_centre = dict(self.world.query(centre, "SELECT case_id, number FROM cases"))
        wrong = [f"no end: {case_id}" for case_id in self.taken if ends.get(case_id) not in _ENDS]
        wrong += [f"not served: {case_id}" for case_id in self.served if ends.get(case_id) != "done"]
        wrong += [f"not at the centre: {case_id}" for case_id in (*self.taken, *self.filed) if case_id not in at_centre]
        wrong += [f"nobody's: {case_id}" for case_id in at_centre if case_id not in {*self.taken, *self.filed}]
        wrong += [f"served twice: {case_id}" for case_id, times in Counter(self.served).items() if times > 1]
        wrong += [f"ended {ends[self.late]} though nobody called it" for _ in (1,) if ends[self.late] != "void"]
        wrong += [
            f"day not accounted for: {row}"
            for row in self.world.query(
                centre, "SELECT terminal, lane, claimed, held FROM reconciliations WHERE equal = 0"
            )
        ]
        wrong += [str(row) for row in self.world.query(centre, "SELECT envelope_id, reason FROM quarantine")]
        return {
            "numbers": len(self.taken),
            "cases": len(self.filed),
            "served": len(self.served),
            "ends": dict(Counter(ends.values())),
            "most_calls": max(called.values()),
            "accounts": self.world.query(centre, "SELECT count(*) FROM reconciliations")[0][0],
            "complaints": self.world.query(centre, "SELECT state FROM complaints"),
            "ratings": self.world.query(centre, "SELECT count(*) FROM ratings")[0][0],
            "wrong": wrong,
        }

    # --- what a terminal does ----------

    def take(
        self,
        terminal: TerminalDouble,
        case_id: str = "",
        *,
        printed: bool = True,
        **changes: Any,  # noqa: ANN401 - of CaseFiled
    ) -> str:
        """A number from the hall's node, its case stored, its paper out."""
        case_id = case_id or fresh_nonce()
        given = self.world.number(terminal, case_id)
        told = {"case_id": case_id, "number": given.number, "business_date": given.business_date, "tier": "upstream"}
        case = terminal.file_case(ItemKind.NUMBER, **told | {"item": ITEM} | changes)
        terminal.file_ticket(case, *(("printed",) if printed else ("failed", "printer.out")))
        self._push(terminal, Lane.NUMBERS)
        self.taken[case_id] = given.number
        return case_id

    def file(self, terminal: TerminalDouble) -> str:
        """A case that is done at the terminal."""
        body = a_case(ItemKind.FILING, terminal=terminal.id)
        terminal.file(body, Lane.CASES)
        terminal.file_ticket(body)
        self._push(terminal, Lane.CASES)
        self.filed.append(body.case_id)
        return body.case_id

    def _say(self, terminal: TerminalDouble, body: Body) -> None:
        terminal.file_raw(Lane.RATINGS, str(type(body).__struct_config__.tag), msgspec.json.encode(body))
        self._push(terminal, Lane.RATINGS)

    def _close_day(self, terminal: TerminalDouble) -> None:
        """As a real terminal's store does at night: what it has put into each lane."""
        digests = tuple(
            LaneDigest(
                1, lane, len(sent), suite(terminal.key.suite).digest("\n".join(one.hash for one in sent).encode()).hex()
            )
            for lane, sent in terminal.lanes.items()
            if sent
        )
        day = datetime.now(ZONE).date().isoformat()
        body = DayClosed(day, digests, len(self.taken), local_now())
        terminal.file_raw(Lane.TELEMETRY, "day_closed", msgspec.json.encode(body))
        self._push(terminal, Lane.TELEMETRY)

    def _push(self, terminal: TerminalDouble, lane: Lane) -> None:
        sent = terminal.lanes[lane]
        first = max(1, len(sent) - 5)
        assert terminal.push(self.world.hall.url, lane, first).ack == len(sent)

    # --- what staff do ----------

    def _call(self, place: int) -> tuple[str, str]:
        case_id, number = self.clerks[place].call()
        assert not case_id or self.taken[case_id] == number, "another number is on the page than on the paper"
        return case_id, number

    def _seats(self) -> list[tuple[str, str]]:
        return [
            (who, window) for window, who in self.world.query(self.world.hall, "SELECT window_id, who FROM queue_signs")
        ]

    def _sealing(self, terminal: TerminalDouble) -> dict[str, str]:
        def told() -> list[FeedItem]:
            return [item for item in self.world.pull(terminal).items if item.kind == FeedKind.SEALING_KEYS]

        wait_until(lambda: bool(told()), "the keys to seal to")
        items = told()
        return {key.id: key.key for key in msgspec.json.decode(items[-1].body, type=SealingKeys).keys}

    def _database(self, where: Any) -> Any:  # noqa: ANN401 - a context manager of the world
        return self.world.database(where)


async def _put(centre: Centre, asked: Question) -> Answer:
    return await ANSWERS[type(asked)](centre, "GL-01", asked)


def main() -> int:
    """The day, one step after another; prints its account."""
    with tempfile.TemporaryDirectory(prefix="suiban-day-") as folder, hall_world(Path(folder)) as world:
        day = Day(world)
        steps = (
            day.opens, day.appointment, day.rush, day.outage, day.out_of_paper, day.complaint, day.centre_back,
            day.closes, day.night,
        )  # fmt: skip
        try:
            for step in steps:
                print(f"{datetime.now(ZONE):%H:%M:%S} {step.__name__}", file=sys.stderr, flush=True)
                step()
        except BaseException:
            for machine in (world.hall, world.centre):
                print(machine.log.read_text(encoding="utf-8")[-1500:], file=sys.stderr)
            raise
        print(json.dumps(day.account(), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
