"""A machine that takes permits in: read, endorsed once, given back; what becomes of a permit when the power goes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices.driving import as_owner
from devices.kind import Level
from devices.model import DeviceError, Supply
from devices.permit_endorser.driver import KIND, PermitEndorser
from devices.permit_endorser.protocol import Place
from devices.permit_endorser.state import ACTIONS, BOX_HOLDS, FAULTS, EndorserState
from devices.port import Deadline
from tests.devices.conftest import Start
from tests.devices.running import Running

JOB = "5e" * 16


@pytest.fixture(scope="module")
def process(start: Start) -> Running:
    return start("permit-endorser", "--seconds", "0.2")


@pytest.fixture
def machine(process: Running) -> Iterator[PermitEndorser]:
    process.fault("none")
    process.do("unplug")
    process.do("replug")
    process.do("empty")
    process.do("hand", takes=True, number="CB1234567")
    with connected(process) as driver:
        yield driver


@contextmanager
def connected(process: Running, **options: object) -> Iterator[PermitEndorser]:
    driver: PermitEndorser = KIND.connect(process.address, {"print_seconds": 2.0} | options)
    try:
        yield driver
    finally:
        driver.close()


def soon() -> Deadline:
    return Deadline.after(2.0)


def test_a_permit_goes_in_is_endorsed_and_comes_out(process: Running, machine: PermitEndorser) -> None:
    taken = machine.take_in(soon())
    assert (taken.tail, taken.valid_until) == ("4567", "20310520")
    job = uuid.uuid4().hex
    assert machine.endorse(job, "香港 一次").result == "printed"
    assert machine.give_back(soon()).how == "taken"
    said = process.do("state")
    assert (said["text"], said["place"], said["open"]) == ("香港 一次", "none", False)
    assert {"permits_taken_in", "endorsements", "permits_given_back"} <= set(machine.tally.take())


def test_the_same_job_is_printed_once(process: Running, machine: PermitEndorser) -> None:
    machine.take_in(soon())
    job, before = uuid.uuid4().hex, process.do("state")["endorsements"]
    assert [machine.endorse(job, "澳门 一次").result for _ in range(3)] == ["printed"] * 3
    assert process.do("state")["endorsements"] == before + 1


@pytest.mark.parametrize(
    ("ends", "result", "key"),
    [
        ("blank", "failed", "permit_endorser.not_printed"),
        ("unknown", "uncertain", "permit_endorser.not_known"),
    ],
)
def test_what_the_machine_cannot_say_is_never_called_printed(
    process: Running, machine: PermitEndorser, ends: str, result: str, key: str
) -> None:
    machine.take_in(soon())
    process.do("next_job", ends=ends)
    outcome = machine.endorse(uuid.uuid4().hex, "香港 一次")
    assert outcome.fault is not None
    assert (outcome.result, outcome.fault.key) == (result, key)


def test_nothing_is_printed_without_a_permit_or_a_ribbon(process: Running, machine: PermitEndorser) -> None:
    assert machine.endorse(uuid.uuid4().hex, "香港").result == "failed"
    machine.take_in(soon())
    process.do("ribbon", to="out")
    assert machine.endorse(uuid.uuid4().hex, "香港").result == "failed"
    fault = machine.status().fault()
    assert fault is not None
    assert fault.key == "permit_endorser.ribbon_out"


def test_a_line_that_breaks_in_the_middle_of_printing_is_uncertain(process: Running, machine: PermitEndorser) -> None:
    machine.take_in(soon())
    process.fault("disconnect-after")  # the order arrives, its answer is the last thing heard
    assert machine.endorse(uuid.uuid4().hex, "香港 一次").result == "uncertain"


def test_a_permit_inside_at_a_power_cut_comes_out_and_is_counted(process: Running, machine: PermitEndorser) -> None:
    machine.take_in(soon())
    process.do("hand", takes=False)
    process.do("power_cut")
    machine.close()
    again = as_owner(lambda: KIND.connect(process.address, {}))()
    try:
        assert again.status().place is Place.MOUTH
        assert again.tally.take()["given_back_unasked"] == 1
        assert process.do("state")["place"] == "mouth"
    finally:
        again.close()


def test_whoever_only_looks_moves_nothing(process: Running, machine: PermitEndorser) -> None:
    machine.take_in(soon())
    machine.close()
    assert KIND.by_hand(process.address, "status")["place"] == "inside"


def test_one_nobody_takes_is_kept_and_one_nobody_puts_in_is_said(process: Running, machine: PermitEndorser) -> None:
    process.do("hand", takes=False, number="")
    with pytest.raises(DeviceError, match="none_inserted"):
        machine.take_in(Deadline.after(0.3))
    assert process.do("state")["open"] is False
    process.do("hand", takes=False, number="CB1234567")
    machine.take_in(soon())
    assert machine.give_back(Deadline.after(0.4)).how == "mouth"
    assert machine.keep().how == "kept"
    assert (machine.status().kept, machine.status().place) == (1, Place.NONE)


def test_one_that_lay_there_before_is_nobodys_to_endorse(process: Running, machine: PermitEndorser) -> None:
    process.do("hand", takes=False)
    machine.take_in(soon())
    machine.give_back(Deadline.after(0.2))
    with pytest.raises(DeviceError, match="occupied"):
        machine.take_in(soon())


def test_one_that_cannot_be_read_is_given_back(process: Running, machine: PermitEndorser) -> None:
    process.do("hand", takes=True, number="!!")
    with pytest.raises(DeviceError, match="unreadable"):
        machine.take_in(soon())
    assert process.do("state")["place"] == "none"


def test_a_jam_is_told_and_nothing_goes_in(process: Running, machine: PermitEndorser) -> None:
    process.do("jam")
    fault = machine.status().fault()
    assert fault is not None
    assert fault.key == "permit_endorser.jammed"
    with pytest.raises(DeviceError):
        machine.take_in(soon())


def test_a_full_box_takes_no_permit_in() -> None:
    fault = EndorserState(Place.NONE, Supply.FULL, BOX_HOLDS).fault()
    assert fault is not None
    assert fault.key == "permit_endorser.box_full"
    assert EndorserState(Place.NONE, Supply.FULL, BOX_HOLDS - 1).fault() is None


def test_every_fault_is_somebodys() -> None:
    assert set(FAULTS) == set(ACTIONS) == set(KIND.faults)


def test_the_interactive_check_takes_one_in_and_prints_nothing(process: Running, machine: PermitEndorser) -> None:
    before = process.do("state")["endorsements"]
    [answers, takes] = KIND.checks
    assert [finding.ok for finding in answers.run(machine, soon())] == [True, None]
    assert takes.level is Level.INTERACTIVE
    assert all(finding.ok for finding in takes.run(machine, soon()))
    assert process.do("state")["endorsements"] == before


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["dropped-byte", "duplicate", "reboot", "disconnect-inside"])
def test_no_fault_of_the_line_endorses_twice_or_says_it_did_not(
    process: Running, machine: PermitEndorser, fault: str
) -> None:
    machine.take_in(soon())
    before = process.do("state")["endorsements"]
    process.fault(fault)
    outcome = machine.endorse(uuid.uuid4().hex, "香港 一次")
    process.fault("none")
    grown = process.do("state")["endorsements"] - before
    assert grown <= 1
    assert outcome.result != "printed" or grown == 1
