"""What goes up next, what the centre's answer to it means, and what comes down is passed on to whom. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from contract.envelope import Lane
from contract.exchange import PushReply, PushRequest, Refusal
from contract.feed import Command, FeedItem, FeedKind, Notice
from contract.relay import RUNS_AT_MOST, Before

LONGEST_REST: Final = 15.0
"""Seconds between two tries while the centre is away: halls are few, and a manager waits for what they know."""
NO_ANSWER_FOR: Final = timedelta(seconds=60)
"""The centre not heard for so long: what its departments would answer is not begun."""
VERDICTS_KEPT: Final = timedelta(days=90)
COMMANDS_KEPT: Final = timedelta(days=7)
PRIORITY: Final = (Lane.NUMBERS, Lane.CASES, Lane.SCANS, Lane.RATINGS, Lane.TELEMETRY)

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Every queue there can be: of a day nothing is known of, its numbers may be out all the same."""

LaneKey = tuple[str, int, str]
"""(terminal, epoch, lane)"""

OWN: Final = frozenset({FeedKind.LEASE, FeedKind.SEALING_KEYS, FeedKind.SIGNING_KEYS})
"""Kinds the hall says itself, or that are for the hall node alone."""


class LaneState(msgspec.Struct, frozen=True):
    """A lane of a terminal: up to `held` it is here, up to `sent` at the centre. `frozen`: why it goes no further."""

    terminal: str
    epoch: int
    lane: str
    held: int
    sent: int = 0
    frozen: str = ""

    @property
    def key(self) -> LaneKey:
        """What it is called."""
        return self.terminal, self.epoch, self.lane

    @property
    def waiting(self) -> int:
        """How many of its records have not gone up."""
        return max(0, self.held - self.sent)


class Verdict(msgspec.Struct, frozen=True):
    """What an answer means: the lane is at `sent` now. `unknown`: the centre has to hear first who is behind us."""

    sent: int
    frozen: str = ""
    unknown: bool = False

    def moved(self, state: LaneState) -> bool:
        """Whether anything is other than before."""
        return (self.sent, self.frozen) != (state.sent, state.frozen)


def due(states: Iterable[LaneState], turns: Mapping[LaneKey, int]) -> list[LaneState]:
    """The lanes whose turn it is: those that went up longest ago first, so that none holds up another."""
    waiting = [state for state in states if state.waiting and not state.frozen]
    order = {lane.value: place for place, lane in enumerate(PRIORITY)}
    waiting.sort(key=lambda state: (turns.get(state.key, 0), order.get(state.lane, len(order)), state.key))
    return waiting[:RUNS_AT_MOST]


def given_before(before: Before, *, heard: bool, new: bool) -> dict[tuple[str, str], int]:
    """(date, queue) -> the number the counters go on after. A machine that is `new` in a hall the centre has `heard`
    before gives nothing of that day that its predecessor may have given unheard.
    """
    known = {(key.partition("/")[0], key.partition("/")[2]): last for key, last in before.numbers.items()}
    return {(before.day, queue): 0 for queue in LETTERS if new and heard} | known


def after_reply(state: LaneState, run: PushRequest, reply: PushReply) -> Verdict:
    """What the answer to a run of this lane says. An acknowledgement beyond the run proves no hash."""
    last = run.items[-1].seq if run.items else state.sent
    match reply.refusal:
        case Refusal.NOT_YOURS:
            return Verdict(state.sent, unknown=True)
        case Refusal.FORK | Refusal.CLOSED:
            kept = min(max(reply.ack, state.sent), (reply.refused_seq or run.first_seq) - 1)
            return Verdict(max(0, kept), f"seq {reply.refused_seq}: {reply.reason}")
        case _:
            return Verdict(min(reply.ack, last))


def after_refusal(state: LaneState, run: PushRequest, why: str) -> Verdict:
    """The centre cannot take this record in at all, however often it comes: its lane waits for somebody."""
    return Verdict(state.sent, f"seq {run.first_seq}: {why}"[:200])


def after_held(state: LaneState, held: int) -> Verdict:
    """The centre was set back to a backup, or this hall was: what it lacks goes up again."""
    return Verdict(min(state.sent, held), state.frozen)


def to_pass_on(item: FeedItem) -> bool:
    """Whether terminals of the hall hear of it. A kind this hall does not know, its terminals may."""
    return item.kind not in OWN


def until(item: FeedItem, now: datetime) -> datetime | None:
    """After which time an item is neither sent nor kept here; None: it stays. A body of another form stays too."""
    try:
        match item.kind:
            case FeedKind.VERDICT:
                return now + VERDICTS_KEPT
            case FeedKind.COMMAND if item.body:
                said = msgspec.json.decode(item.body, type=Command)
                return datetime.fromisoformat(said.expires_at) + COMMANDS_KEPT
            case FeedKind.NOTICE if item.body:
                return datetime.fromisoformat(msgspec.json.decode(item.body, type=Notice).until_at)
    except (ValueError, TypeError):
        return None
    return None


def oldest(states: Sequence[LaneState]) -> list[LaneKey]:
    """The lanes with something waiting."""
    return [state.key for state in states if state.waiting]
