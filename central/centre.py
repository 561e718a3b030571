"""The parts of a running centre, put together once and handed to every route."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from central import keys as centre_keys
from central import settings as centre_settings
from central.cases import store as cases
from central.clock import now
from central.database import Database
from central.fleet import store as fleet
from central.intake import store as intake
from central.intake.commit import GroupCommit
from central.intake.signers import Signers
from central.keys import Keys
from central.live import Live
from central.people.passwords import Passwords
from central.settings import Settings


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
    passwords: Passwords = field(default_factory=Passwords)
    _stopped: bool = False

    def __post_init__(self) -> None:
        """Tie the parts together."""
        self.live = Live(self._pulse)
        self.commit = GroupCommit(self.database, self.clock, self.live.changed)
        self.signers = Signers(self.database, self.clock)

    def start(self) -> None:
        """Begin work. Call on the event loop; the database is migrated already."""
        self.live.start()
        self.commit.start()

    def stop(self) -> None:
        """Store what has come in, then let go of everything. A second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self.live.close()
        self.commit.stop()
        self.database.close()

    def today(self) -> date:
        """The date in the hall."""
        return self.clock().astimezone(self.settings.zone).date()

    def _pulse(self) -> str:
        with self.database.reading() as connection:
            return repr((fleet.last_change(connection), intake.last_change(connection), cases.last_handled(connection)))


def open_centre(config: Path, clock: Callable[[], datetime] = now) -> Centre:
    """The centre of a settings file, its database migrated. Raises SettingsError, KeysError or DatabaseError."""
    settings = centre_settings.read(config)
    keys = centre_keys.load(Path(settings.keys_dir), opens=settings.opens_sealed)
    database = Database(centre_settings.database_url(settings))
    database.migrate()
    return Centre(settings, keys, database, clock)
