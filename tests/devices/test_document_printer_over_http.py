"""The real driver against the simulated network printer: no page of one citizen in the hands of the next."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from devices.document_printer.driver import KIND, Document, IppPrinter, PrintOutcome
from devices.document_printer.ipp_client import Bounds
from devices.document_printer.sample import sample_document
from devices.driving import as_owner
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recorder import Recorder
from devices.simulation.faults import NAMES
from tests.devices.conftest import Start, open_files
from tests.devices.running import Running

QUICK: dict[str, object] = {"answer_seconds": 0.5, "grace_seconds": 0.2}
EIGHT_HOURS = 8 * 3600.0


@pytest.fixture(scope="module")
def process(start: Start) -> Running:
    return start("document-printer", "--seconds-a-side", "0.06")


def calm(process: Running) -> Running:
    process.fault("none")
    process.do("unplug")
    for order in (
        "replug", "refill", "cover_close", "clear_jam", "toner_replace", "tray_in", "output_empty", "mend", "resume",
        "accept_jobs", "give_up_jobs", "remark",
    ):  # fmt: skip
        process.do(order)
    process.do("jam_at", side=0)
    process.do("pass", seconds=EIGHT_HOURS)
    return process


@pytest.fixture
def printer(process: Running) -> Running:
    """A printer in its first state, with nothing waiting in it."""
    return calm(process)


@contextmanager
def connected(process: Running, **options: object) -> Iterator[IppPrinter]:
    driver: IppPrinter = as_owner(lambda: KIND.connect(process.address, {**QUICK, **options}))()
    try:
        driver.status()  # as a worker does
        yield driver
    finally:
        driver.close()


def print_on(
    driver: IppPrinter, pages: int = 3, seconds: float = 6.0, stop: Callable[[], bool] = lambda: False
) -> PrintOutcome:
    return driver.print_document(sample_document("test", pages), Deadline.after(seconds), stop)


def nothing_more_comes_out(process: Running) -> int:
    """How many sides are out; and after a night with the doors closed it is the same number."""
    for order in ("clear_jam", "refill", "cover_close", "resume"):
        process.do(order)
    now = process.do("state")
    later = process.do("pass", seconds=EIGHT_HOURS)
    assert later["waiting"] == []
    assert later["sides"] == now["sides"]
    return int(later["sides"])


# --- what it says of itself ----------


def test_a_well_printer_is_well_and_says_so_quickly(printer: Running) -> None:
    with connected(printer) as driver:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            driver.status()
            took.append(time.perf_counter() - began)
        assert min(took) < 0.05
        state = driver.status()
        assert state.fault() is None
        assert state.as_json() == {
            "online": True, "activity": "idle", "paper": "full", "toner": "full", "cover": "closed", "jammed": False,
            "tray_missing": False, "output_full": False, "paused": False, "accepting": True, "broken": False,
            "jobs_left": 0, "remarks": (),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("order", "part", "value", "key"),
    [
        ("paper_out", "paper", "out", "paper_out"),
        ("paper_low", "paper", "low", None),
        ("toner_out", "toner", "out", "toner_out"),
        ("toner_low", "toner", "low", None),
        ("cover_open", "cover", "open", "cover_open"),
        ("jam", "jammed", True, "jammed"),
        ("tray_out", "tray_missing", True, "tray_missing"),
        ("output_full", "output_full", True, "output_full"),
        ("break", "broken", True, "hardware_error"),
        ("reject_jobs", "accepting", False, "not_accepting"),
    ],
)
def test_what_is_wrong_is_seen_and_nothing_is_sent_to_a_printer_that_cannot_print(
    printer: Running, order: str, part: str, value: object, key: str | None
) -> None:
    with connected(printer) as driver:
        before = printer.do(order)
        assert driver.status().as_json()[part] == value
        outcome = print_on(driver, pages=1)
        after = printer.do("state")
        if key is None:
            assert outcome.result == "printed"
            assert after["sides"] == before["sides"] + 1
        else:
            assert outcome.result == "failed"
            assert outcome.pages_out == 0
            assert outcome.fault is not None
            assert outcome.fault.key == f"document_printer.{key}"
            assert len(after["jobs"]) == len(before["jobs"]) or after["jobs"][-1] == before["jobs"][-1]


def test_a_remark_does_not_stop_one_that_goes_on(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("remark", keyword="media-empty-report")
        state = driver.status()
        assert (state.fault(), state.paper, state.remarks) == (None, "low", ("media-empty-report",))
        assert print_on(driver).result == "printed"


# --- a document and its evidence ----------


def test_a_printed_document_is_as_many_sides_as_it_has_pages_times_copies(printer: Running) -> None:
    with connected(printer) as driver:
        before = printer.do("state")["sides"]
        document = sample_document("test", 3)
        twice = Document(document.pdf, 3, "test", two_sided=True, copies=2)
        outcome = driver.print_document(twice, Deadline.after(8))
        assert (outcome.result, outcome.pages_out, outcome.fault) == ("printed", 6, None)
        assert printer.do("state")["sides"] == before + 6
        assert driver.tally.take() == {"documents": 1, "printed": 1, "pages": 6}


@pytest.mark.parametrize(
    ("arguments", "options", "result"),
    [
        (("--counts", "no"), {}, "uncertain"),
        (("--counts", "no"), {"trusts_completed": True}, "printed"),
        (("--counts", "none"), {}, "uncertain"),
        (("--two-steps", "no"), {}, "printed"),
        (("--formats", "image/pwg-raster"), {}, "printed"),
        (("--formats", "image/urf"), {}, "failed"),
    ],
)
def test_a_printer_of_another_sort_is_never_believed_more_than_it_says(
    start: Start, arguments: tuple[str, ...], options: dict[str, object], result: str
) -> None:
    process = start("document-printer", *arguments, "--seconds-a-side", "0.02")
    with connected(process, **options) as driver:
        outcome = print_on(driver, pages=2)
        assert outcome.result == result
        assert process.do("state")["sides"] == (0 if result == "failed" else 2)


def test_a_printer_that_says_completed_with_pages_in_its_throat_is_not_believed(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("jam_at", side=2)
        printer.fault("contradiction")
        outcome = print_on(driver)
        assert (outcome.result, outcome.pages_out) == ("uncertain", 1)
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.pages_missing"


def test_a_file_the_printer_cannot_read_is_a_failure_and_somebodys_fault(printer: Running) -> None:
    with connected(printer) as driver:
        outcome = driver.print_document(Document(b"%PDF nonsense", 1, "test"), Deadline.after(5))
        assert outcome.result == "failed"
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.document_refused"


# --- nothing of one citizen for the next ----------


@pytest.mark.parametrize("two_steps", ["yes", "no"])
def test_jammed_at_every_page_it_is_withdrawn_and_nothing_of_it_comes_out_later(start: Start, two_steps: str) -> None:
    process = start("document-printer", "--seconds-a-side", "0.02", "--two-steps", two_steps)
    with connected(process) as driver:
        for side in range(1, 5):
            before = process.do("state")["sides"]
            process.do("jam_at", side=side)
            outcome = print_on(driver, pages=4)
            assert (outcome.result, outcome.pages_out) == ("failed", side - 1)
            assert outcome.fault is not None
            assert outcome.fault.key == "document_printer.jammed"
            assert nothing_more_comes_out(process) == before + side - 1
            assert print_on(driver, pages=1).result == "printed"
            state = process.do("state")
            assert state["whose"][-1] == f"suiban {state['jobs'][-1]['number']}"
            assert state["sides"] == before + side


def test_paper_that_comes_after_a_night_prints_nothing_stale(printer: Running) -> None:
    with connected(printer) as driver:
        before = printer.do("sheets", left=1)["sides"]
        outcome = print_on(driver)
        assert (outcome.result, outcome.pages_out) == ("failed", 1)
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.paper_out"
        printer.do("pass", seconds=EIGHT_HOURS)
        assert nothing_more_comes_out(printer) == before + 1
        assert driver.status().fault() is None


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, 1, 2, 5, 9, 14])
def test_unplugged_at_any_stage_it_is_never_called_printed_and_never_comes_out_later(printer: Running, at: int) -> None:
    asked = 0

    def unplugging() -> bool:
        nonlocal asked
        if asked == at:
            printer.do("unplug")
        asked += 1
        return False

    with connected(printer) as driver:
        before = printer.do("state")["sides"]
        outcome = print_on(driver, pages=60, seconds=1.5, stop=unplugging)
        assert outcome.result in {"failed", "uncertain"}
        printer.do("replug")
        out = printer.do("state")["sides"] - before
        assert outcome.pages_out in (None, out)
    with connected(printer) as driver:
        assert driver.status().jobs_left == 0
        sides = printer.do("state")["sides"]
        assert nothing_more_comes_out(printer) == sides
        assert print_on(driver, pages=1).result == "printed"
        assert printer.do("state")["sides"] == sides + 1


@pytest.mark.parametrize("answer", range(7))
def test_a_lost_answer_at_any_stage_never_prints_a_document_twice(printer: Running, answer: int) -> None:
    """The printer does what it was told and the line breaks before it can say so."""
    with connected(printer) as driver:
        before = printer.do("state")
        heard = 0

        def breaking() -> bool:
            nonlocal heard
            now = sum(printer.do("state")["requests"].values()) - sum(before["requests"].values())
            if now > answer and not heard:
                heard = 1
                printer.fault("disconnect-inside", times=1)
            elif heard == 1 and not printer.do("state")["plugged"]:
                heard = 2
                printer.do("replug")
            return False

        if answer == 0:
            printer.fault("disconnect-inside", times=1)
        outcome = print_on(driver, seconds=2.0, stop=breaking)
        printer.do("replug")
    with connected(printer):
        out = nothing_more_comes_out(printer) - before["sides"]
    assert out <= 3
    if outcome.result == "printed":
        assert out == 3
    if outcome.pages_out is not None:
        assert outcome.pages_out == out
    sent = printer.do("state")["requests"].get("SEND_DOCUMENT", 0) - before["requests"].get("SEND_DOCUMENT", 0)
    assert sent <= 1


def test_what_a_killed_terminal_left_is_cancelled_at_the_next_connection_and_others_jobs_are_not(
    printer: Running,
) -> None:
    printer.do("paper_out")
    printer.do("foreign_job", pages=1)
    with connected(printer) as killed, suppress(DeviceError):
        number = killed._talk.create_job("left behind", ())
        killed._talk.send_document(number, "application/pdf", sample_document("left").pdf, Bounds(Deadline.after(1.0)))
    assert len(printer.do("state")["waiting"]) == 2
    with connected(printer) as driver:
        assert driver.status().jobs_left == 0
        waiting = printer.do("state")["waiting"]
        assert len(waiting) == 1
        assert driver.tally.take()["cancelled"] == 1
    state = printer.do("refill")
    state = printer.do("pass", seconds=EIGHT_HOURS)
    assert state["whose"][-1].startswith("somebody")


def test_whoever_only_looks_leaves_a_document_under_way_alone(printer: Running) -> None:
    printer.do("paper_out")
    with connected(printer) as terminal, suppress(DeviceError):
        number = terminal._talk.create_job("under way", ())
        terminal._talk.send_document(number, "application/pdf", sample_document("own").pdf, Bounds(Deadline.after(1.0)))
    waiting = printer.do("state")["waiting"]
    assert len(waiting) == 1
    driver = KIND.connect(printer.address, QUICK)
    try:
        assert driver.status().jobs_left == 0
        for check in KIND.checks:
            check.run(driver, Deadline.after(3.0))
        assert printer.do("state")["waiting"] == waiting, "not looking and not printing by hand takes it away"
        printer.do("pause")
        driver.status()
        assert printer.do("state")["waiting"] == waiting
        assert KIND.by_hand(printer.address, "cancel-jobs", QUICK) == {"jobs_left": 0}
        assert printer.do("state")["waiting"] == [], "somebody said so"
    finally:
        driver.close()


def test_terminals_with_names_of_their_own_leave_each_others_documents_alone(printer: Running) -> None:
    printer.do("paper_out")
    with connected(printer, user="one") as one:
        one._talk.create_job("theirs", ())
        with connected(printer, user="two"):
            assert len(printer.do("state")["waiting"]) == 1
        with connected(printer, user="one"):
            assert printer.do("state")["waiting"] == []


def test_a_document_the_printer_will_not_give_up_stands_against_the_next_one(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("jam_at", side=2)
        printer.do("keep_jobs")
        outcome = print_on(driver, seconds=2.0)
        assert outcome.result == "uncertain"
        printer.do("pause")
        printer.do("clear_jam")
        stands = driver.status().fault()
        assert stands is not None
        assert stands.key == "document_printer.job_left"
        sent = printer.do("state")["requests"]["CREATE_JOB"]
        assert print_on(driver).result == "failed"
        assert printer.do("state")["requests"]["CREATE_JOB"] == sent
        printer.do("give_up_jobs")
        assert driver.status().fault() is None
        nothing_more_comes_out(printer)


# --- pauses and stops ----------


def test_a_paused_printer_goes_on_by_itself_once_nothing_of_ours_waits_in_it(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("pause")
        assert driver.status().fault() is None
        assert print_on(driver).result == "printed"
    with connected(printer, resume_paused=False) as driver:
        printer.do("pause")
        stands = driver.status().fault()
        assert stands is not None
        assert stands.key == "document_printer.paused"


def test_a_stop_takes_effect_within_a_tenth_of_a_second(printer: Running) -> None:
    said: list[float] = []

    def stop() -> bool:
        if printer.do("state")["sides"] - before >= 2 and not said:
            said.append(time.monotonic())
        return bool(said)

    with connected(printer) as driver:
        before = printer.do("state")["sides"]
        outcome = print_on(driver, pages=40, seconds=20, stop=stop)
        assert time.monotonic() - said[0] < 2.0
        assert outcome.result == "failed"
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.job_cancelled"
        assert nothing_more_comes_out(printer) - before == outcome.pages_out


def test_a_stop_is_heard_while_the_printer_takes_no_bytes(printer: Running) -> None:
    began = 0.0

    def stop() -> bool:
        nonlocal began
        began = began or time.monotonic()
        heard = time.monotonic() - began > 0.3
        printer.fault("none" if heard else "stuck")
        return heard

    with connected(printer) as driver:
        before = printer.do("state")["sides"]
        long = Document(sample_document("test").pdf + b"\n%" + bytes(12_000_000), 1, "test")
        outcome = driver.print_document(long, Deadline.after(9.0), stop)
        assert 0.3 < time.monotonic() - began < 2.0
        assert outcome.result == "failed"
        assert nothing_more_comes_out(printer) == before


# --- lines that fail ----------

UNREACHABLE = {"device.silent", "device.garbled", "port.lost", "port.missing"}


def said(driver: IppPrinter) -> str:
    try:
        stands = driver.status().fault()
    except DeviceError as error:
        return error.fault.key
    return stands.key if stands else "well"


@pytest.mark.parametrize("fault", NAMES)
def test_every_fault_of_the_catalogue_ends_in_time_and_status_is_true_or_a_named_fault(
    printer: Running, fault: str
) -> None:
    with connected(printer) as driver:
        printer.do("cover_open")
        printer.fault(fault)
        began = time.monotonic()
        key = said(driver)
        assert time.monotonic() - began < 0.5 + 2.0
        if fault not in {"contradiction", "flipped-bit"}:
            assert key in {"document_printer.cover_open", *UNREACHABLE}
        if fault in {"silence", "stuck", "swapped", "slow-loris"}:
            assert key == "device.silent"


def test_a_silent_printer_is_never_well(printer: Running) -> None:
    with connected(printer) as driver:
        printer.fault("silence")
        with pytest.raises(DeviceError) as silent:
            driver.status()
        assert silent.value.fault.key == "device.silent"
        outcome = print_on(driver)
        assert (outcome.result, outcome.pages_out) == ("failed", 0)


def test_nobody_there_something_else_there_and_nonsense_there_are_told_apart(printer: Running) -> None:
    printer.do("unplug")
    with pytest.raises(DeviceError) as nobody:
        KIND.connect(printer.address, QUICK)
    assert nobody.value.fault.key == "port.missing"
    for answer, key in (
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", "device.wrong_kind"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "device.wrong_kind"),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "document_printer.refused"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: 2\r\n\r\nhi", "device.garbled"),
        (b"SSH-2.0-something\r\n", "device.garbled"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n\r\n" + bytes(2_000_000), "device.garbled"),
    ):
        with somebody_else(answer) as address, pytest.raises(DeviceError) as found:
            KIND.connect(address, QUICK)
        assert found.value.fault.key == key


@pytest.mark.parametrize("address", ["ipp:", "ipp://", "ipp://host:port/x", "http:///x", "ftp://host/", "ipp://[::1/x"])
def test_an_address_that_is_none_is_refused_with_what_was_expected(address: str) -> None:
    with pytest.raises(DeviceError) as refused:
        KIND.connect(address)
    assert refused.value.fault.key == "port.address_invalid"


@contextmanager
def somebody_else(answer: bytes) -> Iterator[str]:
    """A socket that says the same to everybody, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                caller, _ = listener.accept()
                with caller:
                    caller.sendall(answer)
                    caller.shutdown(socket.SHUT_WR)
                    while caller.recv(65536):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(2)


