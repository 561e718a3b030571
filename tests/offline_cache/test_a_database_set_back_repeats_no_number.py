import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.catalogue import ItemKind
from contract.messages import NumberTier
from contract.numbers import NumberGiven
from offline_cache.numbers.reserve import LEASED, Reserve, ReserveFile
from offline_cache.numbers.series import SKIP, skip_ahead
from offline_cache.records import DocumentEnd, PrintState, StoreError, StoreFault
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, draft, lease, open_store

DATABASE, RESERVE = "suiban.db", "suiban.reserve"


@dataclass
class Counter:
    """One terminal, everything it ever put on paper, and copies of its database to go back to."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    serials: list[str] = field(default_factory=list)
    copies: int = 0
    cases: int = 0

    def __post_init__(self) -> None:
        self.store = self.open()

    def open(self) -> Store:
        store = open_store(self.folder / DATABASE, self.clock)
        lease(store, "2026-11-22", "2026-11-23")
        return store

    def serve(self, queue: str = "A", times: int = 1) -> None:
        for _ in range(times):
            self.cases += 1
            stored = self.store.save_case(draft(f"case-{self.cases}", ItemKind.FILING, queue))
            self.numbers.append((stored.business_date, stored.number))
            self.serials.append(stored.case_number)
            made = self.store.documents.prepare(stored.case_id, "receipt")
            assert made is not None
            self.serials.append(made.serial)
            self.store.documents.finish(made.document_id, DocumentEnd(PrintState.FAILED, "", "x"))

    def copy(self) -> Path:
        """As a backup does, while the terminal goes on."""
        self.copies += 1
        kept = self.folder / f"copy-{self.copies}"
        kept.mkdir()
        self.store.checkpoint()
        shutil.copy(self.folder / DATABASE, kept)
        return kept

    def end(self, *, orderly: bool) -> None:
        if orderly:
            self.store.close()
        else:
            self.store._database.close()

    def go_back(self, kept: Path) -> None:
        for file in self.folder.glob(f"{DATABASE}*"):
            file.unlink()
        shutil.copy(kept / DATABASE, self.folder)

    def doubled(self) -> int:
        return len(self.numbers) - len(set(self.numbers)) + len(self.serials) - len(set(self.serials))


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


@pytest.mark.parametrize("orderly", [True, False])
@pytest.mark.parametrize("since", [0, 1, 2, 25])
def test_a_backup_from_so_many_commits_ago_goes_on_above_everything(
    counter: Counter, since: int, *, orderly: bool
) -> None:
    counter.serve(times=2)
    kept = counter.copy()
    counter.serve(times=since)
    counter.end(orderly=orderly)
    counter.go_back(kept)
    counter.store = counter.open()
    counter.serve(times=3)
    counter.end(orderly=True)
    assert counter.doubled() == 0


def test_control_without_the_reserve_a_backup_repeats_numbers(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very same, with a reserve that is neither read nor written."""
    monkeypatch.setattr(ReserveFile, "read", lambda _: Reserve())
    monkeypatch.setattr(ReserveFile, "keep", lambda *_: None)
    counter.end(orderly=False)
    counter.store = counter.open()
    counter.serve(times=2)
    kept = counter.copy()
    counter.serve(times=3)
    counter.end(orderly=True)
    counter.go_back(kept)
    counter.store = counter.open()
    counter.serve(times=3)
    counter.end(orderly=True)
    assert counter.doubled() > 0


def test_an_orderly_end_leaves_no_gap(counter: Counter) -> None:
    counter.serve(times=2)
    counter.end(orderly=True)
    counter.store = counter.open()
    counter.serve()
    counter.end(orderly=True)
    assert [number for _, number in counter.numbers] == ["A1-001", "A1-002", "A1-003"]


def test_a_cut_leaves_a_gap_no_wider_than_a_block(counter: Counter) -> None:
    counter.serve(times=2)
    counter.end(orderly=False)
    counter.store = counter.open()
    counter.end(orderly=False)
    counter.store = counter.open()
    counter.serve()
    counter.end(orderly=True)
    last = int(counter.numbers[-1][1][-3:])
    assert 3 <= last <= 2 + LEASED, "openings that gave nothing out cost nothing"


def test_a_reserve_that_is_lost_alone_makes_every_series_jump(counter: Counter) -> None:
    counter.serve(times=2)
    counter.serve("B")
    counter.end(orderly=True)
    (counter.folder / RESERVE).unlink()
    counter.store = counter.open()
    counter.serve()
    counter.serve("B")
    counter.end(orderly=True)
    assert [number for _, number in counter.numbers[-2:]] == [f"A1-{3 + SKIP:03d}", f"B1-{2 + SKIP:03d}"]
    assert counter.doubled() == 0


def test_a_reserve_nobody_can_read_is_a_lost_one(counter: Counter) -> None:
    counter.serve()
    counter.end(orderly=True)
    (counter.folder / RESERVE).write_bytes(b"\x00" * 40)
    counter.store = counter.open()
    counter.serve()
    counter.end(orderly=True)
    assert counter.numbers[-1][1] == f"A1-{2 + SKIP:03d}"


