"""The same driver against printers and print services of others, and our simulator under a foreign test suite."""

import asyncio
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyipp
import pyipp.serializer
import pytest
from pyipp.enums import IppOperation
from pyipp.parser import parse

from devices.document_printer.driver import KIND, IppPrinter, PrintOutcome
from devices.document_printer.operations import Operation, Requests
from devices.document_printer.protocol import Delimiter, Group, Message, Tag, attribute, decode, encode
from devices.document_printer.sample import sample_document
from devices.driving import as_owner
from devices.port import Deadline
from tests.devices.conftest import Start
from tests.devices.peers import Cups, EvePrinter, cups, eve_printer, service_discovery
from tests.devices.running import Running
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def eve() -> Iterator[EvePrinter]:
    with service_discovery() as environment, eve_printer(environment) as printer:
        yield printer


@pytest.fixture(scope="module")
def service() -> Iterator[Cups]:
    with cups() as running:
        yield running


@contextmanager
def connected(address: str, **options: object) -> Iterator[IppPrinter]:
    driver: IppPrinter = as_owner(lambda: KIND.connect(address, {"grace_seconds": 1.0, **options}))()
    try:
        driver.status()  # as a worker does
        yield driver
    finally:
        driver.close()


def print_on(driver: IppPrinter, words: str, pages: int = 3, seconds: float = 15.0) -> PrintOutcome:
    return driver.print_document(sample_document(words, pages), Deadline.after(seconds))


# --- ippeveprinter ----------


def test_a_foreign_printer_is_well_takes_a_document_once_and_its_count_is_the_evidence(eve: EvePrinter) -> None:
    eve.mood("well", sides=3)
    with connected(eve.address) as driver:
        assert driver.status().fault() is None
        assert not driver.capabilities.is_queue
        before = len(eve.kept())
        outcome = print_on(driver, "evidence")
        assert (outcome.result, outcome.pages_out) == ("printed", 3)
        assert eve.kept()[before:] == [sample_document("evidence", 3).pdf]


@pytest.mark.parametrize(
    ("mood", "trusts", "result"),
    [("short", True, "uncertain"), ("uncounted", False, "uncertain"), ("uncounted", True, "printed")],
)
def test_a_foreign_completed_is_believed_as_far_as_it_counts(
    eve: EvePrinter, mood: str, trusts: bool, result: str
) -> None:
    eve.mood(mood)
    with connected(eve.address, trusts_completed=trusts) as driver:
        assert print_on(driver, mood).result == result


def test_a_foreign_printer_that_does_not_end_in_time_gets_its_job_withdrawn(eve: EvePrinter) -> None:
    eve.mood("slow")
    with connected(eve.address) as driver:
        outcome = print_on(driver, "slow", seconds=4.5)
        assert outcome.result in {"failed", "uncertain"}
        eve.mood("well", sides=1)
        assert driver.purge() == 0
        before = len(eve.kept())
        assert print_on(driver, "next", pages=1).result == "printed"
        assert eve.kept()[before:] == [sample_document("next", 1).pdf]


def test_a_foreign_printers_empties_are_remarks_as_long_as_it_goes_on(eve: EvePrinter) -> None:
    eve.mood("well", sides=3)
    with connected(eve.address) as driver:
        with urllib.request.urlopen(f"http://localhost:{eve.port}/supplies?supply1=0", timeout=5) as page:
            page.read()
        until(lambda: driver.status().toner == "low", "toner that is low", state=driver.status)
        state = driver.status()
        assert (state.fault(), state.toner) == (None, "low")
        assert state.remarks == ("toner-empty-report",)
        assert print_on(driver, "remarks").result == "printed"


# --- CUPS ----------


def test_through_a_queue_completed_means_transmitted_unless_a_technician_knows_better(
    eve: EvePrinter, service: Cups
) -> None:
    eve.mood("well", sides=3)
    queue = service.queue("eve", eve.address)
    with connected(queue) as driver:
        assert driver.capabilities.is_queue
        assert driver.status().fault() is None
        before = len(eve.kept())
        outcome = print_on(driver, "queue")
        assert (outcome.result, outcome.evidence) == ("uncertain", "transmitted to the printer")
        assert len(eve.kept()) == before + 1
    with connected(queue, trusts_completed=True) as driver:
        outcome = print_on(driver, "queue")
        assert (outcome.result, outcome.pages_out) == ("printed", 3)


@pytest.fixture(scope="module")
def behind(start: Start) -> Running:
    return start("document-printer", "--seconds-a-side", "0.05")


@pytest.fixture
def queue(service: Cups, behind: Running) -> str:
    """A queue in front of our simulated printer, both in their first state."""
    for order in ("replug", "clear_jam", "refill", "resume"):
        behind.do(order)
    return service.queue("behind", behind.address)


def test_a_jam_behind_a_queue_is_seen_and_withdrawn_from_queue_and_printer(queue: str, behind: Running) -> None:
    with connected(queue, trusts_completed=True) as driver:
        before = behind.do("jam_at", side=2)["sides"]
        outcome = print_on(driver, "jam")
        assert outcome.result == "uncertain"
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.jammed"
        until(lambda: not behind.do("state")["waiting"], "the withdrawal at the printer")
        behind.do("clear_jam")
        assert behind.do("pass", seconds=8 * 3600)["sides"] == before + 1
        assert print_on(driver, "next", pages=1).result == "printed"
        assert behind.do("state")["sides"] == before + 2


