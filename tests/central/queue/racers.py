"""Windows that race for the numbers of one queue, in a process of their own: `racers.py URL FIRST WINDOWS CALLS MODE`.

Each thread is a window: it calls, and what it gets it finishes; for each finished number another one enters, so that
there are always fewer numbers than windows. MODE `careless` takes away every guard, `unlocked` the lock alone. Prints
how many calls it made.
"""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, update
from sqlalchemy.exc import TimeoutError as PoolEmpty

from central.database import Database, DatabaseAway
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.posts import ON, Sign, Window
from central.queue.rows import store as rows
from central.queue.rows.store import Asked
from central.queue.rules import Number
from central.queue.tables import queue_numbers, queue_turns
from central.queue.windows import store as windows

Result = TypeVar("Result")
HALL, DAY = "长安大厅", "2026-03-02"


def enter(connection: Connection, case_id: str) -> None:
    """One more number waits."""
    now = datetime.now(UTC)
    one = Number(
        case_id=case_id, hall=HALL, business_date=DAY, queue="A", item="x", number=case_id, taken_at=now
    )  # fmt: skip
    connection.execute(queue_numbers.insert().values(rows.row_of(one) | {"entered_at": now, "changed_at": now}))


def seat(connection: Connection, place: int) -> None:
    """Somebody is on duty at this window."""
    assert windows.keep(connection, Window(window_id=f"w{place}", hall=HALL, code=str(place), skills=("A",)))
    assert windows.sign(connection, Sign(f"w{place}", f"员工{place}", ON, datetime.now(UTC))) is None


class Racers:
    """The windows of one process."""

    def __init__(self, url: str, first: int, count: int, calls: int) -> None:
        self.database = Database(url)
        self.first, self.count = first, count
        self.left = calls
        self.made = 0
        self.lock = threading.Lock()
        # So many transactions of one process at once: more only wait, in the pool or asking SQLite again and again.
        self.turns = threading.Semaphore(4 if url.startswith("sqlite") else 16)

    def run(self) -> int:
        threads = [threading.Thread(target=self._window, args=(self.first + at,)) for at in range(self.count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.database.close()
        return self.made

    def _window(self, place: int) -> None:
        while self._may():
            act = f"{place}.{threading.get_ident()}.{self.made}.{datetime.now(UTC).timestamp()}"
            asked = Asked(act, f"w{place}", f"员工{place}", datetime.now(UTC), DAY)
            got = self._patiently(partial(calling.call_next, asked=asked))
            if isinstance(got, Number):
                self._finish(got.case_id, asked, act)

    def _finish(self, case_id: str, asked: Asked, act: str) -> None:
        def end(connection: Connection) -> None:
            done = calling.finish(connection, case_id, Asked(f"{act}.end", asked.window, asked.who, asked.at, DAY))
            if not isinstance(done, Refusal):
                enter(connection, f"n{act}")

        self._patiently(end)

    def _patiently(self, do: Callable[[Connection], Result]) -> Result:
        """One transaction; on a slow machine the database or its pool may have no turn for it in time: then again."""
        while True:
            try:
                with self.turns, self.database.writing() as connection:
                    return do(connection)
            except (DatabaseAway, PoolEmpty):
                continue

    def _may(self) -> bool:
        with self.lock:
            self.left -= 1
            self.made += self.left >= 0
            return self.left >= 0


def take_away_guards(mode: str) -> None:
    """What a programmer who trusts their luck leaves out."""

    def change(connection: Connection, before: Number, after: Number, at: datetime, turn: Asked | None = None) -> None:
        place = queue_numbers.c.case_id == before.case_id
        row: dict[str, Any] = rows.row_of(after) | {"changed_at": at}
        connection.execute(update(queue_numbers).where(place).values(row))
        if turn is not None:
            kept = {"turn_id": turn.act_id, "case_id": after.case_id, "window_id": turn.window, "who": turn.who}
            line = {"hall": HALL, "business_date": DAY, "queue": "A", "item": "x", "called_at": at, "outcome": ""}
            connection.execute(queue_turns.insert().values(kept | line))

    if mode in {"careless", "unlocked"}:
        vars(rows)["lock_hall"] = lambda _connection, _hall: None
    if mode == "careless":
        vars(rows)["change"] = change


if __name__ == "__main__":
    take_away_guards(sys.argv[5])
    print(Racers(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])).run())  # noqa: T201 - its answer
