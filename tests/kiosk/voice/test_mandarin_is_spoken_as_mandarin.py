import subprocess

import pytest

from kiosk.voice.synth import respelt, said_as, voice_of


def _sounds(text: str, voice: str) -> str:
    """Phonemes, as espeak-ng writes them, without its marks of stress."""
    asked = subprocess.run(
        ("espeak-ng", "-v", voice, "-b", "1", "-q", "-x", "--stdin"),
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return "".join(c for c in asked.stdout if c not in "',_|\n ")


@pytest.mark.parametrize(
    ("language", "text"), [("zh-Hans", "请把身份证放在读卡区"), ("zh-Hant", "請將身份證放在讀卡區")]
)
def test_no_character_is_read_as_english(language: str, text: str) -> None:
    assert "(en)" not in _sounds(text, voice_of(language))


def test_the_voice_that_spells_pinyin_in_english_would_be_noticed() -> None:
    assert "(en)" in _sounds("请把身份证放在读卡区", "cmn")


@pytest.mark.parametrize(
    ("word", "sounds"),
    [("重新", "chong2 xin1"), ("银行", "yin2 hang2"), ("给付", "ji3 fu4"), ("地址", "di4 zhi3"), ("更改", "geng1 gai3"),
     ("处理", "chu3 li3"), ("要求", "yao1 qiu2"), ("节假日", "jie2 jia4 ri4"), ("重庆", "chong2 qing4")],
)  # fmt: skip
def test_a_word_of_two_readings_has_the_right_one(word: str, sounds: str) -> None:
    voice = voice_of("zh-Hans")
    assert _sounds(respelt(word, "zh-Hans"), voice) == _sounds(sounds, voice)


def test_every_word_of_the_table_is_written_with_as_many_characters() -> None:
    assert {word for word, said in said_as()["zh-Hans"].items() if len(word) != len(said)} == set()
    assert respelt("请重新输入地址", "zh-Hans") == "请崇新输入帝址"
    assert respelt("Please try again", "en") == "Please try again"
