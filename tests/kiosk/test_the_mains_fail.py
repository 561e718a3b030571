"""What the terminal does when the mains fail, come back, flicker, or when the UPS says nothing."""

import random
from pathlib import Path

import pytest

from devices.power.state import PowerState, state_of
from kiosk.power.mains import Mains
from kiosk.power.rules import LOW_SECONDS, STEADY_SECONDS, Advice, PowerWatch, step


def seen(*looks: tuple[float, str | None]) -> PowerWatch:
    """The watch after these looks: moment and ups.status, None for no answer."""
    watch = PowerWatch()
    for now, status in looks:
        watch = step(watch, None if status is None else state_of({"ups.status": status}), now)
    return watch


def test_on_mains_everything_is_normal() -> None:
    assert seen((1, "OL"), (2, "OL CHRG"), (3, "OL RB")).advice is Advice.NORMAL


def test_on_battery_the_citizen_finishes_and_nothing_new_prints() -> None:
    watch = seen((1, "OL"), (2, "OB DISCHRG"))
    assert (watch.advice, watch.reason, watch.since) == (Advice.FINISH, "power.on_battery", 2)


def test_mains_that_are_back_open_printing_after_a_while_and_not_at_the_first_flicker() -> None:
    cut = [(2.0, "OB"), (4.0, "OL"), (6.0, "OB"), (8.0, "OL")]
    assert seen(*cut, (8.0 + STEADY_SECONDS - 0.1, "OL")).advice is Advice.FINISH
    watch = seen(*cut, (8.0 + STEADY_SECONDS, "OL"))
    assert (watch.advice, watch.reason) == (Advice.NORMAL, "")


def test_a_battery_that_stays_low_ends_the_terminal_and_one_sample_does_not() -> None:
    assert seen((1, "OB"), (2, "OB LB"), (3, "OB"), (4, "OB LB")).advice is Advice.FINISH
    watch = seen((1, "OB"), (2, "OB LB"), (2 + LOW_SECONDS, "OB LB"))
    assert (watch.advice, watch.reason, watch.since) == (Advice.SHUT_DOWN, "power.battery_low", 2 + LOW_SECONDS)


def test_a_low_battery_that_charges_ends_nobody() -> None:
    assert seen((1, "OL LB CHRG"), (60, "OL LB CHRG")).advice is Advice.NORMAL


def test_a_forced_shutdown_is_obeyed_at_once() -> None:
    assert seen((1, "OL"), (2, "FSD OL")).advice is Advice.SHUT_DOWN


def test_shutting_down_is_never_taken_back() -> None:
    low = (2 + LOW_SECONDS, "OB LB")
    assert seen((2, "OB LB"), low, (10, "OL"), (100, "OL"), (101, None)).advice is Advice.SHUT_DOWN


@pytest.mark.parametrize("silent", [None, "", "OL OB", "OFF", "WAIT"])
@pytest.mark.parametrize("before", [[(1.0, "OL")], [(1.0, "OB")], [(1.0, "OB LB"), (1.0 + LOW_SECONDS, "OB LB")]])
def test_a_ups_that_says_nothing_changes_nothing(before: list[tuple[float, str]], silent: str | None) -> None:
    watch = seen(*before)
    assert seen(*before, (5.0, silent), (500.0, silent)) == watch


def test_no_history_at_all_ends_a_terminal_without_a_low_battery_or_an_order() -> None:
    shaken = random.Random(11)
    for _ in range(500):
        now, watch = 0.0, PowerWatch()
        for _ in range(60):
            now += shaken.random() * 5
            words = shaken.choice(["OL", "OB", "OL LB", "OL OB", "", "OFF", "OB RB", "BYPASS OL", None])
            watch = step(watch, None if words is None else state_of({"ups.status": words}), now)
            assert watch.advice is not Advice.SHUT_DOWN


def test_an_unknown_state_is_not_normal_news() -> None:
    watch = seen((1, "OB"))
    assert step(watch, PowerState(), 2).advice is Advice.FINISH


class Told:
    """Mains as the terminal holds them, with a UPS that says what it is told to."""

    def __init__(self) -> None:
        self.status: str | None = "OL"
        self.heard = list[Advice]()
        self.fitted = True
        self.mains = Mains(self._state, self.heard.append, fitted=lambda: self.fitted)

    def _state(self) -> PowerState | None:
        return None if self.status is None else state_of({"ups.status": self.status})

    def look(self, now: float, status: str | None) -> None:
        self.status = status
        self.mains.tick(now)


def test_the_terminal_hears_each_advice_once_and_the_trail_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told()
    for now, status in enumerate(("OL", "OB", "OB", None, "OB LB", "OB LB", "OB LB", "OB LB")):
        told.look(float(now), status)
    assert told.heard == [Advice.FINISH, Advice.SHUT_DOWN]
    trail = capsys.readouterr().err
    assert '"advice": "shut_down", "reason": "power.battery_low"' in trail


def test_a_ups_that_was_taken_out_of_the_settings_holds_nothing_closed() -> None:
    told = Told()
    told.look(1, "OB")
    told.look(2, None)
    assert told.heard == [Advice.FINISH], "a silent one does"
    told.fitted = False
    told.look(3, None)
    assert told.heard == [Advice.FINISH, Advice.NORMAL]
    told.fitted = True
    told.look(4, "OB")
    told.look(5, "OL FSD")
    told.fitted = False
    told.look(6, None)
    assert told.heard[2:] == [Advice.FINISH, Advice.SHUT_DOWN]


def test_only_a_terminal_that_parks_for_want_of_current_asks_to_be_switched_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, environment = Told(), {"RUNTIME_DIRECTORY": str(tmp_path)}
    told.look(1, "OB")
    told.mains.park(environment)
    assert list(tmp_path.iterdir()) == []
    told.look(2, "OL FSD")
    told.mains.park(environment)
    assert [path.name for path in tmp_path.iterdir()] == ["power-off"]
    assert '"heard": true' in capsys.readouterr().err
