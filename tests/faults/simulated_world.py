"""The world of the simulation: terminals, line, centre and every fault, all by one seed.

The messenger, its rules, the bytes, the intake's placing and the rules of epochs are the product's own; disk, line and
clock are simulated.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace

from contract.envelope import Lane
from contract.exchange import EpochAsked, EpochOpened, Heartbeat, HeartbeatReply, PushReply, PushRequest
from offline_cache.link import messenger as messenger_module
from offline_cache.link.client import DOWN, NOT_THE_CENTRE, REFUSED, SLOW, LinkFailure
from offline_cache.link.messenger import HeartbeatParts, Messenger, Pace
from tests.faults.simulated_centre import Books, Broken, SimulatedCentre
from tests.faults.simulated_disk import Crashed, Identity, SimulatedDisk, SimulatedStore

DRAIN_STEPS = 4000
Request = PushRequest | Heartbeat | EpochAsked
Reply = PushReply | HeartbeatReply | EpochOpened


@dataclass
class Faults:
    """Chances of one step or one request, 0 to 1."""

    dropped: float = 0.08
    reply_lost: float = 0.15
    doubled: float = 0.05
    late: float = 0.05
    portal: float = 0.03
    crash: float = 0.002
    """At each use of the store, before and after it."""


NO_FAULTS = Faults(0, 0, 0, 0, 0, 0)


@dataclass
class Line:
    """What `CentreClient` is to a messenger: the way to the centre, as bad as `world.faults` says."""

    world: "World"
    machine: "Terminal"

    @property
    def terminal(self) -> str:
        return self.machine.disk.identity.terminal

    def push(self, request: PushRequest) -> PushReply:
        reply = self._carry(request)
        assert isinstance(reply, PushReply)
        return reply

    def heartbeat(self, beat: Heartbeat) -> HeartbeatReply:
        reply = self._carry(beat)
        assert isinstance(reply, HeartbeatReply)
        if beat.link is not None and reply.token:
            self.world.heard.add((id(self.machine), beat.link.store))
        return reply

    def open_epoch(self, asked: EpochAsked) -> EpochOpened:
        reply = self._carry(asked)
        assert isinstance(reply, EpochOpened)
        return reply

    def close(self) -> None:
        """Nothing is open."""

    def _carry(self, request: Request) -> Reply:
        world, faults = self.world, self.world.faults
        world.meanwhile()
        dice = world.chance.random()
        for share, happens in (
            (faults.dropped, self._drop), (faults.late, self._delay), (faults.reply_lost, self._lose_reply),
            (faults.doubled, self._double), (faults.portal, self._portal),
        ):  # fmt: skip
            if dice < share:
                return happens(request)
            dice -= share
        return world.deliver(request)

    def _drop(self, request: Request) -> Reply:
        raise LinkFailure(self.world.chance.choice((DOWN, REFUSED)), type(request).__name__)

    def _delay(self, request: Request) -> Reply:
        """Given up on here, delivered later all the same, behind whatever is sent meanwhile."""
        self.world.late.append(request)
        raise LinkFailure(SLOW, "late")

    def _lose_reply(self, request: Request) -> Reply:
        self.world.deliver(request)
        raise LinkFailure(SLOW, "lost")

    def _double(self, request: Request) -> Reply:
        first, second = self.world.deliver(request), self.world.deliver(request)
        return self.world.chance.choice((first, second))

    def _portal(self, request: Request) -> Reply:
        raise LinkFailure(NOT_THE_CENTRE, f"a portal took {type(request).__name__}", 30.0)


@dataclass
class Terminal:
    """A machine with a disk; its process comes and goes."""

    disk: SimulatedDisk
    machine: str
    messenger: Messenger | None = None
    wakes_at: float = 0.0


@dataclass
class World:
    """Everything there is. `seed` and the number of steps decide all that happens."""

    seed: int
    centre_kind: Callable[[Random], SimulatedCentre] = SimulatedCentre
    carries: bool = True

    def __post_init__(self) -> None:
        """Two terminals, a centre, and no record."""
        self.chance = Random(self.seed)
        self.faults = Faults()
        self.now = 1000.0
        self.centre = self.centre_kind(self.chance)
        self.backup: Books | None = None
        self.late: list[Request] = []
        self.made: dict[str, str] = {}
        """Record id -> the name of the terminal that made it."""
        self.gone: set[str] = set()
        """Records that only a disk held which is no more."""
        self.kept_once: set[str] = set()
        self.terminals = [self._terminal(f"GL-0{n}") for n in (1, 2)]
        self.snapshots: dict[int, SimulatedDisk] = {}
        self.events: dict[str, int] = {}
        self.heard: set[tuple[int, str]] = set()
        """Whose link was accepted since the faults stopped: machine and store, for clones share the name of theirs."""

    def _terminal(self, name: str) -> Terminal:
        identity = Identity(name, f"{self.chance.getrandbits(64):016x}")
        return Terminal(SimulatedDisk(identity, self.chance, self.carries), f"machine-{self.chance.getrandbits(16)}")

    # --- what may happen ----------

    def write(self, terminal: Terminal, lane: Lane, count: int = 1) -> None:
        """Citizens file."""
        for _ in range(count):
            record_id = f"{len(self.made):06}-{terminal.disk.identity.terminal}"
            self.made[record_id] = terminal.disk.identity.terminal
            terminal.disk.write(lane, record_id, {"of": record_id})
        if terminal.messenger is not None:
            terminal.messenger.wake()
            terminal.wakes_at = min(terminal.wakes_at, self.now)

    def step(self, terminal: Terminal) -> None:
        """One step of its messenger; the process may die in the midst of it."""
        if terminal.messenger is None:
            terminal.messenger = self._started(terminal)
        try:
            with _clock(lambda: self.now):
                pause = terminal.messenger._step()
        except Crashed:
            self.crash(terminal)
            self.count("crashed within")
            return
        terminal.wakes_at = self.now + max(0.0, pause)

    def crash(self, terminal: Terminal) -> None:
        """The process is gone; the disk stays as it is."""
        terminal.messenger = None
        terminal.wakes_at = self.now

    def snapshot(self, terminal: Terminal) -> None:
        """An image of the disk is made."""
        self.snapshots[self.terminals.index(terminal)] = terminal.disk.copied()

    def roll_back(self, terminal: Terminal) -> None:
        """The disk is set back to the image."""
        image = self.snapshots.get(self.terminals.index(terminal))
        if image is not None:
            self._replace_disk(terminal, image.copied())

    def reimage(self, terminal: Terminal) -> None:
        """A new disk under the old name."""
        identity = Identity(terminal.disk.identity.terminal, terminal.disk.name())
        self._replace_disk(terminal, SimulatedDisk(identity, self.chance, self.carries))

    def clone(self, terminal: Terminal, machine: str) -> None:
        """The disk is copied into another machine, or the very same hardware twice; both run on."""
        self.terminals.append(Terminal(terminal.disk.copied(), machine))

    def deliver_late(self) -> None:
        """A request nobody waits for any more reaches the centre."""
        if self.late:
            self.deliver(self.late.pop(self.chance.randrange(len(self.late))))

    def back_up(self) -> None:
        """The centre's database is backed up."""
        self.backup = self.centre.backup()

    def restore(self) -> None:
        """The centre's database is set back to its backup."""
        if self.backup is not None:
            self.centre.restore(self.backup)

    def deliver(self, request: Request) -> Reply:
        """One transaction of the centre."""
        match request:
            case PushRequest():
                return self.centre.push(request)
            case Heartbeat():
                return self.centre.beat(request)
            case EpochAsked():
                return self.centre.open_epoch(request)

    def meanwhile(self) -> None:
        """While a request is on its way others go on."""
        if self.faults is not NO_FAULTS and self.chance.random() < 0.2:
            self.write(self.chance.choice(self.terminals), self.chance.choice(list(Lane)))
            if self.chance.random() < 0.3:
                self.deliver_late()

    # --- chance chooses ----------

    def any_step(self) -> None:
        """One step, whatever it is."""
        chance = self.chance
        terminal = chance.choice(self.terminals)
        dice = chance.random()
        if dice < 0.70:
            if terminal.wakes_at > self.now and chance.random() < 0.8:
                self.now = terminal.wakes_at
            self.step(terminal)
        elif dice < 0.88:
            self.write(terminal, chance.choice(list(Lane)), chance.choice((1, 1, 2, 5, 60)))
        elif dice < 0.93:
            self.deliver_late()
        elif dice < 0.97:
            self.now += chance.choice((0.1, 1.0, 10.0, 400.0))
        elif dice < 0.985:
            self.crash(terminal)
        else:
            self.disaster(terminal)
        self.count("step")

    def disaster(self, terminal: Terminal) -> None:
        """What befalls a disk, or seldom the centre."""
        dice = self.chance.random()
        if dice < 0.35:
            self.snapshot(terminal)
            self.count("image made")
        elif dice < 0.6:
            self.roll_back(terminal)
            self.count("disk set back")
        elif dice < 0.7:
            self.reimage(terminal)
            self.count("disk made anew")
        elif dice < 0.9:
            if len(self.terminals) < 5:
                twin = terminal.machine if self.chance.random() < 0.5 else f"machine-{len(self.terminals)}"
                self.clone(terminal, twin)
                self.count("disk cloned")
        elif dice < 0.95:
            self.back_up()
        else:
            self.restore()
            self.count("centre set back")

    # --- what must hold ----------

    def drain(self) -> int:
        """The faults stop. Steps until everything is at the centre; raises Broken when that takes too many."""
        self.faults = NO_FAULTS
        self.heard.clear()
        for steps in range(DRAIN_STEPS):
            if all(self._settled(terminal) for terminal in self.terminals):
                self._complete()
                return steps
            terminal = min(self.terminals, key=lambda one: one.wakes_at)
            self.now = max(self.now, terminal.wakes_at)
            self.step(terminal)
        waiting = {one.disk.identity.terminal: (one.disk.unsent(), one.disk.identity.due) for one in self.terminals}
        raise Broken(f"stuck after {DRAIN_STEPS} steps: {waiting}")

    def _settled(self, terminal: Terminal) -> bool:
        disk = terminal.disk
        return (id(terminal), disk.identity.store) in self.heard and not disk.identity.due and disk.unsent() == 0

    def _complete(self) -> None:
        missing = self.made.keys() - self.gone - self.centre.books.holders.keys()
        if missing:
            raise Broken(f"lost: {sorted(missing)[:5]}, {len(missing)} of {len(self.made)}")
        strangers = self.centre.books.holders.keys() - self.made.keys()
        if strangers:
            raise Broken(f"records nobody made: {sorted(strangers)[:5]}")

    def _noted(self, record_id: str) -> None:
        self.made[record_id] = "epoch left"

    def _acknowledged(self, record_id: str) -> None:
        if record_id not in self.centre.books.holders:
            raise Broken(f"{record_id} counts as received and is not at the centre")

    def _replace_disk(self, terminal: Terminal, disk: SimulatedDisk) -> None:
        """What only the old disk held is gone with it."""
        self.crash(terminal)
        others = {row.id for one in self.terminals if one is not terminal for row in one.disk.rows}
        staying = others | {row.id for row in disk.rows}
        self.gone |= {row.id for row in terminal.disk.rows} - staying
        terminal.disk = disk

    def _started(self, terminal: Terminal) -> Messenger:
        store = SimulatedStore(
            terminal.disk,
            made=self._noted,
            acknowledged=self._acknowledged,
            crash=lambda: self.chance.random() < self.faults.crash,
        )
        line = Line(self, terminal)
        parts = HeartbeatParts("0.2.0", (), ())
        pace = Pace(heartbeat=30.0, news=1.0, jitter=self.chance.random)
        now = datetime(2026, 11, 22, 10, tzinfo=UTC)
        return Messenger(store, line, lambda: parts, lambda _: None, lambda: now, pace, terminal.machine)  # type: ignore[arg-type]

    def count(self, what: str) -> None:
        """It happened once more."""
        self.events[what] = self.events.get(what, 0) + 1


@contextmanager
def _clock(now: Callable[[], float]) -> Iterator[None]:
    """The messenger's clock is the world's."""
    names = vars(messenger_module)
    real, names["time"] = names["time"], SimpleNamespace(monotonic=now)
    try:
        yield
    finally:
        names["time"] = real
