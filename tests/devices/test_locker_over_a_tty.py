"""Doors that open once and are called open only by their sensor: three makes of boards, both wirings, every fault."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from devices.kind import Level
from devices.locker.commissioning import Step
from devices.locker.driver import BY_HAND, KIND, Locker
from devices.locker.protocol import Order, SwitchCoil
from devices.locker.state import ACTIONS, FAULTS, BoardState, Door, DoorMoved, LockerState
from devices.model import DeviceError, Fault
from devices.port import Deadline
from devices.simulation.faults import NAMES
from tests.devices.conftest import Start
from tests.devices.running import Running
from tests.waiting import LONG, until

BUILDS = {
    "8a": ("--family", "8a"),
    "8a-short-when-open": ("--family", "8a", "--short_when", "open"),
    "wkly": ("--family", "wkly", "--first_lock", "0", "--first_board", "0"),
    "modbus": ("--family", "modbus", "--first_lock", "0"),
}
PROVED: dict[str, dict[str, object]] = {
    "8a": {"family": "8a", "short_when": "closed", "first_lock": 1},
    "8a-short-when-open": {"family": "8a", "short_when": "open", "first_lock": 1},
    "wkly": {"family": "wkly", "short_when": "closed", "first_lock": 0, "first_board": 0},
    "modbus": {"family": "modbus", "short_when": "closed", "first_lock": 0, "pulse_ms": 300},
}
QUICK = {"open_seconds": 0.6}


@pytest.fixture(scope="module")
def builds(start: Start) -> dict[str, Running]:
    return {name: start("locker", *arguments, "--boards", "2") for name, arguments in BUILDS.items()}


def ready(process: Running) -> Running:
    process.fault("none")
    process.do("unplug")
    process.do("replug")
    process.do("reset")
    return process


@pytest.fixture(params=BUILDS)
def build(request: pytest.FixtureRequest, builds: dict[str, Running]) -> tuple[str, Running]:
    """Every make with every door closed."""
    return request.param, ready(builds[request.param])


@pytest.fixture(params=["8a", "wkly", "modbus"])
def make(request: pytest.FixtureRequest, builds: dict[str, Running]) -> tuple[str, Running]:
    """Every make once, with every door closed."""
    return request.param, ready(builds[request.param])


@pytest.fixture
def cabinet(builds: dict[str, Running]) -> Running:
    """An 8A locker with every door closed."""
    return ready(builds["8a"])


@contextmanager
def connected(process: Running, name: str = "8a", /, **options: object) -> Iterator[Locker]:
    locker = KIND.connect(process.address, PROVED[name] | {"boards": 2} | QUICK | options)
    try:
        yield locker
    finally:
        locker.close()


def test_a_door_opens_once_and_its_sensor_says_so(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name) as locker:
        outcome = locker.open(2)
        assert (outcome.result, outcome.evidence, outcome.fault) == ("opened", "the door's sensor", None)
        after = process.do("state")
        assert (after["open"], after["openings"], after["every"]) == ([2], 1, 0)
        assert locker.door(2) is Door.OPEN
        assert locker.status().doors()[:3] == (Door.CLOSED, Door.OPEN, Door.CLOSED)


def test_the_last_door_of_the_second_board_is_found(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name) as locker:
        assert locker.open(24).result == "opened"
        assert process.do("state")["open"] == [24]
        for number in (0, 25):
            outcome = locker.open(number)
            assert outcome.result == "failed"
            assert outcome.fault is not None
            assert outcome.fault.key == "locker.door_unknown"


def test_a_jammed_door_is_known_to_be_closed(build: tuple[str, Running]) -> None:
    name, process = build
    process.do("jam", door=3)
    with connected(process, name) as locker:
        outcome = locker.open(3)
        assert outcome.result == "failed"
        assert outcome.fault is not None
        assert outcome.fault.key == "locker.did_not_open"
        assert process.do("state")["orders"][2] == 1
        assert locker.tally.take()["openings_failed"] == 1


def test_a_door_that_stands_open_gets_no_order(build: tuple[str, Running]) -> None:
    name, process = build
    process.do("open_by_hand", door=1)
    with connected(process, name) as locker:
        outcome = locker.open(1)
        assert (outcome.result, outcome.evidence) == ("failed", "nothing was sent")
        assert outcome.fault is not None
        assert outcome.fault.key == "locker.already_open"
        assert process.do("state")["orders"][0] == 0


def test_a_sensor_stuck_at_closed_never_reads_as_opened(build: tuple[str, Running]) -> None:
    name, process = build
    process.do("sensor_stuck", door=1)
    with connected(process, name) as locker:
        assert locker.open(1).result == "failed"
        assert process.do("state")["openings"] == 1


def test_an_order_that_is_acknowledged_and_not_carried_out_is_no_success(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name) as locker:
        process.fault("contradiction")
        assert locker.open(1).result == "failed"
        assert process.do("state")["openings"] == 0


def test_an_unproved_locker_opens_nothing(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name, short_when="unproved", first_lock=-1) as locker:
        outcome = locker.open(1)
        assert outcome.result == "failed"
        assert outcome.fault is not None
        assert outcome.fault.key == "locker.polarity_unproved"
        state = locker.status()
        assert set(state.doors()) == {Door.UNKNOWN}
        fault = state.fault()
        assert fault is not None
        assert fault.key == "locker.polarity_unproved"
        assert sum(process.do("state")["orders"]) == 0


def test_the_wrong_polarity_makes_closed_doors_look_open_and_opens_none_of_them(cabinet: Running) -> None:
    with connected(cabinet, short_when="open") as locker:
        assert set(locker.status().doors()) == {Door.OPEN}
        assert locker.open(1).result == "failed"
        assert sum(cabinet.do("state")["orders"]) == 0


@pytest.mark.parametrize("options", [{}, {"echo": True}])
def test_an_echoing_adapter_changes_nothing(build: tuple[str, Running], options: dict[str, object]) -> None:
    name, process = build
    process.fault("echo")
    process.do("jam", door=2)
    with connected(process, name, **options) as locker:
        assert locker.open(1).result == "opened"
        assert locker.open(2).result == "failed"
        assert process.do("state")["orders"][:2] == [1, 1]


def test_an_adapter_said_to_echo_that_does_not_only_costs_a_second_order(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name, echo=True) as locker:
        assert locker.open(1).result == "opened"
        assert process.do("state")["openings"] == 1


def test_a_silent_board_leaves_the_other_one_known(build: tuple[str, Running]) -> None:
    name, process = build
    first = 0 if name == "wkly" else 1
    process.do("board_silent", board=first + 1)
    with connected(process, name) as locker:
        for _ in range(2):
            state = locker.status()
            assert [board.problem for board in state.boards] == ["", "device.silent"]
            assert set(state.boards[0].doors) == {Door.CLOSED}
            assert set(state.boards[1].doors) == {Door.UNKNOWN}
            fault = state.fault()
            assert fault is not None
            assert (fault.key, fault.detail) == ("locker.board_silent", f"board {first + 1}")
        assert locker.open(1).result == "opened"
        assert locker.open(13).result == "failed"
        process.do("board_back")
        assert locker.status().fault() is None


@pytest.mark.slow
def test_a_large_board_on_a_slow_line_is_heard_in_time_and_comes_back(start: Start) -> None:
    process = start("locker", "--doors", "64", "--pace", "9600")
    with connected(process, boards=1, doors=64) as locker:
        assert locker.status().fault() is None
        process.do("board_silent", board=1)
        for _ in range(2):
            fault = locker.status().fault()
            assert fault is not None
            assert fault.key == "device.silent"
        process.do("board_back")
        assert set(locker.status().doors()) == {Door.CLOSED}
        assert locker.open(64).result == "opened"


def test_what_a_board_refuses_is_not_done_and_says_who_must_act(builds: dict[str, Running]) -> None:
    process = ready(builds["wkly"])
    with connected(process, "wkly") as locker:
        process.do("refuse", code=255)
        outcome = locker.open(1)
        assert outcome.result == "failed"
        assert outcome.fault is not None
        assert outcome.fault.key == "locker.board_failed"


@pytest.mark.parametrize(
    ("code", "key"),
    [(1, "locker.order_refused"), (2, "locker.order_refused"), (3, "locker.order_refused"), (4, "locker.board_failed"),
     (5, "locker.board_busy"), (6, "locker.board_busy"), (8, "locker.board_failed"), (10, "locker.order_refused"),
     (11, "locker.board_silent"), (99, "locker.board_failed")],
)  # fmt: skip
def test_every_refusal_of_a_relay_board_is_mapped_to_somebody(builds: dict[str, Running], code: int, key: str) -> None:
    process = ready(builds["modbus"])
    with connected(process, "modbus") as locker:
        locker.status()
        process.do("refuse", code=code)
        fault = locker.status().fault()
        assert fault is not None
        assert (fault.key, fault.action) == (key, ACTIONS[key])


def test_a_coil_gets_its_current_for_a_moment_and_never_longer(builds: dict[str, Running]) -> None:
    process = ready(builds["modbus"])
    with connected(process, "modbus") as locker:
        assert locker.open(5).result == "opened"
        after = process.do("state")
    assert after["coils"] == []
    assert 280 <= after["longest_pulse_ms"] <= 500


def test_a_coil_that_was_not_let_go_is_let_go_as_soon_as_the_board_answers(builds: dict[str, Running]) -> None:
    process = ready(builds["modbus"])
    with connected(process, "modbus") as locker:
        locker.status()
        gone = threading.Timer(0.15, lambda: process.do("board_silent", board=1))
        gone.start()
        outcome = locker.open(1)
        gone.join()
        assert outcome.result == "uncertain"
        assert process.do("state")["coils"] == [1]
        held = locker.status()
        assert held.coils_held
        process.do("board_back")
        assert not locker.status().coils_held
        assert process.do("state")["coils"] == []


def test_whoever_comes_after_a_driver_that_was_killed_lets_its_coils_go(builds: dict[str, Running]) -> None:
    process = ready(builds["modbus"])
    with connected(process, "modbus") as killed:
        killed.status()
        assert killed.boards.order(SwitchCoil(1, 3, on=True), Deadline.after(1)) is None
        assert process.do("state")["coils"] == [4]
    with connected(process, "modbus") as locker:
        assert not locker.status().coils_held
    assert process.do("state")["coils"] == []


def test_a_first_lock_that_would_open_every_door_is_refused(cabinet: Running) -> None:
    with pytest.raises(DeviceError, match=r"device\.options_invalid.*first_lock"):
        KIND.connect(cabinet.address, {"family": "8a", "short_when": "closed", "first_lock": 0})


def test_held_coils_are_the_first_thing_somebody_must_see_to() -> None:
    state = LockerState(proved=True, boards=(BoardState(1, (Door.CLOSED,)),), coils_held=True)
    fault = state.fault()
    assert fault is not None
    assert fault.key == "locker.coil_not_released"


def test_a_sensor_that_cannot_be_read_is_named() -> None:
    fault = LockerState(proved=True, boards=(BoardState(1, (Door.CLOSED, Door.UNKNOWN)),)).fault()
    assert fault is not None
    assert (fault.key, fault.detail) == ("locker.sensor_unreadable", "door 2")


def test_doors_moved_by_hand_are_heard_once_with_what_the_sensor_says_now(cabinet: Running) -> None:
    with connected(cabinet) as locker:
        assert locker.moved(Deadline.after(0.1)) == ()
        cabinet.do("open_by_hand", door=14)
        assert locker.moved(Deadline.after(LONG)) == (DoorMoved(14, Door.OPEN),)
        cabinet.fault("duplicate")
        cabinet.do("close", door=14)
        time.sleep(0.05)
        assert locker.moved(Deadline.after(LONG)) == (DoorMoved(14, Door.CLOSED),)
        cabinet.fault("none")
        assert locker.moved(Deadline.after(0.1)) == ()


def test_a_door_that_moves_during_another_question_is_not_forgotten(builds: dict[str, Running]) -> None:
    process = ready(builds["wkly"])
    with connected(process, "wkly") as locker:
        process.do("open_by_hand", door=7)
        assert locker.open(1).result == "opened"
        assert {moved.door for moved in locker.moved(Deadline.after(LONG))} == {1, 7}


# --- commissioning ----------


class Hands:
    """Somebody at the locker who does what each step asks for."""

    def __init__(self, process: Running, door: int, *, opens: tuple[int, ...] | None = None) -> None:
        self._process = process
        self._door = door
        self._opens = (door,) if opens is None else opens
        self.told: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.told.append(step)
        match step:
            case Step.OPEN_BY_HAND:
                for door in self._opens:
                    self._process.do("open_by_hand", door=door)
            case Step.CLOSE_AGAIN:
                self._process.do("close", door=self._door)
            case _:
                pass


def test_commissioning_learns_polarity_and_numbering_and_opens_the_door(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name, short_when="unproved", first_lock=-1, door=2) as locker:
        hands = Hands(process, 2)
        learned = locker.commission(Deadline.after(20), hands)
        assert learned == {key: PROVED[name][key] for key in ("short_when", "first_lock")}
        assert hands.told == list(Step)
        assert process.do("state")["openings"] == 1
        assert locker.open(2).fault is not None
        assert locker.status().proved


@pytest.mark.parametrize(
    ("opens", "why"), [((), "nothing moved in time"), ((2, 3), "2 doors moved"), ((7,), "door 2 is lock 7")]
)
def test_commissioning_believes_only_the_door_that_moved(cabinet: Running, opens: tuple[int, ...], why: str) -> None:
    with connected(cabinet, short_when="unproved", first_lock=-1, door=2) as locker:
        with pytest.raises(DeviceError, match=rf"locker\.commissioning_failed.*{why}"):
            locker.commission(Deadline.after(1.5 if not opens else 10), Hands(cabinet, 2, opens=opens))
        assert not locker.options.proved
        assert sum(cabinet.do("state")["orders"]) == 0


def test_commissioning_with_a_lock_that_does_not_open_proves_nothing(cabinet: Running) -> None:
    cabinet.do("jam", door=2)
    with connected(cabinet, short_when="unproved", first_lock=-1, door=2) as locker:
        with pytest.raises(DeviceError, match=r"locker\.commissioning_failed.*did_not_open"):
            locker.commission(Deadline.after(20), Hands(cabinet, 2))
        assert not locker.options.proved


def test_a_silent_locker_cannot_be_commissioned(cabinet: Running) -> None:
    cabinet.do("board_silent", board=1)
    with (
        connected(cabinet, short_when="unproved", first_lock=-1, doors=2) as locker,
        pytest.raises(DeviceError, match="commissioning_failed"),
    ):
        locker.commission(Deadline.after(2), Hands(cabinet, 1))


# --- by hand ----------


def test_every_door_opens_only_for_somebody_who_says_so_by_hand(build: tuple[str, Running]) -> None:
    name, process = build
    with connected(process, name) as locker:
        with pytest.raises(DeviceError, match=r"locker\.not_asked_for"):
            BY_HAND["open-every"](locker)
        assert process.do("state")["open"] == []
    with connected(process, name, every_door="by-hand", doors=3) as locker:
        assert set(map(str, BY_HAND["open-every"](locker)["doors"])) <= {"open", "opened"}  # type: ignore[call-overload]
        assert set(process.do("state")["open"]) >= {1, 2, 3}


def test_one_door_by_hand(cabinet: Running) -> None:
    with connected(cabinet, door=4) as locker:
        assert BY_HAND["open"](locker) == {"door": 4, "result": "opened", "evidence": "the door's sensor"}
        with pytest.raises(DeviceError, match=r"locker\.already_open"):
            BY_HAND["open"](locker)


def test_commissioning_by_hand_says_each_step(cabinet: Running, capsys: pytest.CaptureFixture[str]) -> None:
    said = list[str]()

    def told(words: str) -> bool:
        said.append(capsys.readouterr().err)
        return words in "".join(said)

    def hands() -> None:
        until(lambda: told("with its key"), "the order to open")
        cabinet.do("open_by_hand", door=1)
        until(lambda: told("close that door again"), "the order to close")
        cabinet.do("close", door=1)

    with connected(cabinet, short_when="unproved", first_lock=-1, doors=2) as locker:
        somebody = threading.Thread(target=hands)
        somebody.start()
        assert BY_HAND["commission"](locker) == {"short_when": "closed", "first_lock": 1}
        somebody.join()
    assert told("stand back")
    order = "".join(said)
    assert order.index("close every door") < order.index("with its key") < order.index("stand back")


def check(level: Level) -> Callable[[Locker, Deadline], Any]:
    (found,) = (one for one in KIND.checks if one.level is level)
    return found.run


def test_the_internal_check_asks_and_never_opens(cabinet: Running) -> None:
    cabinet.do("board_silent", board=2)
    with connected(cabinet) as locker:
        findings = check(Level.INTERNAL)(locker, Deadline.after(5))
        assert [(finding.name, finding.ok, finding.found) for finding in findings] == [
            ("board 1", True, "12 closed"),
            ("board 2", False, "device.silent"),
            ("locker", False, "locker.board_silent"),
        ]
        assert sum(cabinet.do("state")["orders"]) == 0


def test_the_interactive_check_opens_the_chosen_door_and_waits_until_it_is_closed(cabinet: Running) -> None:
    with connected(cabinet, door=6) as locker:
        closing = threading.Timer(0.5, lambda: cabinet.do("close", door=6))
        closing.start()
        findings = check(Level.INTERACTIVE)(locker, Deadline.after(5))
        closing.join()
        assert [finding.ok for finding in findings] == [True, True]
        findings = check(Level.INTERACTIVE)(locker, Deadline.after(0.5))
        assert [finding.ok for finding in findings] == [True, False]
        assert [finding.ok for finding in check(Level.INTERACTIVE)(locker, Deadline.after(1))] == [False]
    assert KIND.checks[-1].level is Level.INTERACTIVE


def test_no_check_opens_a_door_without_being_asked() -> None:
    assert {one.level for one in KIND.checks} == {Level.INTERNAL, Level.INTERACTIVE}


# --- faults of the line ----------

HARMLESS = {"noise-before", "noise-after", "glued", "pieces", "echo", "duplicate"}
ONCE = {
    "dropped-byte",
    "noise-inside",
    "flipped-bit",
    "short-length",
    "huge-length",
    "silence",
    "late-answer",
    "reboot",
}
LOST = {"disconnect-before", "disconnect-inside", "renumbered", "flapping"}
NOBODY = {"slow-loris", "baud-mismatch", "stuck", "swapped"}


@pytest.mark.parametrize("fault", sorted(HARMLESS))
def test_a_harmless_fault_does_not_keep_a_door_shut(make: tuple[str, Running], fault: str) -> None:
    name, process = make
    with connected(process, name) as locker:
        process.fault(fault)
        assert locker.open(1).result == "opened"
        assert process.do("state")["openings"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(ONCE))
def test_a_lost_or_damaged_answer_never_opens_a_door_twice(make: tuple[str, Running], fault: str) -> None:
    name, process = make
    with connected(process, name, open_seconds=2.0) as locker:
        locker.door(1)
        process.fault(fault, times=2)
        outcome = locker.open(1)
        openings = process.do("state")["openings"]
        assert (outcome.result, openings) in {("opened", 1), ("failed", 0)}
        assert process.do("state")["orders"][0] <= 2


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(NOBODY))
def test_whoever_is_not_understood_is_never_well_and_opens_nothing(make: tuple[str, Running], fault: str) -> None:
    name, process = make
    with connected(process, name, boards=1) as locker:
        process.fault(fault)
        began = time.monotonic()
        assert locker.open(1).result == "failed"
        fault_now = locker.status().fault()
        assert fault_now is not None
        assert fault_now.key in {"device.silent", "device.garbled"}
        assert time.monotonic() - began < 15.0
        process.fault("none")
        assert process.do("state")["openings"] == 0


@pytest.mark.parametrize("fault", sorted(LOST))
def test_a_line_that_breaks_is_lost(cabinet: Running, fault: str, no_leaks: None) -> None:
    with connected(cabinet) as locker:
        cabinet.fault(fault, times=None if fault == "flapping" else 1)
        with pytest.raises(DeviceError, match=r"port\.lost"):
            ask_until_it_fails(locker)


def ask_until_it_fails(locker: Locker) -> None:
    patience = Deadline.after(LONG)
    while not patience.expired:
        locker.status()


def test_a_line_that_breaks_after_the_order_is_uncertain_and_nobody_orders_again(make: tuple[str, Running]) -> None:
    name, process = make
    with connected(process, name) as locker:
        assert locker.door(1) is Door.CLOSED
        ordered = locker.boards.order

        def breaks(order: Order, deadline: Deadline) -> Fault | None:
            process.fault("disconnect-before", times=1)
            return ordered(order, deadline)

        locker.boards.order = breaks  # type: ignore[method-assign]
        outcome = locker.open(1)
        assert outcome.result == "uncertain"
        assert outcome.fault is not None
        assert outcome.fault.key == "port.lost"
        assert process.do("state")["orders"][0] == 1


def test_a_line_that_breaks_after_an_answer_still_gave_it(cabinet: Running) -> None:
    with connected(cabinet) as locker:
        cabinet.fault("disconnect-after", times=1)
        assert locker.door(1) is Door.CLOSED


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    assert HARMLESS | ONCE | LOST | NOBODY | {"disconnect-after", "contradiction"} == set(NAMES)


def test_every_fault_key_has_somebody_who_acts() -> None:
    assert set(FAULTS) == set(ACTIONS)
