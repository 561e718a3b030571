"""What a technician can set, as controls, and the words for each."""

from typing import Annotated, Literal

import msgspec
import pytest
import tomlkit

from devices.registry import KINDS
from kiosk import words
from kiosk.settings import DEVICE_NAMES
from kiosk.technician import plans
from kiosk.technician.address import Address, parse
from kiosk.technician.bench import known_kinds
from kiosk.technician.controls import controls, setting, stepped
from kiosk.technician.values import Control, ControlForm, Plan, Setup


class Sample(msgspec.Struct):
    on: bool = False
    doors: Annotated[int, msgspec.Meta(ge=1, le=64)] = 12
    seconds: float = 0.5
    family: Literal["a", "b"] = "a"
    name: str | None = None
    limits: dict[str, float] = {}


def test_each_type_becomes_its_control_and_what_cannot_be_touched_stays_with_the_file() -> None:
    made = {control.name: control for control in controls(Sample)}
    assert {name: control.form.value for name, control in made.items()} == {
        "on": "switch", "doors": "number", "seconds": "number", "family": "choice", "name": "text",
    }  # fmt: skip
    assert (made["doors"].least, made["doors"].most, made["doors"].default) == (1, 64, 12)
    assert made["family"].choices == ("a", "b")
    assert not made["seconds"].whole


@pytest.mark.parametrize(
    ("value", "direction", "wanted"), [(12, 1, 13), (12, -1, 11), (64, 1, 64), (1, -1, 1), (None, 1, 2)]
)
def test_a_whole_number_moves_by_one_and_stays_inside_its_bounds(value: object, direction: int, wanted: int) -> None:
    control = Control("doors", ControlForm.NUMBER, default=12, least=1, most=64)
    assert stepped(control, value, direction) == wanted


def test_steps_grow_with_the_number_and_shrink_with_fractions() -> None:
    fraction = Control("seconds", ControlForm.NUMBER, default=0.5, whole=False)
    assert stepped(fraction, 0.5, 1) == pytest.approx(0.6)
    assert stepped(fraction, 8.0, 1) == pytest.approx(9.0)
    large = Control("dpi", ControlForm.NUMBER, default=200)
    assert stepped(large, 200, 1) == 210


def test_a_default_is_not_written_into_the_settings() -> None:
    control = Control("doors", ControlForm.NUMBER, default=12)
    assert setting(control, {"doors": 3, "on": True}, 12) == {"on": True}
    assert setting(control, {}, 3) == {"doors": 3}


@pytest.mark.parametrize(
    "text", ["serial:/dev/ttyS0?baud=9600&flow=xonxoff", "tcp:192.0.2.1:9100", "ipp://printer/ipp/print", "nut:ups@h"]
)
def test_an_address_is_taken_apart_and_put_together_again(text: str) -> None:
    assert parse(text).text() == text


def test_a_bare_path_is_a_serial_line_and_a_choice_can_be_taken_away() -> None:
    assert parse("/dev/ttyS1") == Address("serial", "/dev/ttyS1")
    assert parse("serial:/dev/x?baud=9600").choosing("baud", "").text() == "serial:/dev/x"


@pytest.mark.parametrize("language", words.languages())
def test_every_kind_and_every_option_of_it_has_words(language: str) -> None:
    known = words.load(language)
    for kind in known_kinds():
        assert f"technician.kind.{kind.name}" in known
        for control in kind.controls:
            assert f"technician.option.{control.name}" in known, f"{kind.name}: {control.name}"
            missing = [v for v in control.choices if f"technician.word.{v}" not in known and not _is_a_name(v)]
            assert missing == [], f"{kind.name}.{control.name}"
        assert [scheme for scheme in kind.schemes if f"technician.word.{scheme}" not in known] == []


def _is_a_name(value: str) -> bool:
    """Makes, character sets and control characters are called the same in every language."""
    return value in {"honeywell", "newland", "zebra", "cr", "lf", "crlf"}


def test_every_kind_with_a_driver_and_a_place_in_the_settings_can_be_fitted() -> None:
    names = {kind.name for kind in known_kinds()}
    assert names == {name for name in DEVICE_NAMES if name.replace("_", "-") in KINDS}
    assert len(names) >= 8


def test_only_what_changed_is_written_and_comments_stay() -> None:
    text = (
        '# ours\n[devices.locker] # left wall\nport = "serial:/dev/a" # blue cable\n\n'
        "[panel]\nwidth_mm = 268.0 # ruler\n"
    )
    document = tomlkit.parse(text)
    before = Plan({"locker": Setup("serial:/dev/a")}, 268.0)
    plans.write(document, before, before)
    assert document.as_string() == text
    after = Plan({"locker": Setup("serial:/dev/b", {"doors": 8}), "power": Setup("tcp:127.0.0.1:3493")}, 268.0)
    plans.write(document, before, after)
    written = document.as_string()
    for kept in ("# ours", "# left wall", "# blue cable", "# ruler"):
        assert kept in written
    assert document.unwrap()["devices"] == {
        "locker": {"port": "serial:/dev/b", "options": {"doors": 8}},
        "power": {"port": "tcp:127.0.0.1:3493"},
    }
    plans.write(document, after, before)
    assert document.unwrap()["devices"] == {"locker": {"port": "serial:/dev/a"}}
