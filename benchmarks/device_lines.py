"""What the drivers add to the wire: printer status, card read, and from the card to the last byte of its ticket."""

import secrets
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from escpos.printer import Serial

from benchmarks.figures import milliseconds, spread, wire_seconds
from benchmarks.simulators import Simulated, on_a_tty
from contract.messages import CaseContent, Holder
from contract.suites import INTL, SealingKey
from devices.id_card_reader import driver as reader_driver
from devices.port import Deadline
from devices.recording.recorder import Recorder
from devices.ticket_printer import driver as printer_driver
from devices.worker import Worker
from kiosk import services
from kiosk.facts import Site
from kiosk.paper import tickets as papers
from kiosk.terminal.noticeboard import wall_clock
from kiosk.visit.seal import Sealer
from offline_cache.records import CaseDraft
from offline_cache.store import Store

STATUS_TARGET_MS: Final = 5.0
CARD_TARGET_MS: Final = 60.0
ROUNDS: Final = 200
CARDS: Final = 40
SITE: Final = Site("BENCH-1", {"zh-Hans": "二十四小时政务服务"}, {"zh-Hans": "一楼"}, "12345", "12345", "9:00–17:00")


def _octets(recorder: Recorder) -> int:
    return sum(frame.length for frame in recorder.frames())


# --- the printer's status ----------


def printer_status(folder: Path, baud: int) -> dict[str, Any]:
    """All four groups of DLE EOT: alone, while other devices fail, and as python-escpos asks on the same line."""
    with on_a_tty("ticket-printer", folder, baud) as printer:
        recorder = printer_driver.KIND.recorder()
        driver = printer_driver.KIND.connect(printer.address, {}, recorder)
        before = _octets(recorder)
        driver.status()
        wire = wire_seconds(_octets(recorder) - before, baud)
        alone = [_timed(driver.status) for _ in range(ROUNDS)]
        with ExitStack() as failing:
            _fail_beside(folder, failing)
            beside = [_timed(driver.status) for _ in range(ROUNDS)]
        driver.close()
        peer = _escpos(printer)
    found = {"alone": spread(alone), "while_others_fail": spread(beside)}
    target = milliseconds(wire) + STATUS_TARGET_MS
    return {
        "wire_ms": milliseconds(wire),
        "target_ms": round(target, 2),
        **found,
        "met": {name: part["median_ms"] <= target for name, part in found.items()},
        "python_escpos": peer,
    }


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _fail_beside(folder: Path, stack: ExitStack) -> None:
    """Card readers that are silent, flap, trickle and answer garbage, each with its own worker in this process."""
    for fault in ("silence", "flapping", "slow-loris", "noise-before"):
        place = folder / fault
        place.mkdir()
        reader = stack.enter_context(on_a_tty("id-card-reader", place, 0))
        reader.order("fault", name=fault)
        worker = Worker(fault, _connecting(reader), lambda _: None, poll_every=0.2)
        worker.start()
        stack.callback(worker.stop, 5.0)


def _connecting(reader: Simulated) -> Callable[[], reader_driver.IdCardReader]:
    return lambda: reader_driver.KIND.connect(reader.address)


def _escpos(printer: Simulated) -> dict[str, Any]:
    peer = Serial(devfile=printer.address.removeprefix("serial:"), baudrate=115200, timeout=1, dsrdtr=False)
    peer.open()
    online = [_timed(peer.is_online) for _ in range(3)]
    paper = [_timed(peer.paper_status) for _ in range(3)]
    printer.order("fault", name="silence")
    silent = peer.paper_status()
    printer.order("fault", name="none")
    peer.close()
    return {
        "is_online": spread(online),
        "paper_status": spread(paper),
        "silent_printer_reads_as": {2: "paper adequate", 1: "near end", 0: "no paper"}.get(silent, str(silent)),
    }


# --- the card ----------


