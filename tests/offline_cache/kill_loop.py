"""Kills a terminal's store, at random or at every statement, and compares what was promised with what is there.

Run as a process of its own (it forks): `python -m tests.offline_cache.kill_loop loop|sweep|control FOLDER ROUNDS`.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from select import select as select_ready
from typing import Any

from sqlalchemy import event, select

from contract import envelope
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.numbers import NumberGiven
from offline_cache.records import CaseDraft, PrintState, StoredCase
from offline_cache.store import Store
from offline_cache.tables import CaseRow, PaperRow
from tests.offline_cache.drafts import draft, open_store

PATIENCE = 60.0
"""Seconds for the first word."""
Tell = Callable[[str, str, str], None]


@dataclass
class Found:
    """What the comparison brought to light; everything below `promised` must stay 0."""

    kills: int = 0
    promised: int = 0
    stored: int = 0
    unpromised: int = 0
    lost: int = 0
    doubled: int = 0
    without_envelope: int = 0
    without_ticket: int = 0
    sequence_broken: int = 0
    wrong_paper: int = 0
    printable_again: int = 0
    notes: list[str] = field(default_factory=list)


class TwoTransactions(Store):
    """The mistake this harness must find: the case is committed, the outbox row comes after."""

    def save_case(self, draft: CaseDraft, given: NumberGiven | None = None) -> StoredCase:
        self._send = lambda *_: None  # type: ignore[method-assign]
        super().save_case(draft, given)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def submit(store: Store, case_id: str, tell: Tell) -> None:
    """One whole submission; each step is told only when it has returned."""
    kind = ItemKind.NUMBER if case_id.endswith(("0", "1", "2")) else ItemKind.FILING
    stored = store.save_case(draft(case_id, kind, sealed=True))
    tell("saved", case_id, stored.number)
    assert store.tickets.claim(case_id) is not None
    tell("claimed", case_id, stored.number)
    store.tickets.finish(stored.print_id, "printed", "evidence", "")
    tell("finished", case_id, stored.number)


def in_a_child(
    folder: Path,
    work: Callable[[Store, Tell], None],
    patience: float | None,
    kind: type[Store] = Store,
    *,
    first: bool = False,
) -> str:
    """Fork, let the child work, kill it after `patience` seconds (None: it ends by itself); what it told.

    With `first` the seconds begin with its first word: however slow the machine, something was promised then.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        store = open_store(folder / "suiban.db")
        store.__class__ = kind
        work(store, lambda *words: void(os.write(writing, (" ".join(words) + "\n").encode())))
        os._exit(0)
    os.close(writing)
    if patience is not None:
        if first:
            select_ready([reading], [], [], PATIENCE)
        time.sleep(patience)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


def void(_: object) -> None:
    """A value nobody wants."""


def compare(folder: Path, promises: dict[str, tuple[str, str]], found: Found) -> None:
    """Open as the next process would, reconcile, and look at every row."""
    store = open_store(folder / "suiban.db")
    store.verify()
    store.tickets.reconcile_at_start()
    with store._database.unit_of_work() as session:
        cases = {row.case_id: row for row in session.scalars(select(CaseRow))}
        papers = {row.case_id: row.state for row in session.scalars(select(PaperRow))}
    sent: list[str] = []
    for lane in (Lane.NUMBERS, Lane.CASES):
        run = store.outbox_run(lane, 0, 1_000_000, 1 << 30)
        found.sequence_broken += [item.seq for item in run] != list(range(1, len(run) + 1))
        sent += [item.id for item in run if envelope.decode(item.raw).kind == "case"]
        found.sequence_broken += sum(envelope.content_hash(item.raw) != item.hash for item in run)
    found.stored, found.promised = len(cases), len(promises)
    found.unpromised = len(cases.keys() - promises.keys())
    found.lost = sum(
        case_id not in cases or cases[case_id].number != number for case_id, (_, number) in promises.items()
    )
    numbers = Counter((row.queue, row.business_date, row.number) for row in cases.values())
    found.doubled = sum(count - 1 for count in numbers.values()) + len(sent) - len(set(sent))
    found.without_envelope = len(cases.keys() - set(sent))
    found.without_ticket = len(cases.keys() - papers.keys())
    found.wrong_paper = sum(papers.get(case_id) not in allowed(step) for case_id, (step, _) in promises.items())
    for case_id in list(cases)[-20:]:
        found.printable_again += store.tickets.claim(case_id) is not None
    store.close()


def allowed(step: str) -> set[str]:
    """Where the paper journal may stand after a restart, given the last step that was told."""
    match step:
        case "saved":  # the claim, even the end may have been stored before the word of it came out
            return {PrintState.FAILED, PrintState.UNCERTAIN, PrintState.PRINTED}
        case "claimed":
            return {PrintState.UNCERTAIN, PrintState.PRINTED}
        case _:
            return {PrintState.PRINTED}


def remember(told: str, promises: dict[str, tuple[str, str]]) -> None:
    for line in told.splitlines():
        step, case_id, number = line.split()
        promises[case_id] = step, number


def loop(folder: Path, rounds: int) -> Found:
    """SIGKILL at a random moment, again and again on the same file."""
    chance = random.Random(2026)
    found, promises = Found(), dict[str, tuple[str, str]]()
    for turn in range(rounds):

        def work(store: Store, tell: Tell, turn: int = turn) -> None:
            for n in range(1_000_000):
                submit(store, f"case-{turn}-{n}", tell)

        opening = turn % 4 == 0  # these may be killed while the store opens
        patience = chance.uniform(0.01, 0.1)
        remember(in_a_child(folder, work, patience, first=not opening), promises)
        found.kills += 1
        compare(folder, promises, found)
    return found


def sweep(folder: Path, rounds: int) -> Found:
    """SIGKILL at the first, second, third … point of one submission, until one runs through."""
    found, promises = Found(), dict[str, tuple[str, str]]()
    for point in range(1, rounds):

        def work(store: Store, tell: Tell, point: int = point) -> None:
            points = iter(range(1, 1_000_000))

            def perhaps(*_: object) -> None:
                if next(points) == point:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(store._database._engine, "commit", perhaps)
            raw = store._database._engine.raw_connection()
            driver: Any = raw.driver_connection
            raw.close()
            driver.set_trace_callback(perhaps)  # before every statement, whoever asks for it
            submit(store, f"case-{point}", tell)
            perhaps()
            tell("through", "-", "-")

        told = in_a_child(folder, work, None)
        ended = "through" in told
        remember(told.replace("through - -\n", ""), promises)
        found.kills += not ended
        compare(folder, promises, found)
        if ended:
            return found
    found.notes.append("the sweep never ran through")
    return found


def control(folder: Path, rounds: int) -> Found:
    """The mistake on purpose."""
    found, promises = Found(), dict[str, tuple[str, str]]()
    for turn in range(rounds):

        def work(store: Store, tell: Tell, turn: int = turn) -> None:
            submit(store, f"case-{turn}", tell)

        remember(in_a_child(folder, work, None, TwoTransactions), promises)
        found.kills += 1
        compare(folder, promises, found)
    return found


if __name__ == "__main__":
    way, where, times = sys.argv[1:]
    result = {"loop": loop, "sweep": sweep, "control": control}[way](Path(where), int(times))
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
