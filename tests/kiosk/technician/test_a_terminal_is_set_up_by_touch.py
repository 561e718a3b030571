"""The technician's process with simulated devices: nothing but touches, and the file says what was set."""

import json
import time
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kiosk.setup import revisions
from kiosk.technician.door import Door
from tests.kiosk.technician.workshop import CARD, CHEAP, PIN, Workshop

pytestmark = pytest.mark.slow


def test_a_printer_at_another_baud_rate_is_found_tried_saved_and_a_panel_measured_with_a_pointer(
    tmp_path: Path, display: str
) -> None:
    devices = {
        "id_card_reader": "serial:{folder}/reader?baud=115200",
        "ticket_printer": "serial:{folder}/printer?baud=115200",
    }
    with Workshop(tmp_path, devices, display=display) as shop:
        reader = shop.simulate("id-card-reader", "reader", card="none")
        printer = shop.simulate("ticket-printer", "printer", baud="9600")
        shop.begin()
        shop.enter(reader)

        _find_the_printer(shop)
        assert printer.ask("state")["state"]["tickets"] == 0, "it left a trace on paper"
        _try_another_rate_and_options(shop)
        _check_the_printer(shop)
        assert printer.ask("state")["state"]["tickets"] == 1
        _measure_the_panel_and_save(shop)
        _settings_say_what_was_touched(shop)
        _take_files_along_and_leave(shop)
    _nothing_personal_was_written(shop)


def _find_the_printer(shop: Workshop) -> None:
    shop.tap("device.ticket_printer")
    shop.wait(screen="device")
    shop.tap("find")
    shop.wait(screen="find")
    shop.wait_for("the search", lambda look: look["work"] == "" and "found.0" in look["names"], 60)
    assert any("/reader" in text for text in shop.look()["texts"])
    shop.tap("found.0")
    shop.tap("back")
    shop.wait(screen="device", device="ticket_printer", tab="state")
    shop.wait_for("the printer", lambda look: any(text.startswith("正常") for text in look["texts"]))


def _try_another_rate_and_options(shop: Workshop) -> None:
    """Lost at once at another rate, and well again at the right one."""
    shop.tap("tab.setup")
    shop.wait(tab="setup")
    shop.tap("baud.57600")
    shop.tap("tab.state")
    shop.wait(tab="state")
    shop.wait_for("the loss", lambda look: "没有回应" in "".join(look["texts"]))
    shop.tap("tab.setup")
    shop.wait(tab="setup")
    shop.tap("baud.9600")
    shop.tap("option.full_cut")
    shop.tap("option.evidence_seconds.more")


def _check_the_printer(shop: Workshop) -> None:
    """Asked, made to work, and its line seen."""
    shop.tap("tab.checks")
    shop.wait(tab="checks")
    for done, level in enumerate(("internal", "external"), 1):
        shop.tap(f"check.{level}")
        shop.wait_for(level, lambda look, done=done: look["work"] == "" and _passed(look) == done, 40)  # type: ignore[misc]
    shop.tap("tab.frames")
    shop.wait(tab="frames")
    shop.wait_for("frames", lambda look: any(text.startswith("10 04 0") for text in look["texts"]))
    shop.tap("back")
    shop.wait(screen="overview")


def _passed(look: dict[str, Any]) -> int:
    return sum(text.startswith("通过") for text in look["texts"])


def _measure_the_panel_and_save(shop: Workshop) -> None:
    shop.tap("calibrate")
    shop.wait(screen="calibrate")
    for _ in range(3):
        shop.tap("card.more")
    shop.tap("main")
    shop.wait_for("the revision", lambda look: "版本" in "".join(look["texts"]) and look["work"] == "")
    shop.tap("back")
    shop.wait(screen="overview")


def _settings_say_what_was_touched(shop: Workshop) -> None:
    text = shop.settings.read_text(encoding="utf-8")
    held = tomllib.loads(text)
    assert held["devices"]["ticket_printer"] == {
        "port": f"serial:{shop.folder}/printer?baud=9600",
        "options": {"full_cut": True, "evidence_seconds": 9.0},
    }
    assert held["panel"]["width_mm"] == pytest.approx(268.0 * 345 / 348, abs=0.5)
    assert "# as delivered" in text
    made = revisions.history(shop.settings)[0]
    assert (made.by, made.outcome) == ("T-017", revisions.Outcome.PENDING)


def _take_files_along_and_leave(shop: Workshop) -> None:
    shop.tap("export")
    shop.wait(screen="export")
    shop.tap("export.recordings")
    shop.wait_for("the file", lambda look: any(text.endswith(".zip") for text in look["texts"]))
    shop.tap("back")
    shop.wait(screen="overview")
    shop.tap("main")
    shop.wait(screen="leave")
    shop.tap("main")
    assert shop.leave() == 0


