"""What a centre holds, in its simplest form: the model the real ones are measured against."""

from collections import defaultdict

from contract import envelope
from contract.envelope import Envelope, Lane
from contract.messages import Heartbeat, HeartbeatReply, PushReply, PushRequest, Refusal, Sent


class Memory:
    """What the centre holds. Pure bookkeeping, used with and without the server."""

    def __init__(self) -> None:
        self.lanes: dict[tuple[str, int, Lane], list[Sent]] = defaultdict(list)
        self.heartbeats: list[Heartbeat] = []
        self.repeats = 0

    def receive(self, request: PushRequest) -> PushReply:
        """Keep what is new and next; refuse gaps and forks, keeping what came before them."""
        lane = self.lanes[request.terminal, request.epoch, request.lane]
        for item in request.items:
            if envelope.content_hash(item.raw) != item.hash:
                return _refusal(request, lane, Refusal.DAMAGED, item.seq)
            if item.seq <= len(lane):
                if lane[item.seq - 1].hash != item.hash:
                    return _refusal(request, lane, Refusal.FORK, item.seq)
                self.repeats += 1
            elif item.seq == len(lane) + 1:
                lane.append(item)
            else:
                return _refusal(request, lane, Refusal.GAP, item.seq)
        return PushReply(request.nonce, len(lane), "2026-11-22T10:00:00+08:00")

    def beat(self, heartbeat: Heartbeat) -> HeartbeatReply:
        self.heartbeats.append(heartbeat)
        held = {lane.value: len(self.lanes[heartbeat.terminal, heartbeat.epoch, lane]) for lane in Lane}
        return HeartbeatReply(heartbeat.nonce, "2026-11-22T10:00:00+08:00", held)

    def envelopes(self, lane: Lane) -> list[Envelope]:
        """Everything held of a lane, over all terminals and epochs, in order."""
        return [envelope.decode(item.raw) for key, items in self.lanes.items() if key[2] is lane for item in items]


def _refusal(request: PushRequest, lane: list[Sent], refusal: Refusal, seq: int) -> PushReply:
    return PushReply(request.nonce, len(lane), "2026-11-22T10:00:00+08:00", refusal, seq, refusal.value)
