"""Permits through the link to a simulated machine: endorsed once, journalled, given back whatever happens."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.permit_endorser.state import EndorserState
from kiosk.journey import machines as m
from kiosk.journey.machines import PermitState
from kiosk.settings import Device
from kiosk.terminal import permits
from offline_cache.sheets import SheetWanted
from tests.devices.running import Running
from tests.kiosk.papers.booth import CASE, VISIT, Booth

TEXT = "香港 一次 2027-11-22 QZ20261122000001"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running("permit-endorser", tmp_path_factory.mktemp("endorser"), "--seconds", "0.2")
    yield running
    running.end()


@pytest.fixture
def paper() -> str:
    """The machine remembers its last job over tests too."""
    return str(uuid.uuid4())


@pytest.fixture
def booth(tmp_path: Path, machine: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Booth]:
    machine.do("empty")
    machine.do("hand", takes=True, number="CB1234567")
    monkeypatch.setattr(permits, "HAND_SECONDS", 0.2)
    monkeypatch.setattr(permits, "LEFT_SECONDS", 0.5)
    made = Booth(tmp_path, {"permit_endorser": Device(machine.address, {"print_seconds": 3.0})})
    made.ready("permit_endorser")
    yield made
    made.close()


def told(booth: Booth, request: str) -> list[PermitState]:
    return [moved.state for moved in booth.heard(m.PermitMoved) if moved.request == request]


def wish(booth: Booth, effect: m.TakePermit | m.EndorsePermit | m.ReturnPermit) -> PermitState:
    booth.do(effect)
    booth.until(lambda: told(booth, effect.request), effect.request)
    return told(booth, effect.request)[-1]


@pytest.mark.slow
def test_it_goes_in_is_endorsed_once_written_down_and_comes_out(booth: Booth, machine: Running, paper: str) -> None:
    before = machine.do("state")["endorsements"]
    assert wish(booth, m.TakePermit(VISIT, "1")) is PermitState.INSIDE
    (taken,) = booth.heard(m.PermitMoved)
    assert taken.tail == "4567", "nothing more of its number leaves the driver"
    assert wish(booth, m.EndorsePermit(VISIT, "2", paper, TEXT)) is PermitState.ENDORSED
    assert booth.journal() == [(permits.TEMPLATE, "printed", 1)]
    assert wish(booth, m.EndorsePermit(VISIT, "3", paper, TEXT)) is PermitState.UNCERTAIN, "never a second time"
    assert wish(booth, m.ReturnPermit(VISIT, "4")) is PermitState.OUT
    said = machine.do("state")
    assert (said["endorsements"], said["text"], said["place"]) == (before + 1, TEXT, "none")
    assert booth.left == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "state", "written"), [("blank", "blank", "failed"), ("unknown", "uncertain", "uncertain")]
)
def test_what_the_machine_cannot_say_is_written_down_as_that(
    booth: Booth, machine: Running, ends: str, state: str, written: str, paper: str
) -> None:
    wish(booth, m.TakePermit(VISIT, "1"))
    machine.do("next_job", ends=ends)
    assert wish(booth, m.EndorsePermit(VISIT, "2", paper, TEXT)) is PermitState(state)
    assert booth.journal() == [(permits.TEMPLATE, written, 1)]
    assert wish(booth, m.ReturnPermit(VISIT, "3")) is PermitState.OUT, "it is given back all the same"


@pytest.mark.slow
def test_one_nobody_takes_is_kept_and_told(booth: Booth, machine: Running) -> None:
    wish(booth, m.TakePermit(VISIT, "1"))
    machine.do("hand", takes=False, number="")
    assert wish(booth, m.ReturnPermit(VISIT, "2")) is PermitState.KEPT
    assert booth.left == ["retracted"]
    assert machine.do("state")["kept"] == 1


@pytest.mark.slow
def test_a_visit_that_dies_leaves_no_permit_inside(booth: Booth, machine: Running) -> None:
    wish(booth, m.TakePermit(VISIT, "1"))
    machine.do("hand", takes=False, number="")
    booth.leave()
    booth.until(lambda: machine.do("state")["kept"] == 1, "the box")
    booth.until(lambda: booth.left == ["retracted"], "staff told")


@pytest.mark.slow
def test_a_permit_inside_at_a_power_cut_comes_out_and_its_endorsement_is_uncertain(
    tmp_path: Path, booth: Booth, machine: Running, paper: str
) -> None:
    wish(booth, m.TakePermit(VISIT, "1"))
    machine.do("hand", takes=False, number="")
    booth.store.do(lambda store: store.sheets.prepare(SheetWanted(paper, CASE, permits.TEMPLATE))).result(10)
    booth.store.do(lambda store: store.sheets.claim(paper, "0" * 64, 1)).result(10)
    booth.leave()
    booth.fleet.close()
    booth.store.stop()  # the terminal dies between the claim and the machine's word
    machine.do("power_cut")
    again = Booth(tmp_path, {"permit_endorser": Device(machine.address, {})})
    try:
        settled = again.store.do(lambda store: store.sheets.reconcile_at_start()).result(10)
        assert [(one.template, one.state.value) for one in settled] == [(permits.TEMPLATE, "uncertain")]
        again.ready("permit_endorser")
        again.until(lambda: again.left == ["retracted"], "given back, and kept when nobody came")
        state = again.fleet["permit_endorser"].known.state
        assert isinstance(state, EndorserState)
        assert machine.do("state")["kept"] == 1
    finally:
        again.close()


def test_without_a_machine_it_is_said(tmp_path: Path, paper: str) -> None:
    booth = Booth(tmp_path)
    try:
        assert wish(booth, m.TakePermit(VISIT, "none")) is PermitState.NONE
        assert booth.heard(m.PermitMoved)[-1].fault == "absent.permit_endorser"
        assert wish(booth, m.EndorsePermit(VISIT, "2", paper, TEXT)) is PermitState.BLANK
    finally:
        booth.close()
