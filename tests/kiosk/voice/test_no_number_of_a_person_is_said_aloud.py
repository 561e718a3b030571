import re
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voice.discreet import discreet, no_digits
from kiosk.voice.prompts import Prompts
from kiosk.voice.sound import Sound
from kiosk.voice.speaker import Order, Speaker
from kiosk.voice.speech import Place, Stop, control, echo, for_ears, for_eyes
from tests.waiting import until

PERSONAL = (
    "11010519491231002X", "110105 19491231 002X", "110105194912310", "110105********002X", "911124198108030024",
    "13800138000", "138 0013 8000", "138-0013-8000", "138 **** 8000", "E12345678", "EA1234567", "H12345678",
    "6222 0212 3456 7890 123", "１３８００１３８０００", "+86 138 0013 8000", "110105-19491231-002X",
    "138 0013，8000", "138 0013, 8000",
)  # fmt: skip
PUBLIC = (
    "A1-017", "A-031", "029-86910000", "029-12345", "12345", "2026-11-29", "2026年11月29日", "8:30–17:30",
    "3 – 6 号窗口", "¥1,234.50", "610117 0001 20261122 000017 8", "60%", "24 小时", "第 2 页，共 12 页",
)  # fmt: skip
DIGITS = "零一二三四五六七八九"


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("number", PERSONAL)
def test_what_may_be_somebodys_is_kept_back(number: str, language: str) -> None:
    said = discreet(f"号码 {number}。", language)
    assert not re.search(r"\d{2}", said), said


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_everybodys_is_said(text: str) -> None:
    kept_back = discreet("13800138000", "zh-Hans")
    assert kept_back not in discreet(text, "zh-Hans")


@given(st.from_regex(r"[1-9]\d{16}[\dX]", fullmatch=True), st.text("请您的号码是，。 ", max_size=6))
def test_no_identity_number_in_any_sentence(number: str, around: str) -> None:
    said = for_ears(f"{around}{number}{around}", "zh-Hans", private=False)
    heard = "".join(DIGITS[int(c)] if c.isdecimal() else c for c in number)
    for at in range(len(heard) - 4):
        assert heard[at : at + 5] not in said.replace(" ", "").replace("，", "")


def test_headphones_hear_it_whole_and_the_caption_does_not_show_it() -> None:
    assert for_ears("13800138000", "zh-Hans", private=True) == "幺 三 八，零 零 幺 三，八 零 零 零"
    assert not re.search(r"\d", for_eyes("13800138000", "zh-Hans"))


def test_masks_are_said_in_words() -> None:
    assert discreet("欧阳**", "zh-Hans") == "欧阳某"
    assert "*" not in discreet("****", "zh-Hans")


def test_keys_of_a_number_pad_are_named_in_headphones_only() -> None:
    key = Stop("7", acts=True)
    assert control(key, Place(7, 12), "zh-Hans", private=True)[0] == "7"
    assert "7" not in " ".join(control(key, Place(7, 12), "zh-Hans", private=False)[:1])


def test_what_is_typed_is_echoed_in_headphones_only() -> None:
    assert echo("138", "1380", "还差 7 位", "zh-Hans", private=True) == ("0", "还差 7 位")
    assert echo("138", "1380", "还差 7 位", "zh-Hans", private=False) == ("还差 7 位",)
    assert echo("张", "张三", "", "zh-Hans", private=False) == ("三",)
    assert echo("138", "13", "还差 9 位", "zh-Hans", private=False)[0] == "删去一位"


def test_part_of_a_number_is_kept_back_while_it_is_typed() -> None:
    stop = Stop("138 0\n还差 7 位", typed=True)
    assert control(stop, Place(1, 1), "zh-Hans", private=False) == (no_digits("138 0", "zh-Hans"), "还差 7 位")


class Canary:
    """A synthesiser that remembers, and can be told to wait."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def sound(self, text: str, language: str, speed: int) -> Sound:  # noqa: ARG002 - as the real one
        self.said.append(text)
        self.go.wait(10)
        return Sound(b"\0\0")

    def play(self, sound: Sound, device: str, wanted: Callable[[], bool]) -> None:
        pass

    def stop(self) -> None:
        if self.said:  # a child that is at work is killed; one that has not begun knows nothing of it
            self.go.set()


@pytest.fixture
def canary() -> Canary:
    return Canary()


@pytest.fixture
def speaker(canary: Canary) -> Iterator[Speaker]:
    made = Speaker(canary, canary, Prompts(None), lambda _: None)
    yield made
    made.close()


WHOLE = Order(("身份证号", "11010519491231002X"), "zh-Hans", private=True)


def test_a_private_order_without_headphones_is_not_spoken(speaker: Speaker, canary: Canary) -> None:
    speaker.say(WHOLE)
    until(lambda: speaker.silent, "the order")
    assert canary.said == []


def test_unplugging_ends_a_private_order(speaker: Speaker, canary: Canary) -> None:
    speaker.plug(plugged=True)
    canary.go.clear()
    speaker.say(WHOLE)
    until(lambda: canary.said, "the first piece")
    speaker.plug(plugged=False)
    until(lambda: speaker.silent, "silence")
    assert canary.said == ["身份证号"], "the number was not even synthesised"


def test_a_canary_would_be_heard(speaker: Speaker, canary: Canary) -> None:
    """The harness can fail: with headphones in, the number does reach the synthesiser."""
    speaker.plug(plugged=True)
    speaker.say(WHOLE)
    until(lambda: speaker.silent, "the order")
    assert "零 零 二 X" in canary.said[-1]
