"""Devices × faults: every kind, over its own line, under every fault of the catalogue.

`python -m tests.devices.matrix [KIND …]` prints the table. A cell says what status said and what became of the work:
the right answer, a named fault, or unknown. Wrong is: a success that did not happen, an effect that happened twice or
although it was said not to have, an answer after its deadline, and not being well again within five seconds.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Literal

from devices.model import DeviceError
from devices.registry import KINDS, all_faults
from devices.simulation.faults import NAMES
from tests.devices.matrix_rows import ROWS, Row
from tests.devices.running import Running

WELL_SECONDS: Final = 5.0
SLOWER = 1.0
"""How many times slower than a quiet machine this one may be; the tests allow more than the table does."""
SIMULATORS: Final = 7
"""How many of one kind play at the same time: a cell waits much and computes little."""

NEVER_OK: Final = frozenset({"silence", "stuck", "swapped"})
"""Under these nothing the device says arrives, so nobody may call it well."""


@dataclass
class Cell:
    """One kind under one fault."""

    kind: str
    fault: str
    status: str = ""
    work: str = ""
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def kind_of(label: str) -> str:
    """A row may play a kind under a condition: "ticket-printer without status"."""
    return label.partition(" ")[0]


def cells(kind: str, folder: Path, faults: tuple[str, ...] = NAMES, row: Row | None = None) -> list[Cell]:
    """Play faults on one kind."""
    row = row or ROWS[kind]
    free: SimpleQueue[Running] = SimpleQueue()
    processes = [Running(kind_of(kind), folder / str(number), *row.arguments) for number in range(SIMULATORS)]
    for process in processes:
        free.put(process)

    def play(fault: str) -> Cell:
        process = free.get()
        try:
            return _Play(kind, row, process, fault).cell()
        finally:
            free.put(process)

    try:
        with ThreadPoolExecutor(SIMULATORS) as pool:
            return list(pool.map(play, faults))
    finally:
        for process in processes:
            process.end()


class _Play:
    """One cell being played."""

    def __init__(self, kind: str, row: Row, process: Running, fault: str) -> None:
        self._kind = kind
        self._row = row
        self._process = process
        self._result = Cell(kind, fault)
        self._truth: dict[str, object] = {}

    def cell(self) -> Cell:
        self._reset()
        self._truth = self._healthy("before")
        self._ask()
        self._reset()
        self._healthy("again")
        self._work()
        return self._result

    def _reset(self) -> None:
        self._process.fault("none")
        self._process.do("unplug")
        self._process.do("replug")
        for order in self._row.orders:
            self._process.do(str(order["do"]), **{name: value for name, value in order.items() if name != "do"})
        time.sleep(self._row.settle_seconds)

    def _healthy(self, when: str) -> dict[str, object]:
        """Connect until the device is well, as a worker would."""
        began, last = time.monotonic(), ""
        while time.monotonic() - began < WELL_SECONDS * SLOWER:
            try:
                driver = self._connect()
                try:
                    state = driver.status()
                finally:
                    driver.close()
                if state.fault() is None and self._row.ready(state):
                    return dict(state.as_json())
                last = str(state.fault() or state)
            except DeviceError as error:
                last = str(error)
            time.sleep(0.05)
        self._wrong(f"not well {when}: {last}")
        return {}

    def _connect(self) -> Any:  # noqa: ANN401 - the driver of whatever kind
        return KINDS[kind_of(self._kind)].connect(self._process.address, self._row.options)

    def _connected(self) -> Any:  # noqa: ANN401 - as above
        """As a worker would: another thread that just forks holds every open line for a moment."""
        for attempt in range(5):
            try:
                return self._connect()
            except DeviceError as error:
                if attempt == 4:
                    self._wrong(f"cannot connect: {error}")
                time.sleep(0.1)
        return None

    def _ask(self) -> None:
        """Put the fault on and ask how the device is."""
        self._process.fault(self._result.fault)
        began = time.monotonic()
        try:
            driver = self._connect()
            try:
                state = driver.status()
            finally:
                driver.close()
            fault = state.fault()
            self._result.status = fault.key if fault else "well"
            lies = {
                name: value
                for name, value in state.as_json().items()
                if fault is None
                and name not in self._row.passing
                and value not in (self._truth.get(name), "unknown", None)
            }
            if lies and self._result.fault not in self._row.undetectable:
                self._wrong(f"status lies: {lies}")
        except DeviceError as error:
            self._result.status = error.fault.key
        self._took("status", time.monotonic() - began, self._row.status_seconds)
        if self._result.status == "well" and self._result.fault in NEVER_OK and not self._row.faults_lie_behind:
            self._wrong("well, but nothing arrived")
        if self._result.status not in {"well", *all_faults()}:
            self._wrong(f"a fault nobody knows: {self._result.status}")

    def _work(self) -> None:
        """A healthy device, then the fault, then the work once."""
        before = self._effects()
        driver = self._connected()
        if driver is None:
            return
        self._process.fault(self._result.fault)
        began = time.monotonic()
        verdict: Literal["done", "not done", "unknown"]
        try:
            result = self._row.work(driver)
            verdict = self._row.verdict(result)
            self._result.work = verdict
        except DeviceError as error:
            verdict, self._result.work = "unknown", error.fault.key
        finally:
            driver.close()
        self._took("work", time.monotonic() - began, self._row.work_seconds)
        self._process.fault("none")
        self._process.do("replug")
        began = time.monotonic()
        self._healthy("after")
        self._result.seconds = time.monotonic() - began
        self._judge(verdict, self._effects() - before)

    def _judge(self, verdict: str, effects: int) -> None:
        if self._row.effects is None:
            return
        if effects > 1:
            self._wrong(f"done {effects} times")
        if verdict == "done" and effects != 1:
            self._wrong("called done, but nothing happened")
        if verdict == "not done" and effects:
            self._wrong("called not done, but it happened")

    def _effects(self) -> int:
        return int(self._process.do("state")[self._row.effects]) if self._row.effects else 0

    def _took(self, what: str, seconds: float, allowed: float) -> None:
        if seconds > allowed * SLOWER:
            self._wrong(f"{what} took {seconds:.1f} s")

    def _wrong(self, what: str) -> None:
        self._result.wrong.append(f"{self._kind} under {self._result.fault}: {what}")


def table(found: Mapping[str, list[Cell]]) -> str:
    """One line a fault, one column a kind: status / work, and ! where something is wrong."""
    said = {kind: {cell.fault: _words(cell) for cell in played} for kind, played in found.items()}
    widths = {kind: max(len(kind), *(len(words) for words in column.values())) for kind, column in said.items()}
    lines = [" | ".join(("fault".ljust(18), *(kind.ljust(widths[kind]) for kind in said)))]
    lines.append("-" * len(lines[0]))
    lines += [
        " | ".join((fault.ljust(18), *(said[kind].get(fault, "").ljust(widths[kind]) for kind in said)))
        for fault in NAMES
    ]
    return "\n".join(lines)


def _words(cell: Cell) -> str:
    return f"{'! ' if cell.wrong else ''}{cell.status} / {cell.work}"


def main(kinds: list[str]) -> int:
    """Play and print; 1 if anything is wrong."""
    played: Callable[[str], list[Cell]]
    with tempfile.TemporaryDirectory() as folder:
        played = lambda kind: cells(kind, Path(folder) / kind)  # noqa: E731 - the folder is known here only
        with ThreadPoolExecutor(3) as pool:
            chosen = kinds or sorted(ROWS)
            found = dict(zip(chosen, pool.map(played, chosen), strict=True))
    print(table(found))
    wrong = [line for column in found.values() for cell in column for line in cell.wrong]
    print("\n".join(("", *wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
