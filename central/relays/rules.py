"""Which terminals a hall node may speak for, how a hall stands, and how its acts follow each other. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from central.fleet.rules import HALL_SILENT_AFTER, TERMINAL_ID, read_moment
from contract.relay import ActsSent, BehindIt, HallAct, LaneStopped, RelayBeat

LATE_AFTER: Final = timedelta(minutes=15)
STREAM_AT_MOST: Final = 40

Asked = TypeVar("Asked", bound=msgspec.Struct)


class Malformed(ValueError):
    """A request that says what it cannot mean; the message names the place and the expected value."""


class Known(msgspec.Struct, frozen=True):
    """A terminal the centre knows: `relay` is the hall node it is behind (empty: none), `in_use` whether a key of its
    own, or of that hall node, is accepted here.
    """

    terminal: str
    relay: str
    in_use: bool


class Why(StrEnum):
    """Why a terminal is not taken from a hall node."""

    NAME = "its id: expected letters, digits, . _ -, at most 40; enter it at the hall under another"
    DIRECT = "it speaks to the centre itself; cut it off there first, then it may stand behind the hall"
    ELSEWHERE = "it is behind another hall's node; take it out there, or cut that node off first"
    RELAY = "it is the name of a hall node"


def refused(said: BehindIt, relay: str, known: Known | None, relays: Iterable[str]) -> Why | None:
    """Whether a hall node may speak for this terminal; None: it may."""
    if not TERMINAL_ID.match(said.terminal):
        return Why.NAME
    if said.terminal in set(relays):
        return Why.RELAY
    if known is None or known.relay == relay or not known.in_use:
        return None
    return Why.ELSEWHERE if known.relay else Why.DIRECT


def read(body: bytes, kind: type[Asked]) -> Asked:
    """The request in a body. Raises Malformed."""
    try:
        return msgspec.json.decode(body, type=kind)
    except ValueError as error:
        raise Malformed(str(error)) from None


def check_acts(sent: ActsSent) -> None:
    """Raises Malformed for a run that is none."""
    if not 1 <= len(sent.stream) <= STREAM_AT_MOST or not sent.stream.isidentifier():
        raise Malformed(f"`$.stream`: expected a name of at most {STREAM_AT_MOST} letters, digits and _")
    for index, act in enumerate(sent.acts):
        if act.seq != sent.acts[0].seq + index or act.seq < 1:
            raise Malformed(f"`$.acts[{index}].seq`: expected consecutive numbers from 1 on")


@dataclass(frozen=True)
class Followed:
    """What of a run of acts is new, how far the stream has come with it, and why it went no further."""

    new: tuple[HallAct, ...]
    ack: int
    refused: str = ""
    refused_seq: int = 0
    """The first place at which other content is held."""


def follow(acts: Iterable[HallAct], mark: int, held: Mapping[int, str]) -> Followed:
    """The acts of a run that come next after `mark`; `held` are the hashes of those that came before."""
    new: list[HallAct] = []
    for act in acts:
        at = mark + len(new)
        if act.seq <= mark:
            if held.get(act.seq) != act.hash:
                return Followed(tuple(new), at, f"seq {act.seq} is held with another content", act.seq)
        elif act.seq == at + 1:
            new.append(act)
        else:
            return Followed(tuple(new), at, f"expected seq {at + 1}, got {act.seq}")
    return Followed(tuple(new), mark + len(new))


class Now(msgspec.Struct, frozen=True):
    """What a hall node said last; `report` is the JSON of its `RelayBeat`."""

    relay: str
    received_at: datetime
    came_online_at: datetime
    clock_skew_seconds: int
    report: bytes

    def beat(self) -> RelayBeat:
        """As it was said."""
        return msgspec.json.decode(self.report, type=RelayBeat)


class Hall(msgspec.Struct, frozen=True):
    """A hall node as it was entered."""

    id: str
    hall: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class Standing:
    """How a hall node stands, for a page."""

    hall: Hall
    online: bool
    seen_at: datetime | None
    since: datetime | None
    terminals: tuple[str, ...]
    waiting: int = 0
    scans_waiting: int = 0
    acts_waiting: int = 0
    oldest: timedelta | None = None
    stopped: tuple[LaneStopped, ...] = ()
    version: str = ""
    revoked: bool = False

    @property
    def needs_somebody(self) -> bool:
        """Whether a person has to see to it."""
        late = self.oldest is not None and self.oldest > LATE_AFTER
        return not self.revoked and ((self.seen_at is not None and not self.online) or bool(self.stopped) or late)


def is_online(received_at: datetime | None, now: datetime) -> bool:
    """Whether its last word is recent enough."""
    return received_at is not None and now - received_at <= HALL_SILENT_AFTER


def standing(hall: Hall, said: Now | None, terminals: Iterable[str], now: datetime, *, revoked: bool) -> Standing:
    """What is known of a hall node at a moment."""
    behind = tuple(terminals)
    if said is None:
        return Standing(hall, online=False, seen_at=None, since=None, terminals=behind, revoked=revoked)
    beat = said.beat()
    at, oldest = read_moment(beat.at), read_moment(beat.oldest_at)
    return Standing(
        hall,
        online=is_online(said.received_at, now) and not revoked,
        seen_at=said.received_at,
        since=said.came_online_at,
        terminals=behind,
        waiting=beat.waiting,
        scans_waiting=beat.scans_waiting,
        acts_waiting=beat.acts_waiting,
        oldest=max(timedelta(0), at - oldest) + (now - said.received_at) if at and oldest else None,
        stopped=beat.stopped,
        version=beat.version,
        revoked=revoked,
    )
