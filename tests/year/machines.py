"""The terminals of a site: the real store of each, filled by citizens, emptied by the outbox, now and then cut off."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.exchange import PUSH_MAX_BYTES, PushReply, PushRequest, Sent
from contract.messages import Filed, RatingGiven
from contract.numbers import NumberGiven
from offline_cache.link.outbox import Course, LaneState, Push, after_reply, failed, next_push
from offline_cache.numbers.numbering import Uptime
from offline_cache.records import CaseDraft, StoredCase
from offline_cache.store import Store
from tests.year.plan import Site

_KEY = bytes(32)
_GREEN = ("elder", "disabled", "pregnant")


@dataclass
class Clock:
    """The virtual time of all; a machine's own clock is `wrong` by something on its bad days."""

    now: datetime
    wrong: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return self.now + self.wrong


@dataclass
class Machine:
    """One terminal. What it was promised to keep is counted beside it, by nobody's code but ours."""

    site: Site
    name: str
    path: Path
    clock: Clock
    began: datetime
    store: Store = field(init=False)
    boots: int = 1
    courses: dict[Lane, Course] = field(default_factory=lambda: dict.fromkeys(Lane, Course()))
    states: dict[Lane, LaneState] = field(default_factory=dict)
    waits: bool = False
    """Whether something may be unsent: nobody looks into a store that has nothing to send."""
    promised: list[str] = field(default_factory=list)
    """Case ids whose citizen was told that they are kept."""

    def __post_init__(self) -> None:
        """Switch it on."""
        self.store = self._opened()

    def _opened(self) -> Store:
        return Store.open(
            self.path,
            _KEY,
            terminal=self.name,
            series=self.name[-2:],
            district="610117",
            terminal_number=self.name[-4:],
            clock=self.clock,
            uptime=self._uptime,
        )

    def _uptime(self) -> Uptime:
        return Uptime(f"boot-{self.boots}", (self.clock.now - self.began).total_seconds() + 1)

    def restart(self) -> None:
        """The process ends and another begins: what was at the printer is uncertain now."""
        self.store.close()
        self.boots += 1
        self.store = self._opened()
        self.store.tickets.reconcile_at_start()
        self.courses = dict.fromkeys(Lane, Course())

    def serve(self, case_id: str, kind: ItemKind, queue: str, given: NumberGiven | None, chance: Random) -> StoredCase:
        """One citizen: kept, then printed, or not quite."""
        green = chance.choice(_GREEN) if kind is ItemKind.NUMBER and chance.random() < 0.15 else ""
        draft = CaseDraft(
            case_id=case_id,
            item_kind=kind,
            item="real-estate-transfer" if kind is ItemKind.NUMBER else "social-card",
            item_version=1,
            item_title="不动产转移登记",
            implementation_code="11610117MB2A10002B3002014001003",
            queue=queue,
            masked_name="张*",
            language="zh-Hans",
            filed=Filed(green=green),
        )
        kept = self.store.save_case(draft, given)
        self.waits = True
        self.promised.append(case_id)
        if chance.random() < 0.02:
            again = self.store.save_case(draft, given)  # a touch that came twice
            assert (again.number, again.case_number, again.repeat) == (kept.number, kept.case_number, True)
        self._print(kept, chance)
        if chance.random() < 0.2:
            rating = RatingGiven(case_id, chance.choice(list(Satisfaction)), self.clock().isoformat(), item=draft.item)
            self.store.add_record(rating, f"r-{case_id}")
        return kept

    def _print(self, kept: StoredCase, chance: Random) -> None:
        if self.store.tickets.claim(kept.case_id) is None:
            return
        dice = chance.random()
        if dice < 0.0005:
            self.restart()  # the power goes while paper moves
        elif dice < 0.004:
            self.store.tickets.finish(kept.print_id, "failed", "", "printer.out")
        else:
            self.store.tickets.finish(kept.print_id, "printed", "paper_seen", "")

    def request(self, at: float) -> PushRequest | None:
        """What the outbox sends next; None when there is nothing to send now."""
        self.states = {state.lane: state for state in self.store.lane_states()}
        found = next_push(tuple(self.states.values()), self.courses, at)
        if not isinstance(found, Push):
            self.waits = found.until is not None
            return None
        run = self.store.outbox_run(found.lane, found.after_seq, found.limit_items, PUSH_MAX_BYTES)
        items = tuple(Sent(seq=one.seq, id=one.id, hash=one.hash, raw=one.raw) for one in run)
        return PushRequest(self.name, self.store.epoch, found.lane, items[0].seq, f"n{at}", items)

    def answered(self, request: PushRequest, reply: PushReply | None, at: float, jitter: float) -> None:
        """What the outbox makes of an answer, or of none. Raises AssertionError where it stops for good."""
        state, course = self.states[request.lane], self.courses[request.lane]
        if reply is None:
            self.courses[request.lane] = failed(course, at, jitter)
            return
        verdict = after_reply(state, course, request.items[-1].seq, reply, at, jitter)
        assert not verdict.leave, (self.name, verdict.alarm)
        self.courses[request.lane] = verdict.course
        if verdict.rewind is not None:
            self.store.rewind(request.epoch, request.lane, verdict.rewind)
        if verdict.acknowledge is not None:
            self.store.acknowledge(request.epoch, request.lane, verdict.acknowledge, self.clock().isoformat())

    def close_day(self) -> None:
        """What the centre accounts by."""
        self.store.close_day()
        self.waits = True

    def unsent(self) -> int:
        """Records that are not at the centre yet, as far as this machine knows."""
        return sum(state.highest - state.acked for state in self.store.lane_states())


def machines(site: Site, folder: Path, first: int, began: datetime) -> list[Machine]:
    """Those of a site; `first` sets their names apart in the district."""
    return [
        Machine(site, f"GL-{first + n:04}", folder / f"GL-{first + n:04}.db", Clock(began), began)
        for n in range(site.terminals)
    ]
