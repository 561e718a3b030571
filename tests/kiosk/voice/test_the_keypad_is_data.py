import msgspec
import pytest
from PySide6.QtCore import Qt

from kiosk.voice.keys import _ALONE, Keys, Meaning


def test_every_key_that_may_be_named_is_one_of_qt() -> None:
    for name in (*_ALONE, "A", "5", "F24"):
        assert Qt.Key[f"Key_{name}"]


def test_a_keypad_with_keys_of_its_own() -> None:
    told = {"previous": ["F17"], "next": ["F18"], "ok": ["F19"], "back": ["F20"], "help": ["F21"], "plugged": ["F15"]}
    keys = msgspec.convert(told, Keys)
    assert (Meaning.PLUGGED, "F15") in keys.pairs()


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"ok": ["Enterr"]}, "no key 'Enterr'"),
        ({"ok": ["F25"]}, "no key 'F25'"),
        ({"ok": ["Up"]}, "means something else already"),
        ({"help": []}, "at least one key expected"),
        ({"okay": ["Return"]}, "unknown field"),
    ],
)
def test_a_wrong_key_is_one_sentence(told: dict[str, list[str]], wrong: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=wrong):
        msgspec.convert(told, Keys)
