"""Simulators as processes of their own on real pseudo-terminals, driven through their control sockets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.devices.running import Running

Start = Callable[..., Running]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts simulators; all of them end with the test file."""
    running: list[Running] = []

    def begin(kind: str, *arguments: str) -> Running:
        running.append(Running(kind, tmp_path_factory.mktemp(kind), *arguments))
        return running[-1]

    yield begin
    for one in running:
        one.end()


@pytest.fixture(scope="module")
def reader_process(start: Start) -> Running:
    return start("id-card-reader", "--card", "none")


@pytest.fixture
def reader(reader_process: Running) -> Running:
    """An ID-card reader in its first state."""
    reader_process.fault("none")
    reader_process.do("unplug")
    reader_process.do("replug")
    reader_process.do("lift_card")
    return reader_process


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("paper")


@pytest.fixture(scope="module")
def printer_process(start: Start, papers: Path) -> Running:
    return start("ticket-printer", "--paper", str(papers))


@pytest.fixture
def printer(printer_process: Running) -> Running:
    """A ticket printer in its first state."""
    printer_process.fault("none")
    printer_process.do("unplug")
    for order in ("replug", "refill", "cover_close", "clear_jam", "power_on"):
        printer_process.do(order)
    return printer_process


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def no_leaks() -> Iterator[None]:
    """The number of open descriptors is the same afterwards."""
    before = open_files()
    yield
    assert open_files() == before