def test_a_hundred_questions_and_failures_leave_nothing_open(printer: Running) -> None:
    with connected(printer) as driver:
        driver.status()
        before = open_files(), threading.active_count()
        for round_number in range(100):
            printer.fault(("none", "disconnect-before", "noise-before")[round_number % 3])
            with suppress(DeviceError):
                driver.status()
            printer.do("replug")
        assert (open_files(), threading.active_count()) == before


# --- the recorder, the checks, by hand ----------


def test_the_recorder_shows_states_and_nothing_of_the_document(printer: Running) -> None:
    recorder = Recorder(KIND.redaction())
    driver = KIND.connect(printer.address, QUICK, recorder)
    try:
        driver.print_document(Document(sample_document("LISI").pdf, 1, "WANGWU"), Deadline.after(5))
    finally:
        driver.close()
    shown = b"".join(frame.shown for frame in recorder.frames())
    assert b"printer-state" in shown
    assert b"job-impressions-completed" in shown
    for secret in (b"WANGWU", b"LISI", b"%PDF", b"suiban"):
        assert secret not in shown
    assert sum(frame.length for frame in recorder.frames()) > 1000


def test_the_checks_ask_without_paper_and_print_one_page(printer: Running) -> None:
    with connected(printer) as driver:
        before = printer.do("state")["sides"]
        asking, printing = KIND.checks
        assert {finding.name: finding.ok for finding in asking.run(driver, Deadline.after(5))} == {
            "status": True, "paper": True, "format": True, "jobs left": True,
        }  # fmt: skip
        assert printer.do("state")["sides"] == before
        [printed] = printing.run(driver, Deadline.after(5))
        assert printed.ok is True
        assert printer.do("state")["sides"] == before + 1


def test_by_hand_it_is_asked_described_emptied_and_tried(printer: Running) -> None:
    done = {action: KIND.by_hand(printer.address, action, QUICK) for action in KIND.actions}
    assert done["status"]["online"] is True
    assert "application/pdf" in str(done["describe"]["formats"])
    assert done["cancel-jobs"] == {"jobs_left": 0}
    assert done["print-sample"]["result"] == "printed"
    printer.do("paper_out")
    with pytest.raises(DeviceError, match=r"document_printer\.paper_out"):
        KIND.by_hand(printer.address, "print-sample", QUICK)
