"""What terminals promised, what their stores hold, what the centre holds: one account of all three."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import select, text

from central.database import Database
from offline_cache.store import Store
from offline_cache.tables import CaseRow, OutboxRow
from tests.faults.figures import Figures

Place = tuple[str, int, str, int]
"""(terminal, epoch, lane, seq)"""


class _Named(msgspec.Struct):
    id: str


@dataclass
class Local:
    """Everything the terminals ever held, by what identifies it."""

    promised: set[str] = field(default_factory=set)
    """Ids of records whose keeping was told."""
    known: set[str] = field(default_factory=set)
    """Ids that were in some store, told or not."""
    gone: set[str] = field(default_factory=set)
    """Unsent records of a disk that was set back: no other disk ever held them."""
    hashes: dict[Place, str] = field(default_factory=dict)
    cases: set[str] = field(default_factory=set)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(business date, number) as told."""

    def hear(self, path: Path) -> None:
        """Read what one terminal told; a line that was cut off by a kill was not told."""
        *lines, _half = path.read_text().split("\n")
        for line in lines:
            what, record_id, *number = line.split()
            self.promised.add(record_id)
            if what == "case":
                self.cases.add(record_id)
                self.numbers[number[0], number[1]] += 1

    def look(self, store: Store) -> None:
        """Read what a store holds now."""
        with store._database.unit_of_work() as session:
            found = select(OutboxRow.epoch, OutboxRow.lane, OutboxRow.seq, OutboxRow.id, OutboxRow.hash)
            for epoch, lane, seq, record_id, content in session.execute(found):
                self.known.add(record_id)
                self.hashes[store.terminal, epoch, lane, seq] = content
            self.cases.update(session.scalars(select(CaseRow.case_id)))

    def forget_unsent(self, store: Store) -> None:
        """A disk is set back now: what it alone held is gone with it."""
        with store._database.unit_of_work() as session:
            found = select(OutboxRow.id, OutboxRow.acked_at)
            for record_id, acked_at in session.execute(found):
                self.known.add(record_id)
                if acked_at is None:
                    self.gone.add(record_id)


def judge(url: str, local: Local, figures: Figures) -> None:
    """Compare with the centre's database, which nobody writes any more."""
    database = Database(url)
    try:
        with database.reading() as connection:
            envelopes = connection.execute(text("SELECT terminal, epoch, lane, seq, hash, raw FROM envelopes")).all()
            repeats = connection.execute(text("SELECT terminal, epoch, lane, seq, hash FROM repeats")).all()
            cases = set(connection.execute(text("SELECT case_id FROM cases")).scalars())
            aside = connection.execute(text("SELECT envelope_id, reason FROM quarantine")).all()
            conflicts = connection.execute(text("SELECT id, reason FROM conflicts")).all()
    finally:
        database.close()
    held = Counter(msgspec.json.decode(row.raw, type=_Named).id for row in envelopes)
    lost = (local.promised | local.known) - local.gone - held.keys()
    figures.note("lost", f"records {sorted(lost)[:3]}", len(lost))
    unfiled = local.cases - local.gone - cases
    figures.note("lost", f"cases nobody can see {sorted(unfiled)[:3]}", len(unfiled))
    figures.note("doubled", "envelopes", sum(held.values()) - len(held))
    strangers = held.keys() - local.promised - local.known
    figures.note("corrupt", f"records nobody made {sorted(strangers)[:3]}", len(strangers))
    other = [place for *place, content in ((*row[:4], row[4]) for row in (*envelopes, *repeats)) if _differs(
        local.hashes.get(tuple(place)), content)]  # fmt: skip
    figures.note("corrupt", f"places with another content {other[:3]}", len(other))
    figures.note("corrupt", f"quarantine {[tuple(row) for row in aside[:3]]}", len(aside))
    figures.note("corrupt", f"conflicts {[tuple(row) for row in conflicts[:3]]}", len(conflicts))
    twice = [number for number, count in local.numbers.items() if count > 1]
    figures.note("doubled", f"numbers {twice[:3]}", len(twice))
    figures.more |= {
        "cases": len(cases),
        "promised": len(local.promised),
        "envelopes": len(envelopes),
        "repeats": len(repeats),
        "gone_with_a_disk": len(local.gone - held.keys()),
    }


def _differs(mine: str | None, theirs: str) -> bool:
    return mine is not None and mine != theirs
