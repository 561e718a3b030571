"""What a centre holds, in its simplest form: the model the real ones are measured against."""

from collections import defaultdict
from dataclasses import dataclass

from contract import envelope
from contract.envelope import Envelope, Lane
from contract.exchange import (
    EpochAsked,
    EpochOpened,
    Heartbeat,
    HeartbeatReply,
    Link,
    PushReply,
    PushRequest,
    Refusal,
    Sent,
)

SERVER_TIME = "2026-11-22T10:00:00+08:00"


@dataclass
class Chain:
    """One epoch of one terminal: whose it is, the token given last, the one before, and what earned the last one."""

    store: str
    machine: str
    token: str
    before: str = ""
    fresh: str = ""
    left: bool = False


class Memory:
    """What the centre holds. Pure bookkeeping, used with and without the server."""

    def __init__(self) -> None:
        self.lanes: dict[tuple[str, int, Lane], list[Sent]] = defaultdict(list)
        self.chains: dict[tuple[str, int], Chain] = {}
        self.opened: dict[tuple[str, str, int], tuple[int, str]] = {}
        self.heartbeats: list[Heartbeat] = []
        self.closings: list[str] = []
        """Why links were refused, in order."""
        self.repeats = 0
        """Places that came again."""
        self.known: dict[str, Envelope] = {}
        self.came_again: list[Envelope] = []
        """Records that are held under another place already, with the same content."""
        self.conflicts: list[Envelope] = []
        self.quarantined: list[Sent] = []
        """Received like anything else, but no envelope."""
        self.newest = 0
        self.away: tuple[str, ...] | None = None
        self.knows_links = True
        self.compares = True
        """Whether content at a place that is held already is compared: without it a rolled-back disk loses cases."""
        self._tokens = 0

    def receive(self, request: PushRequest) -> PushReply:
        """Keep what is new and next; refuse gaps and forks, keeping what came before them."""
        lane = self.lanes[request.terminal, request.epoch, request.lane]
        chain = self.chains.get((request.terminal, request.epoch))
        if chain is not None and chain.left:
            self.closings.append("epoch.left")
            return PushReply(request.nonce, len(lane), SERVER_TIME, Refusal.CLOSED, None, "epoch.left")
        for item in request.items:
            if item.seq <= len(lane):
                if self.compares and lane[item.seq - 1].hash != item.hash:
                    return _refusal(request, lane, Refusal.FORK, item.seq)
                self.repeats += 1
            elif item.seq == len(lane) + 1:
                lane.append(item)
                self._judge(item)
            else:
                return _refusal(request, lane, Refusal.GAP, item.seq)
        return PushReply(request.nonce, len(lane), SERVER_TIME)

    def beat(self, heartbeat: Heartbeat) -> HeartbeatReply:
        """Judge the link, if there is one, and say what is held."""
        self.heartbeats.append(heartbeat)
        held = {lane.value: len(self.lanes[heartbeat.terminal, heartbeat.epoch, lane]) for lane in Lane}
        token, closed = "", ""
        if heartbeat.link is not None and self.knows_links:
            token, closed = self._linked(heartbeat.terminal, heartbeat.epoch, heartbeat.link)
        if closed:
            self.closings.append(closed)
        return HeartbeatReply(heartbeat.nonce, SERVER_TIME, held, token, closed, self.newest, away=self.away)

    def open_epoch(self, asked: EpochAsked) -> EpochOpened:
        """The next epoch, or again the one that this store was given for leaving this one."""
        key = (asked.terminal, asked.store, asked.left)
        if key not in self.opened:
            known = [epoch for terminal, epoch in self.chains if terminal == asked.terminal]
            epoch = max([*known, asked.left]) + 1
            self.opened[key] = epoch, self._token()
            self.chains[asked.terminal, epoch] = Chain(asked.store, asked.machine, self.opened[key][1])
            if (chain := self.chains.get((asked.terminal, asked.left))) is not None:
                chain.left = True
        return EpochOpened(asked.nonce, SERVER_TIME, *self.opened[key])

    def envelopes(self, lane: Lane) -> list[Envelope]:
        """Every record of a lane that is a row, over all terminals and epochs, in the order they came."""
        held = [envelope.decode(item.raw) for key, items in self.lanes.items() if key[2] is lane for item in items]
        return list({found.id: found for found in reversed(held)}.values())[::-1]

    def _linked(self, terminal: str, epoch: int, link: Link) -> tuple[str, str]:
        chain = self.chains.get((terminal, epoch))
        if chain is None:
            chain = self.chains[terminal, epoch] = Chain(link.store, link.machine, link.token)
        if chain.left:
            return "", "epoch.left"
        if chain.store != link.store:
            return "", "epoch.other_store"
        if link.token == chain.token:
            chain.before, chain.token = chain.token, self._token()
            chain.fresh, chain.machine = link.fresh, link.machine
            return chain.token, ""
        if (link.token, link.fresh, link.machine) == (chain.before, chain.fresh, chain.machine):
            return chain.token, ""
        return "", "epoch.stale_link"

    def _judge(self, item: Sent) -> None:
        try:
            found = envelope.decode(item.raw)
        except ValueError:
            self.quarantined.append(item)
            return
        before = self.known.get(found.id)
        if before is None:
            self.known[found.id] = found
        elif (bytes(before.body), before.sealed) == (bytes(found.body), found.sealed):
            self.came_again.append(found)
        else:
            self.conflicts.append(found)

    def _token(self) -> str:
        self._tokens += 1
        return f"token-{self._tokens}"


def _refusal(request: PushRequest, lane: list[Sent], refusal: Refusal, seq: int) -> PushReply:
    return PushReply(request.nonce, len(lane), SERVER_TIME, refusal, seq, refusal.value)
