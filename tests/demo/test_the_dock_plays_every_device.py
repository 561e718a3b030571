"""The demonstration with a window fits every kind of device, and its dock plays each with every fault there is."""

import os
from pathlib import Path

import pytest

from devices.simulation.faults import NAMES
from kiosk.demo.stage import PanelSize, Stage
from kiosk.demo.window import Dock
from kiosk.settings import DEVICE_NAMES
from tests.demo.conftest import OFFSCREEN
from tests.waiting import until
from ui.views.bench import DEVICES, played

pytestmark = pytest.mark.slow


@pytest.mark.skipif(
    not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): each device's own faults are tried always"
)
def test_every_device_comes_up_and_every_fault_can_be_put_on_its_line(tmp_path: Path) -> None:
    with Stage(tmp_path, panel=PanelSize(), environment=OFFSCREEN, others=True) as stage:
        assert set(stage.devices) == set(DEVICE_NAMES) == set(DEVICES)

        def seen(event: str) -> set[str]:
            return {str(line["device"]) for line in stage.trail() if line.get("event") == event}

        until(lambda: seen("device_up") == set(DEVICE_NAMES), "every device up", state=lambda: seen("device_up"))
        dock = Dock(stage, tmp_path / "dock.sock")
        for device in DEVICE_NAMES:
            for fault in ("unplug", "replug", *NAMES, "none"):
                answer = dock._obey({"do": "play", "device": device, "order": played(device, fault)})
                assert answer["ok"], (device, fault, answer)
                assert fault in ("unplug", "replug") or answer["state"]["devices"][device]["fault"] == fault
            for number, (_, english, order) in enumerate(DEVICES[device][1]):
                answer = dock._obey({"do": "play", "device": device, "order": played(device, str(number))})
                assert answer["ok"], (device, english, order, answer)
        for device in DEVICE_NAMES:
            # the line of a simulated smart card is the card's own: its reader goes with pcscd
            lost = {"do": "service_stop"} if device == "smart_card_reader" else played(device, "unplug")
            dock._obey({"do": "play", "device": device, "order": lost})
        until(lambda: seen("device_down") == set(DEVICE_NAMES), "every device lost", state=lambda: seen("device_down"))
        assert [event for event in stage.trail() if event.get("event") == "bug_met"] == []


def test_a_button_is_an_order_of_its_device_or_a_fault_of_its_line() -> None:
    assert played("locker", "silence") == {"do": "fault", "name": "silence"}
    assert played("power", "unplug") == {"do": "unplug"}
    assert played("power", "0") == {"do": "mains_off"}
    with pytest.raises(KeyError):
        played("toaster", "0")