def test_a_database_that_is_lost_alone_goes_on_above_the_reserve(counter: Counter) -> None:
    counter.serve(times=3)
    counter.end(orderly=False)
    for file in counter.folder.glob(f"{DATABASE}*"):
        file.unlink()
    counter.store = counter.open()
    counter.serve(times=3)
    counter.end(orderly=True)
    assert counter.doubled() == 0


def test_both_lost_the_serials_of_the_day_are_still_others(tmp_path: Path) -> None:
    """A re-image: nothing is left, and the day's case numbers and own numbers must not begin anew."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one = open_store(first / DATABASE, Clock("2026-11-22T09:00:00+08:00"))
    before = [one.save_case(draft(f"a{n}")) for n in range(20)]
    one.close()
    other = open_store(second / DATABASE, Clock("2026-11-22T09:30:00+08:00"))
    after = [other.save_case(draft(f"b{n}")) for n in range(20)]
    other.close()
    assert {case.tier for case in before + after} == {NumberTier.LOCAL}
    assert len({case.number for case in before + after}) == 40
    assert len({case.case_number for case in before + after}) == 40


def test_a_yesterday_that_comes_back_stays_today(counter: Counter) -> None:
    """A backup of yesterday: its date is over, and with it the numbers that were given since."""
    kept = counter.copy()
    counter.serve(times=2)
    counter.clock.set("2026-11-23T09:00:00+08:00")
    counter.serve(times=2)
    counter.end(orderly=False)
    counter.go_back(kept)
    counter.clock.set("2026-11-22T09:00:00+08:00")
    counter.store = counter.open()
    counter.serve(times=2)
    counter.end(orderly=True)
    assert {day for day, _ in counter.numbers[-2:]} == {"2026-11-23"}
    assert counter.doubled() == 0


def test_a_number_whose_reserve_cannot_be_written_is_not_given(counter: Counter) -> None:
    counter.serve(times=2)
    before = counter.store.counts().cases
    (counter.folder / f"{RESERVE}.new").mkdir()
    with pytest.raises(StoreError) as refused:
        counter.serve(times=2 * LEASED)
    assert refused.value.fault is StoreFault.IO
    assert RESERVE in refused.value.detail
    assert len(counter.numbers) == counter.store.counts().cases >= before
    (counter.folder / f"{RESERVE}.new").rmdir()
    counter.serve()
    counter.end(orderly=True)
    assert counter.doubled() == 0


def test_an_epoch_that_is_left_skips_ahead_in_every_series(counter: Counter) -> None:
    counter.serve(times=2)
    with counter.store._database.unit_of_work() as session:
        skip_ahead(session)
    counter.serve()
    counter.serve("B")
    assert [number for _, number in counter.numbers[-2:]] == [f"A1-{3 + SKIP:03d}", f"B1-{1 + SKIP:03d}"]
    first, last = (int(serial[18:24]) for serial in (counter.serials[2], counter.serials[4]))
    assert last == first + 1 + SKIP
    counter.end(orderly=True)


def test_a_reserve_covers_what_it_says() -> None:
    held = Reserve(serial=100, document=100, local=50, day="2026-11-22", series={"2026-11-22/A": 20})
    assert held.covers(Reserve(serial=100, day="2026-11-22", series={"2026-11-22/A": 20}))
    for counts in (
        Reserve(serial=101),
        Reserve(document=101),
        Reserve(local=51),
        Reserve(day="2026-11-23"),
        Reserve(series={"2026-11-22/A": 21}),
        Reserve(series={"2026-11-22/B": 1}),
    ):
        assert not held.covers(counts)
        assert held.beyond(counts).covers(counts)
    assert held.beyond(Reserve(day="2026-11-23", series={"2026-11-23/A": 1})).series == {"2026-11-23/A": 1 + LEASED}


@pytest.mark.slow
@settings(max_examples=100 if os.environ.get("SUIBAN_FULL") else 5, deadline=None)
@given(
    turns=st.lists(
        st.sampled_from(
            ["serve", "serve", "other queue", "upstream", "local", "copy", "back", "cut", "end", "tomorrow"]
        ),
        min_size=4,
        max_size=16,
    )
)
def test_whatever_is_copied_cut_and_put_back_no_number_and_no_serial_repeats(
    tmp_path_factory: pytest.TempPathFactory, turns: list[str]
) -> None:
    counter = Counter(tmp_path_factory.mktemp("back"))
    copies = [counter.copy()]
    given_before = 0
    for turn in turns:
        match turn:
            case "serve":
                counter.serve()
            case "other queue":
                counter.serve("B", 3)
            case "local":
                counter.serve("C")
            case "upstream":
                given_before += 1
                counter.cases += 1
                number = NumberGiven("n", "2026-11-22T02:00:00Z", f"A{given_before:03d}", "2026-11-22")
                stored = counter.store.save_case(draft(f"case-{counter.cases}"), number)
                counter.numbers.append((stored.business_date, stored.number))
                counter.serials.append(stored.case_number)
            case "copy":
                copies.append(counter.copy())
            case "tomorrow":
                counter.clock.set("2026-11-23T10:00:00+08:00")
            case _:
                counter.end(orderly=turn == "end")
                if turn == "back":
                    counter.go_back(copies[len(counter.numbers) % len(copies)])
                counter.store = counter.open()
    counter.end(orderly=True)
    assert counter.doubled() == 0
