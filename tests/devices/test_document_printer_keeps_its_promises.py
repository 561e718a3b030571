"""Many documents of many citizens, with something going wrong every other time: what is said is what came out."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from devices.document_printer.driver import KIND, IppPrinter, PrintOutcome
from devices.document_printer.sample import sample_document
from devices.driving import as_owner
from devices.events import DeviceDown, DeviceUp
from devices.model import DeviceError
from devices.port import Deadline
from devices.worker import Worker
from tests.devices.conftest import Start
from tests.devices.running import Running

OPTIONS: dict[str, object] = {"answer_seconds": 0.3, "grace_seconds": 0.15}
NIGHT = 8 * 3600.0
TROUBLES = ("jam", "paper", "cover", "unplug", "stop", "lost answer", "silence", "contradiction")


@dataclass
class Walk:
    """Prints documents one after the other on one simulated printer and remembers what was wrong."""

    process: Running
    chance: random.Random
    results: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def go(self, documents: int) -> None:
        for number in range(documents):
            trouble = self.chance.choice((*TROUBLES, *[""] * len(TROUBLES)))
            self.one(f"{number} {trouble}", trouble)

    def one(self, name: str, trouble: str) -> None:
        pages = self.chance.randint(1, 4)
        self._mend()
        driver = self._connected()
        before = self._jobs()
        when = self.chance.randint(1, 6)
        if trouble == "jam":
            self.process.do("jam_at", side=self.chance.randint(1, pages))
        if trouble == "paper":
            self.process.do("sheets", left=self.chance.randint(1, pages))
        stop = self._at(when, trouble)
        outcome = driver.print_document(sample_document(name, pages), Deadline.after(1.5), stop)
        driver.close()
        self.results[outcome.result] = self.results.get(outcome.result, 0) + 1
        self._judge(name, outcome, pages, before)

    def _at(self, when: int, trouble: str) -> Callable[[], bool]:
        asked = 0

        def stop() -> bool:
            nonlocal asked
            asked += 1
            if asked == when:
                match trouble:
                    case "cover":
                        self.process.do("cover_open")
                    case "unplug":
                        self.process.do("unplug")
                    case "lost answer":
                        self.process.fault("disconnect-inside", times=1)
                    case "silence" | "contradiction":
                        self.process.fault(trouble)
            return trouble == "stop" and asked >= when

        return stop

    def _judge(self, name: str, outcome: PrintOutcome, pages: int, before: list[dict[str, Any]]) -> None:
        at_once = self._new(before)
        self._mend()
        self._connected().close()
        settled = self._new(before)
        self.process.do("pass", seconds=NIGHT)
        later = self._new(before)
        out = sum(job["out"] for job in later)
        if len(later) > 1 or out > pages:
            self.wrong.append(f"{name}: printed more than once: {later}")
        if out != sum(job["out"] for job in settled):
            self.wrong.append(f"{name}: came out in the night after {outcome}")
        if outcome.result == "printed" and out != pages:
            self.wrong.append(f"{name}: {out} of {pages} sides, yet {outcome}")
        if outcome.result == "failed" and out not in (outcome.pages_out, sum(job["out"] for job in at_once)):
            self.wrong.append(f"{name}: {out} sides came out after {outcome}")
        if outcome.result == "failed" and out == pages:
            self.wrong.append(f"{name}: whole, yet {outcome}")

    def _mend(self) -> None:
        self.process.fault("none")
        for order in ("replug", "clear_jam", "cover_close"):
            self.process.do(order)
        self.process.do("jam_at", side=0)

    def _connected(self) -> IppPrinter:
        """What a worker does: the next connection cancels first, then somebody fills the tray."""
        driver: IppPrinter = as_owner(lambda: KIND.connect(self.process.address, OPTIONS))()
        driver.status()
        self.process.do("refill")
        return driver

    def _jobs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.process.do("state")["jobs"]
        return found

    def _new(self, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = {job["number"] for job in before}
        return [job for job in self._jobs() if job["number"] not in known]


@pytest.mark.slow
def test_in_many_documents_with_troubles_none_doubles_lies_or_comes_out_for_the_next(start: Start) -> None:
    walk = Walk(start("document-printer", "--seconds-a-side", "0.03"), random.Random(3))
    walk.go(30)
    assert walk.wrong == []
    assert set(walk.results) == {"printed", "failed", "uncertain"}
    assert walk.results["printed"] >= 12


def test_a_printer_that_prints_in_the_night_is_noticed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IppPrinter, "_cancel_all", lambda self, **_: setattr(self, "_left", 0))
    monkeypatch.setattr("devices.document_printer.attempt.Attempt.withdraw", lambda _self, _deadline: True)
    walk = Walk(start("document-printer", "--seconds-a-side", "0.03"), random.Random(3))
    for number in range(4):
        walk.one(str(number), "jam")
    assert any("came out" in wrong for wrong in walk.wrong)


@pytest.mark.slow
def test_a_printer_that_went_away_is_back_by_itself_and_what_it_held_is_cancelled(start: Start) -> None:
    process = start("document-printer")
    events: SimpleQueue[object] = SimpleQueue()
    worker = Worker("document_printer", as_owner(lambda: KIND.connect(process.address, OPTIONS)), events.put)
    worker.start()
    try:
        assert isinstance(events.get(timeout=5), DeviceUp)
        process.do("paper_out")
        left = KIND.connect(process.address, OPTIONS)
        left._talk.create_job("left behind", ())
        left.close()
        assert len(process.do("state")["waiting"]) == 1
        process.do("unplug")
        began = time.monotonic()
        while not isinstance(events.get(timeout=5), DeviceDown):
            pass
        assert time.monotonic() - began < 1.5
        process.do("replug")
        began = time.monotonic()
        while not isinstance(events.get(timeout=6), DeviceUp):
            pass
        assert time.monotonic() - began < 5.0
        assert process.do("state")["waiting"] == []
    finally:
        assert worker.stop(2)


def test_an_address_nobody_answers_at_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as nobody:
        KIND.connect("ipp://127.0.0.1:9/ipp/print", OPTIONS)
    assert nobody.value.fault.key == "port.missing"
    assert "127.0.0.1:9" in nobody.value.fault.detail
