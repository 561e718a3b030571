"""The parts of a running centre, put together once and handed to every route."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import structlog

from central import keys as centre_keys
from central import persons, pulse
from central import settings as centre_settings
from central.caretaker import Caretaker, Chore
from central.cases import store as cases
from central.clock import now
from central.database import Database
from central.departments.every import CONNECTORS, OWN
from central.departments.line import Lines
from central.feed import store as feed
from central.hints import backend_of
from central.intake.commit import GroupCommit
from central.intake.signers import Signers
from central.key_files import KeysError
from central.keys import Keys
from central.live import Live
from central.metrics.counting import Requests
from central.numbers import store as numbers
from central.numbers.leasing import Leasing
from central.payments.desk import PaymentDesk
from central.payments.gateway import HttpGateway
from central.payments.protocol import NOTIFIED
from central.people.passwords import Passwords
from central.persons import Blind
from central.reconciliation.nightly import LOOK_EVERY_SECONDS, Nightly
from central.scans import verdicts
from central.scans.desk import ScanDesk
from central.scans.shelf import FolderShelf
from central.settings import Settings
from central.upward import joining
from central.upward.node import Node
from central.waits.forecasts.glance import Glances

VERDICTS_EVERY_SECONDS = 5.0
SWEEP_EVERY_SECONDS = 3600.0
KEYS_EVERY_SECONDS = 30.0
"""Between two looks whether other keys lie there: a switch of the signing key is every host's."""

log = structlog.get_logger()


