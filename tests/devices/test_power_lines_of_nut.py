"""NUT's lines as values and back, the words of ups.status, and who must act on each error."""

import random

import pytest

from devices.model import Action, DeviceError
from devices.port import Deadline
from devices.power.driver import Power, PowerOptions
from devices.power.protocol import (
    ERRORS,
    LONGEST_LINE,
    Answer,
    Begin,
    Done,
    End,
    LineReader,
    ListUps,
    ListVariables,
    Logout,
    Refused,
    Request,
    Strange,
    Ups,
    Variable,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)
from devices.power.state import ACTIONS, FAULT_OF_ERROR, FAULTS, PowerState, Source, fault_of_error, state_of

REQUESTS: dict[bytes, Request] = {
    b"LIST UPS\n": ListUps(),
    b"LIST VAR kiosk\n": ListVariables("kiosk"),
    b"LOGOUT\n": Logout(),
}
ANSWERS: dict[bytes, Begin | End | Ups | Variable | Refused | Done] = {
    b"BEGIN LIST UPS\n": Begin("UPS"),
    b'UPS kiosk "kiosk ups"\n': Ups("kiosk", "kiosk ups"),
    b"END LIST UPS\n": End("UPS"),
    b"BEGIN LIST VAR kiosk\n": Begin("VAR kiosk"),
    b'VAR kiosk ups.status "OL CHRG"\n': Variable("kiosk", "ups.status", "OL CHRG"),
    b'VAR kiosk ups.model "a \\"b\\" \\\\ c"\n': Variable("kiosk", "ups.model", 'a "b" \\ c'),
    b'VAR kiosk ups.alarm ""\n': Variable("kiosk", "ups.alarm", ""),
    b"END LIST VAR kiosk\n": End("VAR kiosk"),
    b"ERR UNKNOWN-UPS\n": Refused("UNKNOWN-UPS"),
    b"OK Goodbye\n": Done("Goodbye"),
    b"OK\n": Done(""),
}


def read(stream: bytes) -> list[Answer]:
    return [Strange(0) if line is None else decode_answer(line) for line in LineReader().feed(stream)]


@pytest.mark.parametrize("line", REQUESTS)
def test_questions_both_ways(line: bytes) -> None:
    assert encode_request(REQUESTS[line]) == line
    assert decode_request(line.decode().strip()) == REQUESTS[line]


@pytest.mark.parametrize("line", ANSWERS)
def test_answers_both_ways(line: bytes) -> None:
    assert encode_answer(ANSWERS[line]) == line
    assert read(line) == [ANSWERS[line]]


@pytest.mark.parametrize(
    "line", ["", "VAR kiosk ups.status", 'VAR kiosk ups.status "OL', "HELLO", 'VAR "', "ERR", "BEGIN VAR kiosk"]
)
def test_a_line_nobody_knows_is_strange(line: str) -> None:
    assert decode_answer(line) == Strange(len(line))


def test_any_cut_of_the_stream_gives_the_same_lines() -> None:
    stream = b"".join(ANSWERS)
    for seed in range(300):
        shaken, reader, at = random.Random(seed), LineReader(), 0
        lines: list[str | None] = []
        while at < len(stream):
            size = shaken.randint(1, 40)
            lines += reader.feed(stream[at : at + size])
            at += size
        assert [decode_answer(line or "") for line in lines] == list(ANSWERS.values())


def test_a_line_without_end_is_dropped_and_the_next_one_read() -> None:
    assert read(b"x" * (3 * LONGEST_LINE) + b"\nOK\n") == [Strange(0), Done("")]


def test_five_thousand_mutated_answers_crash_nothing() -> None:
    shaken = random.Random(7)
    stream = b"".join(ANSWERS)
    for _ in range(5000):
        mutated = bytearray(stream)
        for _ in range(shaken.randint(1, 8)):
            mutated[shaken.randrange(len(mutated))] = shaken.randrange(256)
        state_of({one.name: one.value for one in read(bytes(mutated)) if isinstance(one, Variable)})