def test_a_printer_unplugged_behind_a_queue_prints_nothing_stale_when_it_is_back(queue: str, behind: Running) -> None:
    with connected(queue, trusts_completed=True) as driver:
        before = behind.do("state")["sides"]
        behind.do("unplug")
        outcome = print_on(driver, "gone", seconds=4.5)
        assert outcome.result in {"failed", "uncertain"}
        assert driver.purge() == 0
        behind.do("replug")
        time.sleep(1.5)
        assert behind.do("pass", seconds=8 * 3600)["sides"] == before
        assert print_on(driver, "next", pages=1).result == "printed"
        assert behind.do("state")["sides"] == before + 1


def test_a_paused_queue_goes_on_by_itself(queue: str, service: Cups, behind: Running) -> None:
    service.command("cupsdisable", "behind")
    with connected(queue, resume_paused=False) as driver:
        # CUPS stops once the program of the job before has ended, which may be after that job has
        stands = until(lambda: driver.status().fault(), "a queue that stands", state=driver.status)
        assert stands.key == "document_printer.paused"
    with connected(queue, trusts_completed=True) as driver:
        assert driver.status().fault() is None
        assert print_on(driver, "resumed").result == "printed"


# --- codec and simulator beside those of others ----------


def test_a_foreign_codec_reads_what_we_write_and_we_read_what_it_writes() -> None:
    theirs = pyipp.serializer.encode_dict(
        {
            "version": (2, 0),
            "operation": IppOperation.GET_PRINTER_ATTRIBUTES,
            "request-id": 77,
            "operation-attributes-tag": {
                "attributes-charset": "utf-8",
                "attributes-natural-language": "en",
                "printer-uri": "ipp://printer:631/ipp/print",
                "requested-attributes": ["printer-state", "printer-state-reasons"],
            },
        }
    )
    ours, _ = decode(theirs)
    assert (ours.code, ours.request_id, ours.version) == (Operation.GET_PRINTER_ATTRIBUTES, 77, 0x0200)
    assert next(ours.contents(Delimiter.OPERATION))["requested-attributes"] == (
        "printer-state",
        "printer-state-reasons",
    )
    assert encode(ours) == theirs
    spoken = (attribute("attributes-charset", Tag.CHARSET, "utf-8"),)
    told = (
        attribute("printer-state", Tag.ENUM, 5),
        attribute("printer-state-reasons", Tag.KEYWORD, "media-jam-error", "toner-low"),
        attribute("printer-is-accepting-jobs", Tag.BOOLEAN, 1),
    )
    read = parse(
        encode(Message(0, 5, (Group(Delimiter.OPERATION, spoken), Group(Delimiter.PRINTER, told)))), contains_data=False
    )
    [printer] = read["printers"]
    assert printer["printer-state-reasons"] == ["media-jam-error", "toner-low"]
    assert printer["printer-is-accepting-jobs"] is True
    assert read["request-id"] == 5


def test_a_foreign_client_understands_our_simulated_printer(behind: Running) -> None:
    async def asked() -> pyipp.Printer:
        host, port = str(behind.ready["port"]).split(":")
        async with pyipp.IPP(host=host, port=int(port), base_path="/ipp/print") as client:
            return await client.printer()

    behind.do("replug")
    printer = asyncio.run(asked())
    assert printer.state.printer_state == "idle"
    assert printer.info.name


@pytest.mark.parametrize("suite", ["get-printer-attributes.test", "ipp-1.1.test"])
def test_our_simulated_printer_passes_a_foreign_suite(start: Start, tmp_path: Path, suite: str) -> None:
    process = start("document-printer", "--seconds-a-side", "0.02")
    for name in ("sample.pdf", "document-a4.pdf"):
        (tmp_path / name).write_bytes(sample_document("suite").pdf)
    done = subprocess.run(
        ["ipptool", "-t", "-f", str(tmp_path / "sample.pdf"), process.address, suite],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "[PASS]" in done.stdout
    assert "[FAIL]" not in done.stdout


def test_a_foreign_suite_notices_a_printer_that_answers_wrongly(start: Start, tmp_path: Path) -> None:
    process = start("document-printer")
    process.do("reject_jobs")
    (tmp_path / "sample.pdf").write_bytes(sample_document("suite").pdf)
    done = subprocess.run(
        ["ipptool", "-t", "-f", str(tmp_path / "sample.pdf"), process.address, "print-job.test"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "[FAIL]" in done.stdout


def test_a_request_of_ours_is_what_the_foreign_codec_would_send() -> None:
    ours = encode(Requests("ipp://printer:631/ipp/print", "suiban").printer_attributes("printer-state"))
    read = parse(ours, contains_data=False)
    assert read["operation-attributes"]["printer-uri"] == "ipp://printer:631/ipp/print"
    assert read["operation-attributes"]["requesting-user-name"] == "suiban"
