"""The screen is black: only what was spoken, five keys, and for typing one's own headphones."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from kiosk.journey import events as e
from kiosk.journey.step import Journey, Overlay, Screen
from kiosk.voice.keys import Meaning
from tests.screens.album import CASE, FILED, FILING, HOLDER, NUMBER, SAVED, VISIT, fresh
from tests.ui.conftest import MakeBooth
from tests.ui.ears import Listener

DIGITS = "零一二三四五六七八九"
MakeListener = Callable[[Journey], Listener]


@pytest.fixture
def make_listener(make_booth: MakeBooth) -> Iterator[MakeListener]:
    made: list[Listener] = []

    def make(journey: Journey) -> Listener:
        made.append(Listener(make_booth(journey)))
        return made[-1]

    yield make
    for listener in made:
        listener.close()


@pytest.fixture
def listener(make_listener: MakeListener) -> Listener:
    two = tuple(item for item in fresh().items if item.slug in (NUMBER, FILING))
    return make_listener(replace(fresh(), items=two))


def _begun(listener: Listener) -> Listener:
    heard = listener.press(Qt.Key.Key_Down)
    assert "语音引导已打开" in heard
    assert "按上键或下键移动" in heard
    return listener


def _where(listener: Listener) -> tuple[Screen, Overlay, bool]:
    journey = listener.booth.journey
    return journey.screen, journey.overlay, journey.voice


def test_taking_a_number(listener: Listener) -> None:
    _begun(listener).choose("取号排队")
    assert "身份证" in listener.choose("立即取号")
    assert "这是您本人吗" in listener.happen(e.CardRead(VISIT, HOLDER))
    listener.find("姓名")
    assert "欧阳某" in " ".join(listener.heard)
    listener.choose("是我")
    assert "A 一 零 一 七" in listener.happen(SAVED)
    assert "请取走小票" in listener.happen(e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED))
    assert "满意" in " ".join((listener.choose("完成"), listener.find("满意")))
    listener.press(Qt.Key.Key_Return)
    assert listener.booth.journey.screen is Screen.FAREWELL


@pytest.mark.slow
def test_filing_with_headphones(listener: Listener) -> None:
    listener.plug()
    assert "声音只在耳机里" in " ".join(listener.tape.said)
    listener.choose("自助申报")
    listener.choose("开始申报")
    listener.happen(e.CardRead(VISIT, HOLDER))
    listener.find("姓名")
    assert "欧阳小明" in " ".join(listener.heard)
    listener.find("证件号码")
    assert "一 一 零 一 零 五，一 九 四 九，一 二 三 一，零 零 二 X" in " ".join(listener.heard)
    assert not any("小明" in caption or "002X" in caption for caption in listener.captions), "others may read it"
    listener.choose("是我")
    assert "已选中" in listener.choose("外卖")
    listener.choose("下一步")
    listener.choose("当地基数的 百分之六十")
    assert "手机" in listener.choose("下一步")
    for digit in "13800138000":
        assert DIGITS[int(digit)] in listener.choose(DIGITS[int(digit)], whole=True)
    listener.find("幺 三 八，零 零 幺 三，八 零 零 零")
    listener.choose("下一步")
    listener.choose("确认提交")
    assert listener.booth.journey.screen is Screen.SAVING
    listener.happen(FILED)
    saved = next(effect for effect in listener.booth.effects if isinstance(effect, e.SaveCase))
    assert dict(saved.answers)["mobile"] == "13800138000"
    assert set(listener.tape.devices) == {"ears"}


def test_help_and_the_way_back(listener: Listener) -> None:
    _begun(listener).choose("按拼音")
    assert listener.press(Qt.Key.Key_F1)
    assert _where(listener)[1] is Overlay.HELP
    listener.find("打电话")
    listener.press(Qt.Key.Key_Backspace)
    assert _where(listener)[1] is Overlay.NONE
    listener.press(Qt.Key.Key_Backspace)
    assert listener.booth.journey.screen is Screen.HOME
    assert "这里不能返回" in listener.press(Qt.Key.Key_Backspace)


def test_a_fault_is_told_when_it_comes(listener: Listener) -> None:
    _begun(listener).choose("取号排队")
    listener.choose("立即取号")
    heard = listener.happen(e.CardFailed(VISIT, "id_card_reader.card_unreadable"))
    assert heard
    assert "请把身份证放在读卡区" not in heard, "what was said already is not said again"


def test_the_first_key_on_a_hidden_page_shows_it_again(listener: Listener) -> None:
    _begun(listener).choose("取号排队")
    listener.choose("立即取号")
    listener.happen(e.CardRead(VISIT, HOLDER))
    listener.happen(e.Ticked(listener.booth.journey.now + 26))
    assert listener.booth.journey.hidden
    assert "这是您本人吗" in listener.press(Qt.Key.Key_Return)
    assert listener.booth.journey.screen is Screen.PERSON


def test_the_countdown_is_heard_without_voice_guidance(listener: Listener) -> None:
    listener.booth.touch("attract")
    heard = listener.happen(e.Ticked(listener.booth.journey.now + 61))
    assert "还在吗" in heard
    assert "三十 秒" in heard
    assert listener.happen(e.Ticked(listener.booth.journey.now + 1)) == ""
    assert "二十 秒" in listener.happen(e.Ticked(listener.booth.journey.now + 9))
    assert listener.captions


def test_a_key_that_is_held_counts_once(listener: Listener) -> None:
    first = _begun(listener).press(Qt.Key.Key_Down)
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "", True)
    before = len(listener.tape.said)
    QCoreApplication.sendEvent(listener.booth.window, held)
    listener.listen()
    assert len(listener.tape.said) == before
    assert listener.press(Qt.Key.Key_Down) != first


def test_a_keypad_may_say_that_headphones_went_in(listener: Listener) -> None:
    guide = listener.booth.screen.guide
    assert guide is not None
    guide.press(Meaning.PLUGGED)
    assert _where(listener) == (Screen.HOME, Overlay.NONE, True)
    guide.press(Meaning.UNPLUGGED)
    assert not _where(listener)[2]


def test_unplugging_ends_the_voice(listener: Listener) -> None:
    listener.plug()
    assert _where(listener)[2]
    listener.plug(plugged=False)
    assert not _where(listener)[2]
    before = len(listener.tape.said)
    listener.press(Qt.Key.Key_Down)
    assert len(listener.tape.said) == before


@pytest.mark.slow
def test_no_number_of_the_holder_reaches_the_loudspeaker(listener: Listener) -> None:
    _begun(listener).choose("自助申报")
    listener.choose("开始申报")
    listener.happen(e.CardRead(VISIT, HOLDER))
    for _ in range(8):
        listener.press(Qt.Key.Key_Down)
    listener.choose("是我")
    listener.choose("外卖")
    listener.choose("下一步")
    listener.choose("当地基数的 百分之六十")
    listener.choose("下一步")
    booth = listener.booth
    booth.happen(*(e.KeyPressed(digit) for digit in "13800138000"))
    listener.listen()
    for _ in range(16):
        listener.press(Qt.Key.Key_Down)
    listener.happen(e.Acted("next"))
    for _ in range(12):
        listener.press(Qt.Key.Key_Down)
    said = "".join(listener.tape.said).replace(" ", "").replace("，", "")
    assert "号码不外放" in said
    for number in (HOLDER.id_number, "13800138000"):
        digits = "".join(DIGITS[int(c)] if c.isdecimal() else c for c in number)
        for part in (digits[:4], digits[-4:], digits[3:8]):
            assert part not in said.replace("幺", "一"), part
        assert not re.search(number[-4:], said)
    assert not any(HOLDER.id_number[-6:] in caption for caption in listener.captions)


def test_a_listener_who_is_told_nothing_finds_nothing(listener: Listener) -> None:
    """The harness itself can fail: what is not spoken is not there."""
    _begun(listener)
    with pytest.raises(AssertionError, match="never heard"):
        listener.find("买火车票")
