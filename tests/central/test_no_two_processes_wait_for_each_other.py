"""Two processes on one PostgreSQL come to their locks in one order: neither waits for one that waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError

from central import bulk, settings
from central.database import Database, is_away
from central.epochs import store as epochs
from central.epochs.rules import Epoch
from central.fleet.tables import terminals
from central.intake import store
from central.intake.tables import marks
from central.keys import load
from central.numbers import store as numbers
from central.reconciliation import store as reconciliation
from contract.exchange import EpochAsked
from tests.central.conftest import postgres_database, write_config
from tests.waiting import until

AT = datetime(2026, 5, 1, tzinfo=UTC)
EARLY, LATE = ("GL-01", 1, "cases"), ("GL-01", 1, "numbers")
Work = Callable[[Connection], object]

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database(tmp_path: Path, postgres_socket: str, postgres_model: str) -> Iterator[Database]:
    """Two terminals, and PostgreSQL finds a deadlock soon."""
    name = f"locks{time.monotonic_ns()}"
    config = write_config(tmp_path, postgres_database(postgres_socket, name, postgres_model))
    found = Database(settings.database_url(settings.read(config)))
    with found.writing() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET deadlock_timeout = '100ms'"))
        row = {"hall": "大厅", "place": "", "epoch": 1, "added_at": AT}
        bulk.add_many(connection, terminals, [row | {"id": f"GL-0{n}", "series": f"{n}"} for n in (1, 2)])
    found.close()
    yield found
    found.close()


class Meeting:
    """The first comes to its pause, something happens meanwhile, the second begins, and then the first goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._paused, self._go_on = threading.Event(), threading.Event()
        self._first: int | None = None

    def pause(self) -> None:
        """Call in the first: waits until the second is done or waits for a lock. Once."""
        if threading.get_ident() == self._first and not self._paused.is_set():
            self._paused.set()
            assert self._go_on.wait(60)

    def hold(self, first: Work, second: Work, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Raises what either raised."""

        def begin(connection: Connection) -> None:
            self._first = threading.get_ident()
            first(connection)

        with ThreadPoolExecutor(2) as both:
            one = both.submit(self._run, begin)
            until(lambda: self._paused.is_set() or one.done(), "the first to come to its pause")
            meanwhile()
            two = both.submit(self._run, second)
            until(lambda: two.done() or self._somebody_waits(), "the second to come to its lock")
            self._go_on.set()
            one.result(60)
            two.result(60)

    def _run(self, work: Work) -> None:
        with self._database.writing() as connection:
            work(connection)

    def _somebody_waits(self) -> bool:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        with self._database.reading() as connection:
            return bool(connection.execute(text(waiting)).scalar_one())


def entered(database: Database, lane: store.LaneKey) -> None:
    with database.writing() as connection:
        terminal, epoch, name = lane
        bulk.add_many(
            connection, marks, [{"terminal": terminal, "epoch": epoch, "lane": name, "seq": 0, "archived": 0}]
        )


def existing_first(connection: Connection, pause: Callable[[], None] = lambda: None) -> None:
    """The order of version 0.1: what is there is locked, then what is missing is entered and locked."""
    columns, keys = ("terminal", "epoch", "lane", "seq"), ("terminal", "epoch", "lane")
    rows = bulk.rows_at(connection, marks, columns, keys, [EARLY, LATE], lock=True)
    found = [tuple(row[key] for key in keys) for row in rows]
    missing = [lane for lane in (EARLY, LATE) if lane not in found]
    pause()
    if missing:
        bulk.add_missing(
            connection, marks, [dict(zip(keys, lane, strict=True)) | {"seq": 0, "archived": 0} for lane in missing]
        )
        bulk.rows_at(connection, marks, columns, keys, missing, lock=True)


def test_lanes_are_locked_in_one_order_though_one_appears_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first saw one lane missing; it appears, and the second takes both."""
    entered(database, LATE)
    meeting, add_missing = Meeting(database), bulk.add_missing

    def slow(connection: Connection, *asked: object) -> None:
        meeting.pause()
        add_missing(connection, *asked)  # type: ignore[arg-type] # what it was given

    monkeypatch.setattr(bulk, "add_missing", slow)
    both: list[dict[store.LaneKey, int]] = []
    meeting.hold(
        lambda connection: both.append(store.lock_marks(connection, [LATE, EARLY])),
        lambda connection: both.append(store.lock_marks(connection, [EARLY, LATE])),
        lambda: entered(database, EARLY),
    )
    assert both == [{EARLY: 0, LATE: 0}] * 2


def test_the_order_of_the_first_version_came_to_a_deadlock(database: Database) -> None:
    """Negative control: the same meeting."""
    entered(database, LATE)
    meeting = Meeting(database)
    with pytest.raises(OperationalError, match="deadlock") as raised:
        meeting.hold(
            lambda connection: existing_first(connection, meeting.pause),
            existing_first,
            lambda: entered(database, EARLY),
        )
    assert is_away(raised.value), "the terminals would only have come again"


def test_epochs_are_locked_in_one_order_though_one_appears_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = ("GL-01", 1), ("GL-02", 1)
    with database.writing() as connection:
        epochs.locked(connection, [late], AT)
    meeting, add_missing = Meeting(database), bulk.add_missing

    def slow(connection: Connection, *asked: object) -> None:
        meeting.pause()
        add_missing(connection, *asked)  # type: ignore[arg-type] # what it was given

    monkeypatch.setattr(bulk, "add_missing", slow)

    def appears() -> None:
        with database.writing() as connection:
            epochs.locked(connection, [early], AT)

    both: list[set[epochs.Place]] = []
    meeting.hold(
        lambda connection: both.append(set(epochs.locked(connection, [late, early], AT))),
        lambda connection: both.append(set(epochs.locked(connection, [early, late], AT))),
        appears,
    )
    assert both == [{early, late}] * 2


def test_the_night_locks_lanes_as_pushes_do(database: Database) -> None:
    """A push holds the first lane; the night, given them the other way round, waits for it and holds no other."""
    for lane in (EARLY, LATE):
        entered(database, lane)
    meeting = Meeting(database)

    def push(connection: Connection) -> None:
        store.lock_marks(connection, [EARLY])
        meeting.pause()
        store.lock_marks(connection, [LATE])

    due = [reconciliation.Due(*LATE, 1), reconciliation.Due(*EARLY, 1)]
    meeting.hold(push, lambda connection: reconciliation.archive(connection, due))
    with database.reading() as connection:
        assert connection.execute(select(marks.c.archived)).scalars().all() == [1, 1]


def test_opening_an_epoch_waits_for_a_heartbeat_and_not_the_other_way_round(database: Database) -> None:
    """The heartbeat holds the epoch that is left; then it needs the terminal."""
    meeting = Meeting(database)

    def heartbeat(connection: Connection) -> None:
        epochs.locked(connection, [("GL-01", 1)], AT)
        meeting.pause()
        epochs.used_up_to(connection, {"GL-01": 5})

    opened = []
    asked = EpochAsked("GL-01", "nonce-00000000000", "store-2", "machine", 1, "outbox.fork")
    meeting.hold(heartbeat, lambda connection: opened.append(epochs.open_next(connection, asked, "token", AT)))
    assert opened[0].epoch == 6


def test_the_terminal_before_the_epoch_came_to_a_deadlock(database: Database) -> None:
    """Negative control: the order of version 0.1."""
    meeting = Meeting(database)

    def heartbeat(connection: Connection) -> None:
        epochs.locked(connection, [("GL-01", 1)], AT)
        meeting.pause()
        epochs.used_up_to(connection, {"GL-01": 5})

    def terminal_first(connection: Connection) -> None:
        connection.execute(text("SELECT epoch FROM terminals WHERE id = 'GL-01' FOR NO KEY UPDATE"))
        epochs.locked(connection, [("GL-01", 1)], AT)

    with pytest.raises(OperationalError, match="deadlock"):
        meeting.hold(heartbeat, terminal_first)


def test_two_that_open_an_epoch_at_once_get_one_each_and_a_repeat_the_same(database: Database) -> None:
    def ask(store_name: str) -> Epoch:
        asked = EpochAsked("GL-01", "nonce-00000000000", store_name, "machine", 1, "outbox.fork")
        with database.writing() as connection:
            return epochs.open_next(connection, asked, f"token-{store_name}", AT)

    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(ask, ["store-2", "store-3", "store-2", "store-3"]))
    assert {one.epoch for one in found} == {2, 3}
    assert found[0] == found[2]
    assert found[1] == found[3]


def test_a_terminal_somebody_is_at_is_leased_numbers_at_its_next_heartbeat(database: Database, tmp_path: Path) -> None:
    keys = load(tmp_path / "keys", "INTL-1", opens=True)
    asked = {"named": "A", "size": 10, "today": date(2026, 5, 1), "now": AT}
    both = {"GL-01": 1, "GL-02": 1}
    with database.writing() as other, database.writing() as connection:
        other.execute(text("SELECT epoch FROM terminals WHERE id = 'GL-01' FOR NO KEY UPDATE"))
        assert numbers.lease_out(connection, keys, both, **asked) == {"GL-02": 2}  # type: ignore[arg-type]
    with database.writing() as connection:
        assert numbers.lease_out(connection, keys, both, **asked) == {"GL-01": 4, "GL-02": 0}  # type: ignore[arg-type]