STATUSES = {
    "OL": (Source.MAINS, None),
    "OL CHRG": (Source.MAINS, None),
    "OL CHRG LB": (Source.MAINS, None),
    "OL RB": (Source.MAINS, "power.replace_battery"),
    "OL OVER RB": (Source.MAINS, "power.overloaded"),
    "OL BYPASS": (Source.MAINS, "power.bypassed"),
    "ALARM OL": (Source.MAINS, "power.alarm"),
    "OL FSD": (Source.MAINS, "power.battery_low"),
    "OB DISCHRG": (Source.BATTERY, "power.on_battery"),
    "OB LB": (Source.BATTERY, "power.battery_low"),
    "OFF": (Source.OFF, "power.output_off"),
    "OL OB": (Source.UNKNOWN, "power.state_unknown"),
    "": (Source.UNKNOWN, "power.state_unknown"),
    "WAIT": (Source.UNKNOWN, "power.state_unknown"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_what_a_status_means(status: str) -> None:
    state = state_of({"ups.status": status})
    fault = state.fault()
    assert (state.source, fault.key if fault else None) == STATUSES[status]
    assert fault is None or fault.action is ACTIONS[fault.key]


def test_a_low_battery_on_mains_is_no_reason_to_go() -> None:
    state = state_of({"ups.status": "OL LB CHRG"})
    assert state.battery_low
    assert state.fault() is None


def test_nothing_known_is_never_on_line() -> None:
    fault = PowerState().fault()
    assert fault is not None
    assert fault.key == "power.state_unknown"
    assert state_of({}).source is Source.UNKNOWN


@pytest.mark.parametrize(
    ("text", "whole"), [("100", 100), ("99.6", 99), ("", None), ("nan", None), ("inf", None), ("much", None)]
)
def test_a_charge_that_is_no_number_is_not_measured(text: str, whole: int | None) -> None:
    assert state_of({"ups.status": "OL", "battery.charge": text}).charge_percent == whole


def test_the_runtime_is_told_in_whole_minutes() -> None:
    assert state_of({"battery.runtime": "179"}).runtime_minutes == 2


@pytest.mark.parametrize("error", [*ERRORS, "SOMETHING-NEW"])
def test_every_error_is_mapped_to_somebody(error: str) -> None:
    fault = fault_of_error(error)
    assert fault.key in FAULTS
    assert fault.action is ACTIONS[fault.key]
    assert (fault.action is Action.SOFTWARE) == (error not in FAULT_OF_ERROR)


class Scripted:
    """A port on which one answer lies for each question."""

    address = "scripted"

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked = list[bytes]()
        self._arrived = b""

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        chunk, self._arrived = self._arrived[:limit], self._arrived[limit:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        self.asked.append(payload)
        self._arrived = self.answers.pop(0)

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self._arrived = b""


def answered(*lines: Answer) -> bytes:
    return b"".join(encode_answer(line) for line in lines if not isinstance(line, Strange))


def test_the_only_ups_is_found_and_remembered() -> None:
    listed = answered(Begin("UPS"), Ups("hall", ""), End("UPS"))
    variables = answered(Begin("VAR hall"), Variable("hall", "ups.status", "OL"), End("VAR hall"))
    port = Scripted(listed, variables, variables)
    power = Power(port)
    assert [power.status().source, power.status().source] == [Source.MAINS, Source.MAINS]
    assert port.asked == [b"LIST UPS\n", b"LIST VAR hall\n", b"LIST VAR hall\n"]


@pytest.mark.parametrize("names", [[], ["one", "two"]])
def test_no_ups_or_several_ask_for_a_setting(names: list[str]) -> None:
    listed = answered(Begin("UPS"), *(Ups(name, "") for name in names), End("UPS"))
    with pytest.raises(DeviceError, match=r"power\.unknown_ups there are: (none|one, two)"):
        Power(Scripted(listed)).status()


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (b"", "device.silent"),
        (b'BEGIN LIST VAR hall\nVAR hall ups.status "OL"\n', "device.garbled"),
        (b'VAR hall ups.status "OL"\n', "device.garbled"),
        (b"BEGIN LIST VAR other\n", "device.garbled"),
        (b"BEGIN LIST VAR hall\nrubbish\nEND LIST VAR hall\n", "device.garbled"),
        (b"BEGIN LIST VAR hall\n" + 501 * b'VAR hall a "b"\n' + b"END LIST VAR hall\n", "device.garbled"),
        (b"ERR DATA-STALE\n", "power.stale"),
        (b"ERR DRIVER-NOT-CONNECTED\n", "power.driver_gone"),
        (b"ERR UNKNOWN-UPS\n", "power.unknown_ups"),
    ],
)
def test_an_answer_that_is_none_is_a_fault_and_no_state(answer: bytes, key: str) -> None:
    with pytest.raises(DeviceError) as failed:
        Power(Scripted(answer), PowerOptions("hall")).status()
    assert failed.value.fault.key == key


def test_what_was_still_on_its_way_is_not_the_answer() -> None:
    late = answered(Variable("hall", "ups.status", "OL"), End("VAR hall"))
    answer = answered(Begin("VAR hall"), Variable("hall", "ups.status", "OB"), End("VAR hall"))
    assert Power(Scripted(late + answer), PowerOptions("hall")).status().source is Source.BATTERY


def test_what_another_ups_says_is_not_ours() -> None:
    answer = answered(Begin("VAR hall"), Variable("other", "ups.status", "OL"), End("VAR hall"))
    assert Power(Scripted(answer), PowerOptions("hall")).status().source is Source.UNKNOWN


def test_losses_of_the_mains_are_counted() -> None:
    said = (
        answered(Begin("VAR u"), Variable("u", "ups.status", one), End("VAR u"))
        for one in ("OL", "OB", "OB LB", "OL", "OB")
    )
    power = Power(Scripted(*said), PowerOptions("u"))
    for _ in range(5):
        power.status()
    assert power.tally.take() == {"mains_losses": 2}
