"""A cabinet's contacts: wiring both ways, what a cut wire means, who must act; and every fault over a tty."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices.cabinet.driver import KIND, Cabinet
from devices.cabinet.protocol import Contacts, Switch, Wiring, bits_of, contacts_of
from devices.cabinet.state import ACTIONS, FAULTS, CabinetState, fault_of_code, state_of
from devices.kind import Level
from devices.model import Cover, DeviceError
from devices.parts import modbus
from devices.port import Deadline
from devices.simulation.faults import NAMES
from tests.devices.conftest import Start
from tests.devices.running import Running

WIRINGS = (
    Wiring(),
    Wiring(door=5, maintenance=0, supervisor=1, tamper=9),
    Wiring(door_closed_when="clear", tamper=3, tamper_when="set"),
)


@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_combination_of_contacts_both_ways(wiring: Wiring) -> None:
    tampering = (None,) if wiring.tamper < 0 else (False, True)
    for door, switch, tampered in itertools.product((Cover.OPEN, Cover.CLOSED), Switch, tampering):
        contacts = Contacts(door, switch, tampered)
        assert contacts_of(bits_of(contacts, wiring), wiring) == contacts


def test_what_is_not_fitted_is_neither_closed_nor_unknown() -> None:
    wiring = Wiring(door=-1, maintenance=-1, supervisor=-1)
    assert contacts_of((True,), wiring) == Contacts(None, None, None)
    assert state_of(Contacts(None, None, None)).fault() is None


def test_a_switch_of_two_positions_needs_one_input() -> None:
    wiring = Wiring(supervisor=-1)
    assert contacts_of((True, True), wiring).switch is Switch.MAINTENANCE
    assert contacts_of((True, False), wiring).switch is Switch.RUN


def test_cut_wires_read_as_an_open_door_and_as_tampering() -> None:
    found = state_of(contacts_of((False,) * 4, Wiring(tamper=3)))
    assert (found.door, found.tampered) == (Cover.OPEN, True)
    fault = found.fault()
    assert fault is not None
    assert fault.key == "cabinet.tampered"


@pytest.mark.parametrize(
    ("door", "switch", "key"),
    [
        (Cover.CLOSED, Switch.RUN, None),
        (Cover.OPEN, Switch.RUN, "cabinet.door_open"),
        (Cover.OPEN, None, "cabinet.door_open"),
        (Cover.OPEN, Switch.MAINTENANCE, None),
        (Cover.OPEN, Switch.SUPERVISOR, None),
        (Cover.OPEN, Switch.UNKNOWN, "cabinet.switch_unclear"),
        (Cover.CLOSED, Switch.UNKNOWN, "cabinet.switch_unclear"),
    ],
)
def test_an_open_door_is_a_fault_only_while_nobody_works_inside(
    door: Cover, switch: Switch | None, key: str | None
) -> None:
    fault = CabinetState(door, switch, tampered=False).fault()
    assert (fault.key if fault else None) == key


@pytest.mark.parametrize("code", [*modbus.EXCEPTIONS, 0x63])
def test_every_refusal_is_mapped_to_somebody(code: int) -> None:
    fault = fault_of_code(code)
    assert fault.key in FAULTS
    assert fault.action is ACTIONS[fault.key]


@pytest.fixture(scope="module")
def board_process(start: Start) -> Running:
    return start("cabinet", "--tamper", "3")


@pytest.fixture
def board(board_process: Running) -> Running:
    """A closed cabinet whose switch stands at run."""
    board_process.fault("none")
    board_process.do("unplug")
    board_process.do("replug")
    board_process.do("door_close")
    board_process.do("switch", to="run")
    board_process.do("tamper", on=False)
    board_process.do("refuse", code=0)
    return board_process


@contextmanager
def connected(board: Running, **options: object) -> Iterator[Cabinet]:
    cabinet = KIND.connect(board.address, {"tamper": 3} | options)
    try:
        yield cabinet
    finally:
        cabinet.close()


def test_door_switch_and_tampering_are_seen(board: Running) -> None:
    with connected(board) as cabinet:
        assert cabinet.status().as_json() == {"door": "closed", "switch": "run", "tampered": False}
        board.do("door_open")
        board.do("switch", to="maintenance")
        assert cabinet.status().as_json() == {"door": "open", "switch": "maintenance", "tampered": False}
        board.do("tamper")
        assert cabinet.status().tampered
        assert cabinet.tally.take() == {"door_openings": 1}


def test_a_board_that_refuses_is_no_closed_door(board: Running) -> None:
    board.do("refuse", code=2)
    with connected(board) as cabinet, pytest.raises(DeviceError, match=r"cabinet\.question_refused"):
        cabinet.status()


def test_another_unit_is_not_our_cabinet(board: Running) -> None:
    with connected(board, unit=2) as cabinet, pytest.raises(DeviceError, match=r"device\.silent"):
        cabinet.status()


def test_the_internal_check_only_asks(board: Running) -> None:
    (check,) = (one for one in KIND.checks if one.level is Level.INTERNAL)
    with connected(board) as cabinet:
        assert [(one.name, one.ok, one.found) for one in check.run(cabinet, Deadline.after(2))] == [
            ("contacts", True, "ready"), ("door", None, "closed"), ("switch", None, "run")
        ]  # fmt: skip
        board.do("door_open")
        assert check.run(cabinet, Deadline.after(2))[0].found == "cabinet.door_open"


def test_the_interactive_check_waits_for_a_hand(board: Running) -> None:
    (check,) = (one for one in KIND.checks if one.level is Level.INTERACTIVE)
    with connected(board) as cabinet:
        (nothing,) = check.run(cabinet, Deadline.after(0.2))
        assert (nothing.ok, nothing.found) == (False, "none")
        hand = threading.Timer(0.3, lambda: board.do("switch", to="supervisor"))
        hand.start()
        (moved,) = check.run(cabinet, Deadline.after(5))
        hand.join()
        assert (moved.ok, moved.found) == (True, "switch")


HARMLESS = {"noise-before", "noise-after", "glued", "pieces", "echo", "duplicate", "disconnect-after"}
DAMAGED = {"dropped-byte", "noise-inside", "flipped-bit", "short-length", "huge-length"}
ONCE = DAMAGED | {"silence", "late-answer", "reboot"}
NOBODY = {"silence", "flipped-bit", "slow-loris", "baud-mismatch", "stuck", "swapped"}
LOST = {"disconnect-before", "disconnect-inside", "renumbered", "flapping"}


@pytest.mark.parametrize("fault", sorted(HARMLESS | ONCE))
def test_a_fault_that_passes_does_not_hide_an_open_door(board: Running, fault: str) -> None:
    board.do("door_open")
    with connected(board) as cabinet:
        board.fault(fault, times=1)
        try:
            assert cabinet.status().door is Cover.OPEN
        except DeviceError as error:
            assert error.fault.key in {"device.silent", "device.garbled"}  # noqa: PT017 - unknown is right as well


@pytest.mark.parametrize("fault", sorted(NOBODY))
def test_a_board_that_is_not_understood_is_unknown_in_time(board: Running, fault: str) -> None:
    with connected(board) as cabinet:
        board.fault(fault)
        began = time.monotonic()
        with pytest.raises(DeviceError, match=r"device\.(silent|garbled)"):
            cabinet.status()
        assert time.monotonic() - began < 4.0


@pytest.mark.parametrize("fault", sorted(LOST))
def test_a_line_that_breaks_is_lost(board: Running, fault: str, no_leaks: None) -> None:
    with connected(board) as cabinet:
        board.fault(fault, times=None if fault == "flapping" else 1)
        with pytest.raises(DeviceError, match=r"port\.lost"):
            ask_until_it_fails(cabinet)


def ask_until_it_fails(cabinet: Cabinet) -> None:
    until = Deadline.after(3)
    while not until.expired:
        cabinet.status()


def test_a_switch_that_contradicts_itself_is_unknown(board: Running) -> None:
    with connected(board) as cabinet:
        board.fault("contradiction")
        assert cabinet.status().switch is Switch.UNKNOWN


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    assert HARMLESS | ONCE | NOBODY | LOST | {"contradiction"} == set(NAMES)
