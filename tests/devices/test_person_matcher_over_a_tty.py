"""A device that compares a person with a card: a threshold decides, a likeness never does, everything is forgotten."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from devices.driving import as_owner
from devices.id_card_reader.driver import KIND as READER
from devices.model import DeviceError
from devices.person_matcher.driver import KIND, PersonMatcher
from devices.person_matcher.protocol import Order, Phase, Result, Way
from devices.person_matcher.state import ACTIONS, FAULTS, MatcherState, verdict_of
from devices.port import Deadline
from tests.devices.conftest import Start
from tests.devices.running import Running

PHOTO = bytes.fromhex("574C66007E003200") + bytes(range(1, 255))


@pytest.fixture(scope="module")
def process(start: Start) -> Running:
    return start("person-matcher", "--seconds", "0.1")


@pytest.fixture
def matcher(process: Running) -> Iterator[PersonMatcher]:
    process.fault("none")
    process.do("unplug")
    process.do("replug")
    process.do("sensors", are="face+finger")
    process.do("person", there=True, alive=True, score=950)
    driver: PersonMatcher = KIND.connect(process.address, {})
    yield driver
    driver.close()


def soon() -> Deadline:
    return Deadline.after(2.0)


@pytest.mark.parametrize(
    ("person", "verdict"),
    [
        ({"score": 950}, "same"),
        ({"score": 800}, "same"),
        ({"score": 799}, "other"),
        ({"score": 990, "alive": False}, "not_alive"),
        ({"there": False}, "nobody"),
    ],
)
@pytest.mark.parametrize("way", list(Way))
def test_a_score_counts_only_from_the_threshold_on_and_only_alive(
    process: Running, matcher: PersonMatcher, person: dict[str, object], verdict: str, way: Way
) -> None:
    process.do("person", **person)
    assert matcher.compare(way, PHOTO, soon()) == verdict
    assert process.do("state")["holds"] is False


def test_a_stricter_place_says_so_in_its_settings(process: Running, matcher: PersonMatcher) -> None:
    matcher.close()
    stricter: PersonMatcher = KIND.connect(process.address, {"threshold": 960})
    assert stricter.compare(Way.FACE, PHOTO, soon()) == "other"
    stricter.close()


def test_a_way_that_is_not_fitted_is_said_and_the_other_one_works(process: Running, matcher: PersonMatcher) -> None:
    process.do("sensors", are="face")
    with pytest.raises(DeviceError, match="way_not_fitted"):
        matcher.compare(Way.FINGER, PHOTO, soon())
    assert matcher.compare(Way.FACE, PHOTO, soon()) == "same"
    process.do("sensors", are="none")
    fault = matcher.status().fault()
    assert fault is not None
    assert fault.key == "person_matcher.no_sensor"


def test_a_card_that_says_nothing_of_it_compares_with_nobody(matcher: PersonMatcher) -> None:
    for nothing in (b"", bytes(1024)):
        with pytest.raises(DeviceError, match="reference_unusable"):
            matcher.compare(Way.FACE, nothing, soon())


def test_nothing_of_anybody_stays_in_the_device(process: Running, matcher: PersonMatcher) -> None:
    process.do("person", there=True, score=100)
    assert matcher.compare(Way.FACE, PHOTO, Deadline.after(0), lambda: True) == "nobody"
    assert process.do("state")["holds"] is False
    matcher._told(Order.REFERENCE, b"\0" + PHOTO)  # what a visit that died left behind
    assert process.do("state")["holds"] is True
    matcher.close()
    again = as_owner(lambda: KIND.connect(process.address, {}))()
    assert process.do("state")["holds"] is False
    again.close()


def test_a_device_that_forgot_nothing_is_out_of_service() -> None:
    fault = MatcherState(face=True, finger=True, holds=True).fault()
    assert fault is not None
    assert fault.key == "person_matcher.holds_somebody"


def test_a_likeness_is_nobody_whatever_its_score() -> None:
    assert verdict_of(Result(Phase.DONE, 1000, alive=False), 1) == "not_alive"
    assert verdict_of(Result(Phase.LOOKING, 1000, alive=True), 1) == "nobody"


def test_every_fault_is_somebodys() -> None:
    assert set(FAULTS) == set(ACTIONS) == set(KIND.faults)


def test_the_check_compares_nobody(process: Running, matcher: PersonMatcher) -> None:
    before = process.do("state")["compared"]
    [check] = KIND.checks
    assert [finding.ok for finding in check.run(matcher, soon())] == [True, None, None]
    assert process.do("state")["compared"] == before


@pytest.mark.parametrize(
    "fault", ["silence", "flipped-bit", "dropped-byte", "noise-inside", "disconnect-inside", "late-answer"]
)
def test_no_fault_of_the_line_makes_somebody_of_somebody_else(
    process: Running, matcher: PersonMatcher, fault: str
) -> None:
    process.do("person", score=100)
    process.fault(fault)
    verdict = ""
    with suppress(DeviceError):
        verdict = matcher.compare(Way.FACE, PHOTO, Deadline.after(1.0))
    process.fault("none")
    assert verdict != "same"


def test_the_reader_gives_what_the_card_holds_and_only_while_it_lies_there(start: Start) -> None:
    reader = start("id-card-reader", "--card", "resident")
    driver = READER.connect(reader.address, {})
    assert driver.read_card(soon()) is not None  # read before: it is read once more
    photo = driver.read_reference(soon(), finger=False)
    assert photo is not None
    assert photo.startswith(bytes.fromhex("574C"))
    assert driver.read_reference(soon(), finger=True) is None  # this card holds none
    reader.do("lift_card")
    assert driver.read_reference(soon(), finger=False) is None
    driver.close()
