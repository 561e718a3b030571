"""One exchange with the centre at a time: what is said, and what of the answer the store must know. Knows no pace."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from contract.envelope import Lane
from contract.exchange import (
    DeviceReport,
    EpochAsked,
    EpochOpened,
    Heartbeat,
    HeartbeatReply,
    Link,
    PushReply,
    PushRequest,
    Sent,
    ServiceReport,
)
from contract.releases import ReleaseReport
from offline_cache.disk.database import iso
from offline_cache.disk.room import Room
from offline_cache.epochs import Carried, Standing
from offline_cache.link import outbox
from offline_cache.link.client import REFUSED, LinkFailure
from offline_cache.link.outbox import Course, Push, Verdict
from offline_cache.records import Pulse, StoreError
from offline_cache.store import Store
from offline_cache.thread import StoreThread

Result = TypeVar("Result")


class HeartbeatParts(msgspec.Struct, frozen=True):
    """What the terminal knows of itself; the messenger adds what the store says, nonce and time."""

    version: str
    devices: tuple[DeviceReport, ...]
    services: tuple[ServiceReport, ...]
    key_source: str = ""
    """As in `Heartbeat`."""
    release: ReleaseReport | None = None


class Upstream(Protocol):
    """What `CentreClient` does; every call raises LinkFailure."""

    terminal: str

    def push(self, request: PushRequest) -> PushReply: ...
    def heartbeat(self, beat: Heartbeat) -> HeartbeatReply: ...
    def open_epoch(self, asked: EpochAsked) -> EpochOpened: ...
    def close(self) -> None: ...


class Figures(msgspec.Struct, frozen=True):
    """What the store adds to a heartbeat, read at one go."""

    standing: Standing
    link: Link | None
    pulse: Pulse
    due_to_scan: int
    quarantined: int
    room: Room


class Beaten(msgspec.Struct, frozen=True):
    """What a heartbeat has brought. `standing` is None while the store cannot say anything.

    `linked` says that the centre has accepted the link, `closed` why the epoch ends here.
    """

    unprinted: int
    standing: Standing | None = None
    linked: bool = False
    closed: str = ""
    behind: bool = False
    """Whether something has come down that was not read yet."""
    verdicts: dict[Lane, Verdict] = {}
    recalled: int = 0
    """Acknowledged records that are sent again: the centre was set back to a backup."""
    away: tuple[str, ...] | None = None
    """Departments that do not answer, as the centre says; None where it says nothing."""


class Exchange:
    """Talks through `client` about what `store` holds. Everything raises StoreError and LinkFailure."""

    def __init__(self, store: StoreThread, client: Upstream, clock: Callable[[], datetime], machine: str) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._machine = machine

    def standing(self) -> Standing:
        """Where the store stands."""
        return self._ask(lambda store: store.epochs.standing())

    def unprinted(self) -> int:
        """Cases of today that are not known to be printed; 0 while the store cannot say."""
        try:
            return self._ask(Store.pulse).unprinted
        except StoreError:
            return 0

    def beat(self, parts: HeartbeatParts, courses: Mapping[Lane, Course]) -> Beaten:
        """Say how the terminal is, with the next link of its chain. A store that cannot say keeps nobody silent."""
        found = self._figures()
        reply = self._client.heartbeat(self._heartbeat(parts, found))
        if found is None:
            return Beaten(0, away=reply.away)
        unprinted, behind = found.pulse.unprinted, reply.newest > found.standing.cursor
        if found.link is None:
            return Beaten(unprinted, found.standing, away=reply.away)
        if reply.closed:
            return Beaten(unprinted, found.standing, closed=outbox.epoch_key(reply.closed), away=reply.away)
        recalled = 0
        if reply.token:
            link = found.link
            self._ask(lambda store: store.epochs.linked(link, reply.token))
            before = reply.held_before
            if before is not None and (found.standing.epoch > 1 or found.standing.life != reply.life):
                recalled = self._ask(lambda store: store.epochs.recall(link.store, before, reply.life))
        standing = self.standing()
        if standing.store != found.standing.store or standing.due:
            return Beaten(unprinted, found.standing, away=reply.away)
        verdicts = _compared(standing, courses, reply.held, whole=bool(reply.token))
        return Beaten(
            unprinted,
            standing,
            linked=True,
            behind=behind,
            verdicts=verdicts,
            recalled=recalled,
            away=reply.away,
        )

    def push(self, push: Push, standing: Standing) -> tuple[int, PushReply]:
        """Send the run: the last sequence in it, and what the centre says. Raises LookupError where it is not here."""
        run = self._ask(lambda store: store.outbox_run(push.lane, push.after_seq, push.limit_items, push.limit_bytes))
        if not run:
            raise LookupError(f"sequence {push.after_seq + 1} is not in this store any more")
        items = tuple(Sent(item.seq, item.id, item.hash, item.raw) for item in run)
        request = PushRequest(self._client.terminal, standing.epoch, push.lane, run[0].seq, _nonce(), items)
        return run[-1].seq, self._client.push(request)

    def keep(self, lane: Lane, verdict: Verdict, standing: Standing) -> None:
        """Write down what a verdict says of the lane, unless another store has taken the place of `standing`."""
        epoch, store, at = standing.epoch, standing.store, iso(self._clock())
        if verdict.rewind is not None:
            have = verdict.rewind
            self._ask(lambda kept: kept.rewind(epoch, lane, have, store))
        if verdict.acknowledge is not None:
            ack = verdict.acknowledge
            self._ask(lambda kept: kept.acknowledge(epoch, lane, ack, at, store))

    def close_epoch(self, standing: Standing, why: str) -> bool:
        """The epoch must end; False when that is known already."""
        return self._ask(lambda store: store.epochs.close(standing.store, why))

    def copy_aside(self) -> None:
        """Keep a copy of the file as it is now; here, because it takes long."""
        self._ask(lambda store: store.epochs.copier())()

    def open_epoch(self, standing: Standing) -> Carried | None:
        """Ask for the next epoch and go on in it."""
        asked = EpochAsked(self._client.terminal, _nonce(), standing.store, self._machine, standing.epoch, standing.due)
        opened = self._client.open_epoch(asked)
        if opened.epoch <= standing.epoch:
            detail = f"epoch {opened.epoch} was opened for a store that leaves {standing.epoch}; a higher one is needed"
            raise LinkFailure(REFUSED, detail)
        return self._ask(lambda store: store.epochs.open(standing.store, opened.epoch, opened.token))

    def _figures(self) -> Figures | None:
        try:
            return self._ask(lambda store: _figures(store, self._machine))
        except StoreError:
            return None

    def _heartbeat(self, parts: HeartbeatParts, found: Figures | None) -> Heartbeat:
        plain = Heartbeat(
            terminal=self._client.terminal,
            epoch=0,
            nonce=_nonce(),
            at=iso(self._clock()),
            version=parts.version,
            devices=parts.devices,
            services=parts.services,
            lanes=(),
            unprinted=0,
            key_source=parts.key_source,
            release=parts.release,
        )
        if found is None:
            return plain
        return msgspec.structs.replace(
            plain,
            epoch=found.standing.epoch,
            lanes=found.pulse.lanes,
            unprinted=found.pulse.unprinted,
            link=found.link,
            cursor=found.standing.cursor,
            due_to_scan=found.due_to_scan,
            quarantined=found.quarantined,
            store_bytes=found.room.store,
            free_share=found.room.free_share,
        )

    def _ask(self, job: Callable[[Store], Result]) -> Result:
        return self._store.do(job).result()


def _figures(store: Store, machine: str) -> Figures:
    """Its link is durable when this returns."""
    return Figures(
        standing=store.epochs.standing(),
        link=store.epochs.link(machine),
        pulse=store.pulse(),
        due_to_scan=store.scans.due(),
        quarantined=store.feed.aside_count(),
        room=store.room(),
    )


def _compared(
    standing: Standing, courses: Mapping[Lane, Course], held: Mapping[str, int], *, whole: bool
) -> dict[Lane, Verdict]:
    """A centre that gives tokens names every lane it holds (`whole`); one of 0.1 has said nothing about the others."""
    return {
        state.lane: outbox.after_heartbeat(state, courses[state.lane], held.get(state.lane.value, 0))
        for state in standing.lanes
        if (whole or state.lane.value in held) and not courses[state.lane].frozen
    }


def _nonce() -> str:
    return secrets.token_urlsafe(24)
