"""Two devices change places, by cable or by the names their ports got: nobody is taken for the other."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices.events import DeviceDown, DeviceUp, StateSeen
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.model import DeviceError
from devices.port import Deadline
from devices.ticket_printer.document import Cut, Text
from devices.ticket_printer.driver import KIND as TICKET_PRINTER
from devices.ticket_printer.driver import TicketPrinter
from devices.worker import Worker
from tests.devices.running import Running


@contextmanager
def exchanged(one: Running, other: Running) -> Iterator[None]:
    """Their stable names lead to each other's line."""

    def exchange() -> None:
        aside = one.link.with_name("aside")
        one.link.rename(aside)
        other.link.rename(one.link)
        aside.rename(other.link)

    exchange()
    try:
        yield
    finally:
        exchange()


def test_a_reader_at_the_printers_port_is_not_ok_and_gets_no_ticket(reader: Running, printer: Running) -> None:
    before = printer.do("state")["tickets"]
    with exchanged(reader, printer):
        stranger = ID_CARD_READER.connect(reader.address)
        with pytest.raises(DeviceError):
            stranger.status()
        stranger.close()
        driver = TICKET_PRINTER.connect(printer.address)
        assert driver.status().fault() is not None
        assert driver.print_ticket((Text("A1-001"), Cut()), "A001").result == "failed"
        driver.close()
    assert printer.do("state")["tickets"] == before
    ID_CARD_READER.connect(reader.address).close()


def test_both_workers_know_it_and_are_well_again_when_the_cables_are_back(reader: Running, printer: Running) -> None:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    workers = (
        Worker("reader", lambda: ID_CARD_READER.connect(reader.address), events.put, backoff=(0.02, 0.1)),
        Worker[TicketPrinter](
            "printer", lambda: TICKET_PRINTER.connect(printer.address), events.put, backoff=(0.02, 0.1)
        ),
    )
    well: dict[str, bool] = {}

    def told(wanted: bool) -> None:
        until = Deadline.after(8)
        while len(well) < 2 or set(well.values()) != {wanted}:
            match events.get(timeout=until.left()):
                case DeviceUp(name=name, state=state) | StateSeen(name=name, state=state):
                    well[name] = getattr(state, "fault", lambda: None)() is None
                case DeviceDown(name=name):
                    well[name] = False

    with exchanged(reader, printer):
        for worker in workers:
            worker.start()
        told(wanted=False)
    for process in (reader, printer):
        process.do("unplug")
    for process in (reader, printer):
        process.do("replug")
    told(wanted=True)
    for worker in workers:
        assert worker.stop(3)


@pytest.mark.parametrize("kind", ["reader", "printer"])
def test_the_catalogue_plays_it_with_one_simulator(
    kind: str, reader: Running, printer: Running, no_leaks: None
) -> None:
    if kind == "reader":
        reader.fault("swapped")
        driver = ID_CARD_READER.connect(reader.address)
        with pytest.raises(DeviceError):
            driver.status()
        driver.close()
        reader.fault("none")
        again = ID_CARD_READER.connect(reader.address)
        assert again.status().fault() is None
        again.close()
    else:
        printer.fault("swapped")
        other = TICKET_PRINTER.connect(printer.address)
        assert other.status().fault() is not None
        printer.fault("none")
        assert other.status().fault() is None
        other.close()
