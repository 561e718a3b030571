"""Somebody else is let in by card and PIN, and the doctor's report is taken along."""

from pathlib import Path

import pytest

from kiosk.technician.door import Door, Opened
from tests.kiosk.technician.test_the_door_stays_shut import Clock
from tests.kiosk.technician.workshop import CHEAP, PIN, Workshop

pytestmark = pytest.mark.slow
OTHER_CARD = "810000199001010019"


def test_a_technician_lets_another_in_and_takes_the_readiness_report_along(tmp_path: Path) -> None:
    with Workshop(tmp_path, {"id_card_reader": "serial:{folder}/reader?baud=115200"}) as shop:
        reader = shop.simulate("id-card-reader", "reader", card="none")
        shop.begin()
        shop.enter(reader)
        shop.tap("people")
        shop.wait(screen="people")
        shop.tap("main")
        shop.wait(screen="type")
        shop.tap("shift")
        for key in "T-2":
            shop.tap(f"key.{key}" if key != "T" else "key.t")
        shop.tap("main")
        for digit in "97531":
            shop.tap(f"key.{digit}")
        shop.tap("main")
        shop.wait_for("the refusal", lambda look: any("6 至 12 位数字" in text for text in look["texts"]))
        shop.tap("key.0")
        shop.tap("main")
        shop.wait(screen="people")
        shop.wait_for("the card", lambda look: any("现在请把新技术人员" in text for text in look["texts"]))
        reader.ask("put_card", card="hk_mo_tw")
        shop.wait_for("the new name", lambda look: "T-2" in look["texts"])
        reader.ask("lift_card")
        door = Door(tmp_path / "keys" / "technicians.json", tmp_path / "x", Clock(), CHEAP)
        assert door.attempt(pin="975310", card=OTHER_CARD) == Opened("T-2")

        shop.tap("back")
        shop.wait(screen="overview")
        shop.tap("export")
        shop.wait(screen="export")
        shop.tap("export.report")
        shop.wait_for("the report", lambda look: any(text.endswith(".pdf") for text in look["texts"]), 90)
        (report,) = (tmp_path / "data" / "export").glob("*.pdf")
        assert report.read_bytes().startswith(b"%PDF")
        shop.tap("back")
        shop.wait(screen="overview")
        shop.wait_for("the reader again", lambda look: "已安装的设备全部正常。" in look["texts"])
        enrolled = next(line for line in shop.trail() if line["event"] == "technician_enrolled")
        assert (enrolled["who"], enrolled["by"]) == ("T-2", "T-017")
        everything = "".join(
            path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*") if path.is_file()
        )
        assert OTHER_CARD not in everything
        assert "975310" not in everything


def test_the_cabinets_switch_stands_in_for_the_card_while_it_is_turned(tmp_path: Path) -> None:
    with Workshop(tmp_path, {"cabinet": "serial:{folder}/cabinet?baud=9600"}) as shop:
        cabinet = shop.simulate("cabinet", "cabinet", switch="maintenance")
        shop.begin()
        shop.wait_for("the switch", lambda look: "不需要：机柜开关处于维护位" in look["texts"])
        shop.type_digits(PIN)
        cabinet.ask("switch", to="run")
        shop.wait_for("the switch", lambda look: "不需要：机柜开关处于维护位" not in look["texts"])
        assert "main" in shop.look()["disabled"]
        cabinet.ask("switch", to="maintenance")
        shop.tap("main")
        shop.wait(screen="overview")
        entered = next(line for line in shop.trail() if line["event"] == "technician_entered")
        assert (entered["who"], entered["way"]) == ("T-017", "switch")