def _nothing_personal_was_written(shop: Workshop) -> None:
    (archive,) = (shop.folder / "data" / "export").glob("*.zip")
    with zipfile.ZipFile(archive) as files:
        assert sorted(files.namelist()) == ["id_card_reader.json", "ticket_printer.json"]
        everything = b"".join(files.read(name) for name in files.namelist())
    assert CARD.encode() not in everything
    assert CARD.encode("utf-16-le").hex(" ").upper().encode() not in everything
    assert [line["event"] for line in shop.trail()] == [
        "technician_entered", "technician_exported", "technician_left",
    ]  # fmt: skip
    assert CARD not in json.dumps(shop.trail())
    ledger = json.loads((shop.folder / "data" / "ledger" / "ticket_printer.json").read_text(encoding="utf-8"))
    assert ledger["totals"]["jobs"] >= 2


def test_two_swapped_devices_are_found_and_put_right_with_a_code_where_no_card_can_be_read(tmp_path: Path) -> None:
    devices = {"id_card_reader": "serial:{folder}/b?baud=115200", "ticket_printer": "serial:{folder}/a?baud=115200"}
    with Workshop(tmp_path, devices) as shop:
        shop.simulate("id-card-reader", "a", baud="57600", card="none")
        printer = shop.simulate("ticket-printer", "b", baud="38400")
        code = Door(tmp_path / "keys" / "technicians.json", tmp_path / "x", time.time, CHEAP).code()
        shop.begin()
        shop.tap("door.way")
        shop.type_digits(code)
        shop.type_digits(PIN)
        shop.tap("main")
        shop.wait(screen="overview")
        shop.tap("find")
        shop.wait(screen="find")
        look = shop.wait_for("the search", lambda look: look["work"] == "" and "found.2" in look["names"], 90)
        assert any("/a?baud=57600" in text for text in look["texts"])
        assert any("/b?baud=38400" in text for text in look["texts"])
        shop.tap("found.0")
        shop.tap("found.2")
        shop.tap("back")
        shop.wait(screen="overview")
        shop.wait_for("both", lambda look: "已安装的设备全部正常。" in look["texts"])
        shop.tap("main")
        shop.wait_for("the revision", lambda look: "版本 1" in "".join(look["texts"]))
        held = tomllib.loads(shop.settings.read_text(encoding="utf-8"))["devices"]
        assert held["id_card_reader"]["port"].endswith("/a?baud=57600")
        assert held["ticket_printer"]["port"].endswith("/b?baud=38400")
        assert printer.ask("state")["state"]["tickets"] == 0


def test_a_stranger_with_a_card_stays_outside_and_the_reader_tells_the_log_nothing(tmp_path: Path) -> None:
    with Workshop(tmp_path, {"id_card_reader": "serial:{folder}/reader?baud=115200"}) as shop:
        reader = shop.simulate("id-card-reader", "reader", card="none")
        shop.begin()
        shop.wait_for("the reader", lambda look: "等待放卡" in look["texts"])
        reader.ask("put_card", card="hk_mo_tw")
        shop.wait_for("the card", lambda look: "已读到，可以取走" in look["texts"])
        shop.type_digits(PIN)
        shop.tap("main")
        shop.wait_for("the refusal", lambda look: "未通过" in "".join(look["texts"]))
        assert shop.look()["screen"] == "door"
        shop.tap("second")
        assert shop.leave() == 0
        assert [line["event"] for line in shop.trail()] == ["technician_refused", "technician_left"]
        assert "810000199001010019" not in (tmp_path / "trail.jsonl").read_text(encoding="utf-8")


def test_a_locker_is_proved_with_one_door_and_each_next_step_is_told(tmp_path: Path) -> None:
    with Workshop(tmp_path, {"locker": "serial:{folder}/locker?baud=9600"}) as shop:
        locker = shop.simulate("locker", "locker", short_when="open")
        code = Door(tmp_path / "keys" / "technicians.json", tmp_path / "x", time.time, CHEAP).code()
        shop.begin()
        shop.tap("door.way")
        shop.type_digits(code)
        shop.type_digits(PIN)
        shop.tap("main")
        shop.wait(screen="overview")
        shop.tap("device.locker")
        shop.wait(screen="device")
        shop.tap("tab.checks")
        shop.wait(tab="checks")
        shop.tap("commission")
        for said, order in (("请用钥匙打开所选的柜门", "open_by_hand"), ("请再关好这扇门", "close")):
            shop.wait_for(said, lambda look, said=said: said in look["texts"])  # type: ignore[misc]
            locker.ask(order, door=1)
        shop.wait_for("the proof", lambda look: "已验证，请保存为新版本。" in look["texts"], 30)
        shop.tap("main")
        shop.wait_for("the revision", lambda look: "版本 1" in "".join(look["texts"]))
        held = tomllib.loads(shop.settings.read_text(encoding="utf-8"))["devices"]["locker"]
        assert held["options"] == {"short_when": "open", "first_lock": 1}
        assert locker.ask("state")["state"]["openings"] == 1
