"""Property: whatever channels book, change, give back and repeat in one pool, no slot holds more than it has room for,
and what is taken of it is what is open in it.
"""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.appointments import store
from central.appointments.rules import Offer
from central.appointments.store import Full, Kept, NotYours
from central.database import Database, Transaction
from contract.questions import BookingState
from tests.central.conftest import embedded_model

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ROOM = {"A@2026-03-03T09:00": 2, "A@2026-03-03T09:30": 1}
SLOTS = list(ROOM)
CHANNELS = ("terminal", "phone", "sms", "hall", "web")

steps = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "change", "cancel", "again", "come"]),
        st.integers(0, len(SLOTS) - 1),
        st.integers(0, 5),
        st.sampled_from(CHANNELS),
    ),
    max_size=30,
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "central.db"
    path.write_bytes(embedded_model())
    return Database(f"sqlite:///{path}")


class Undone(Exception):
    """Takes the whole try back."""


def kept(place: int, slot: str, person: int, channel: str, change_of: str | None = None) -> Kept:
    day, _, starts = slot.partition("@")[2].partition("T")
    return Kept(
        booking_id=f"b{place}", code=f"c{place}", terminal="GL-01", channel=channel, item="x", line="A", title="{}",
        place="{}", slot_id=slot, day=day, starts=starts, ends="10:00", state=BookingState.BOOKED, person=f"p{person}",
        masked_name="张*", sealed=b"", made_at=NOW, changed_at=NOW, change_of=change_of,
    )  # fmt: skip


def offer(slot: str) -> Offer:
    day, _, starts = slot.partition("@")[2].partition("T")
    return Offer(slot, "A", day, starts, "10:00", ROOM[slot])


class Pool:
    """The pool, and what was booked in it by this try."""

    def __init__(self, connection: Transaction) -> None:
        self.connection = connection
        self.made: list[Kept] = []

    def do(self, what: str, slot: str, person: int, channel: str) -> None:
        mine = next((one for one in reversed(self.made) if one.person == f"p{person}"), None)
        if what in {"book", "change"}:
            of = mine.booking_id if what == "change" and mine else None
            new = kept(len(self.made), slot, person, channel, of)
            store.book(self.connection, new, offer(slot))
            self.made.append(new)
        elif mine and what == "cancel":
            store.cancel(self.connection, mine, NOW)
        elif mine and what == "again":
            assert not store.book(self.connection, mine, offer(mine.slot_id)), "said twice it is one booking"
        elif mine and what == "come":
            store.check_in(self.connection, mine.booking_id, f"case{len(self.made)}", "booked", NOW)

    def check(self) -> None:
        found = [store.find(self.connection, one.booking_id) for one in self.made]
        holding = (BookingState.BOOKED, BookingState.CHECKED_IN)
        held = Counter(one.slot_id for one in found if one is not None and one.state in holding)
        taken = store.taken(self.connection, SLOTS)
        for slot, room in ROOM.items():
            assert held[slot] <= room, f"{slot} is overbooked"
            assert taken.get(slot, 0) == held[slot], f"{slot}: taken and open differ"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_a_slot_never_holds_more_than_it_has(database: Database, listed: list[tuple[str, int, int, str]]) -> None:
    with database.writing() as connection:
        whole = connection.begin_nested()
        pool = Pool(connection)
        for what, at, person, channel in listed:
            with suppress(Full, NotYours), connection.begin_nested():
                pool.do(what, SLOTS[at], person, channel)
            pool.check()
        whole.rollback()


def test_a_pool_that_does_not_look_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_take", lambda *_: None)
    with database.writing() as connection:
        pool = Pool(connection)
        for person in range(2):
            pool.do("book", SLOTS[1], person, "web")
        with pytest.raises(AssertionError, match="overbooked"):
            pool.check()