@dataclass
class Centre:
    """`clock` is replaced in tests; everything else comes from the settings."""

    settings: Settings
    keys: Keys
    database: Database
    clock: Callable[[], datetime] = now
    live: Live = field(init=False)
    commit: GroupCommit = field(init=False)
    signers: Signers = field(init=False)
    scans: ScanDesk = field(init=False)
    departments: Lines = field(init=False)
    payments: PaymentDesk | None = field(init=False, default=None)
    """None where no gateway is connected."""
    upward: Node | None = field(init=False, default=None)
    """The way to the centre of a hall node; None at the centre itself."""
    caretaker: Caretaker = field(init=False)
    requests: Requests = field(default_factory=Requests)
    """Counters of this process's requests."""
    leasing: Leasing = field(default_factory=Leasing)
    glances: Glances = field(default_factory=Glances)
    """The newest look of this process at each hall's waits."""
    passwords: Passwords = field(default_factory=Passwords)
    _stopped: bool = False
    _keys_of: int = 0
    """When the folder of the keys last changed, as they were read."""

    def __post_init__(self) -> None:
        """Tie the parts together."""
        self.live = Live(self._pulse, backend_of(self.settings))
        self.commit = GroupCommit(
            self.database,
            self.clock,
            self._stored,
            lambda connection, epochs, now: numbers.lease_out(
                connection,
                self.keys,
                epochs,
                named=self.settings.queues,
                size=self.settings.lease_numbers,
                today=now.astimezone(self.settings.zone).date(),
                now=now,
            ),
        )
        self.signers = Signers(self.database, self.clock)
        behind = self.settings.departments
        self.departments = Lines(
            {name: behind.urls.get(name, behind.url) for name in (*CONNECTORS, *OWN)},
            self.clock,
            seconds=behind.seconds,
            slow_after=behind.slow_after,
            changed=self.live.changed,
        )
        if self.settings.payments.url:
            self.payments = self._payment_desk(HttpGateway(self.settings.payments.url, self.payment_key()))
        shelf = FolderShelf(Path(self.settings.data_dir) / "scans")
        self.scans = ScanDesk(self.database, shelf, self.clock, self._scan_came)
        archive_after = timedelta(hours=self.settings.archive_after_hours)
        is_hall = self.settings.role == "hall"
        # What a hall holds is archived at the centre, and its terminals hear it from there.
        nightly = Nightly(
            self.database, lambda: self.keys, self.clock, self.settings.zone, None if is_hall else archive_after
        )
        if is_hall:
            passport = joining.load(self.settings)
            self.upward = Node(
                self.database,
                lambda: self.keys,
                self.scans,
                passport,
                self.clock,
                self.live.changed,
                Path(self.settings.data_dir) / "releases",
            )
        self.caretaker = Caretaker(
            Chore("verdicts", VERDICTS_EVERY_SECONDS, self._tell_verdicts),
            Chore("keys", KEYS_EVERY_SECONDS, self._look_for_keys),
            Chore("sweep", SWEEP_EVERY_SECONDS, self._sweep),
            Chore("nightly", LOOK_EVERY_SECONDS, nightly.look),
        )

    def start(self) -> None:
        """Begin work. Call on the event loop; the database is migrated already."""
        self.live.start()
        self.commit.start()
        self.departments.start()
        self.caretaker.start()
        if self.upward is not None:
            self.upward.start()

    def stop(self) -> None:
        """Store what has come in, then let go of everything. A second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self.live.close()
        self.caretaker.stop()
        self.commit.stop()
        if self.upward is not None:
            self.upward.stop()
        if self.payments is not None:
            self.payments.end()
        self.database.close()

    def fresh_keys(self) -> Keys:
        """The keys as they are in their folder now: a rotation by command line needs no restart."""
        folder = Path(self.settings.keys_dir)
        try:
            changed = folder.stat().st_mtime_ns
            if changed != self._keys_of:
                self.keys = centre_keys.load(folder, self.settings.suite, opens=self.settings.opens_sealed)
                self._keys_of = changed
        except (OSError, KeysError) as error:
            log.warning("keys_not_read_again", error=str(error))
        return self.keys

    @cached_property
    def blind(self) -> Blind:
        """How persons and codes are named in the tables. Raises KeysError."""
        return persons.load(Path(self.settings.keys_dir))

    def payment_key(self) -> bytes:
        """The merchant's key at the payment gateway. Raises KeysError."""
        path = Path(self.settings.payments.key_file)
        try:
            return path.read_bytes().strip()
        except OSError as error:
            message = f"{path}: cannot be read ({error.strerror}); put the merchant's key of the payment gateway there"
            raise KeysError(message) from error

    def _payment_desk(self, gateway: HttpGateway) -> PaymentDesk:
        base = self.settings.payments.notify_url or self.settings.public_url
        return PaymentDesk(
            self.database,
            gateway,
            self.clock,
            notify_url=f"{base.rstrip('/')}{NOTIFIED}" if base else "",
            refund_after=timedelta(minutes=self.settings.payments.refund_after_minutes),
            is_filed=self._is_filed,
        )

    def _is_filed(self, case_id: str) -> bool:
        with self.database.reading() as connection:
            return cases.find(connection, case_id) is not None

    def today(self) -> date:
        """The date in the hall."""
        return self.clock().astimezone(self.settings.zone).date()

    def _look_for_keys(self) -> None:
        self.fresh_keys()

    @property
    def away(self) -> tuple[str, ...]:
        """Connectors whose departments do not answer now: a hall reaches them through its centre."""
        return self.departments.away if self.upward is None else self.upward.away()

    def _stored(self) -> None:
        self.live.changed()
        if self.upward is not None:
            self.upward.wake()

    def _scan_came(self) -> None:
        self._stored()
        self.caretaker.ring("verdicts")

    def _tell_verdicts(self) -> None:
        # A hall only says what it lacks: a case is complete when the centre has all of it.
        if verdicts.tell(self.database, self.keys, self.clock, accepts=self.upward is None):
            self.live.changed()

    def _sweep(self) -> None:
        self.scans.shelf.sweep()
        with self.database.writing() as connection:
            feed.sweep(connection, self.clock())

    def _pulse(self) -> str:
        with self.database.reading() as connection:
            return pulse.taken(connection)


def open_centre(config: Path, clock: Callable[[], datetime] = now, role: str = "") -> Centre:
    """The centre, or the hall node, of a settings file, its database migrated.

    Raises SettingsError, KeysError, NotJoined or DatabaseError.
    """
    settings = centre_settings.read(config, role)
    keys = centre_keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)
    database = Database(centre_settings.database_url(settings))
    database.migrate()
    return Centre(settings, keys, database, clock)