def card_read(folder: Path, baud: int) -> dict[str, Any]:
    """Find, select, read and the newest address, from the call to the value."""
    with on_a_tty("id-card-reader", folder, baud, "--card", "none") as reader:
        recorder = reader_driver.KIND.recorder()
        driver = reader_driver.KIND.connect(reader.address, {}, recorder)
        taken, wires = [], []
        for _ in range(CARDS):
            reader.order("put_card", card="resident")
            before = _octets(recorder)
            taken.append(_timed(lambda: driver.read_card(Deadline.after(4))))
            wires.append(wire_seconds(_octets(recorder) - before, baud))
        driver.close()
    over = [took - wire for took, wire in zip(taken, wires, strict=True)]
    return {
        "wire_ms": milliseconds(wires[0]),
        "whole": spread(taken),
        "over_wire": spread(over),
        "target_over_wire_ms": CARD_TARGET_MS,
        "met": spread(over)["p99_ms"] <= CARD_TARGET_MS,
    }


# --- from the card to the ticket ----------


def card_to_ticket(folder: Path, baud: int) -> dict[str, Any]:
    """Read, seal, store with a number of the local series, claim, draw, print until the printer has proven it.

    What a citizen does between (looking at the page, touching "yes") is left out.
    """
    pipeline = _Pipeline(folder / "store.db")
    with (
        on_a_tty("id-card-reader", folder, baud, "--card", "none") as reader,
        on_a_tty("ticket-printer", folder, baud) as printer,
    ):
        records = (reader_driver.KIND.recorder(), printer_driver.KIND.recorder())
        cards = reader_driver.KIND.connect(reader.address, {}, records[0])
        tickets = printer_driver.KIND.connect(printer.address, {}, records[1])
        taken, wires, ratios = [], [], []
        for _ in range(CARDS):
            reader.order("put_card", card="resident")
            before = sum(map(_octets, records))
            taken.append(_timed(lambda: pipeline.serve(cards, tickets)))
            wires.append(wire_seconds(sum(map(_octets, records)) - before, baud))
            ratios.append(taken[-1] - 1.15 * wires[-1])
        cards.close()
        tickets.close()
    pipeline.close()
    return {
        "wire_ms": milliseconds(sorted(wires)[len(wires) // 2]),
        "whole": spread(taken),
        "over_1_15_wire": spread(ratios),
        "target_over_1_15_wire_ms": 20.0,
        "met": spread(ratios)["median_ms"] <= 20.0,
    }


class _Pipeline:
    """The product's own steps from a card to a ticket, one after the other."""

    def __init__(self, database: Path) -> None:
        self._sealer = Sealer("BENCH-1", INTL, {"bench": SealingKey.fresh().public})
        self._store = Store.open(
            database,
            secrets.token_bytes(32),
            terminal="BENCH-1",
            series="1",
            district="610117",
            terminal_number="0001",
            clock=wall_clock,
        )
        self._item = services.load(services.FOLDER).items[0]
        self._served = 0

    def serve(self, cards: reader_driver.IdCardReader, tickets: printer_driver.TicketPrinter) -> None:
        """One citizen. Raises RuntimeError where a figure would be worth nothing."""
        card = cards.read_card(Deadline.after(4))
        if card is None:
            raise RuntimeError("no card was read")
        holder = Holder(card.kind.value, card.name, card.id_number, card.sex, "", None, "", "", None, None)
        case_id, item = str(uuid.uuid4()), self._item
        draft = CaseDraft(
            case_id=case_id,
            item_kind=item.kind,
            item=item.slug,
            item_version=item.version,
            item_title="测量",
            implementation_code=item.implementation_code,
            queue=item.queue,
            masked_name="张*",
            language="zh-Hans",
            sealed=self._sealer.seal(case_id, CaseContent(holder=holder, answers={})),
        )
        kept = self._store.save_case(draft)
        self._store.tickets.claim(case_id)
        slip = papers.Slip(
            case_number=kept.case_number,
            number=kept.number,
            business_date=kept.business_date,
            filed_at=datetime.fromisoformat(kept.filed_at),
            masked_name="张*",
            promise_date=None,
            language="zh-Hans",
        )
        self._served += 1
        outcome = tickets.print_ticket(papers.ticket(slip, item, SITE), f"{self._served:04d}")
        if outcome.result != "printed":
            raise RuntimeError(f"the ticket is {outcome.result}: {outcome.fault}")

    def close(self) -> None:
        """Close the store."""
        self._store.close()
