import pytest

from kiosk.voice.reading import cardinal, read_aloud

CHINESE = {
    "★★★★★ 五星：网上申办，快递送达": "五星：网上申办，快递送达",
    "2026年11月29日": "二零二六年十一月二十九日",
    "2026-11-29 14:05": "二零二六年十一月二十九日 十四点零五分",
    "8:30–17:30": "八点三十分到十七点三十分",
    "9:00": "九点",
    "3 – 6 号窗口": "三到六 号窗口",
    "¥1,234.50": "一千二百三十四元五角",
    "12.05 元": "十二元零五分",
    "¥0.30": "零元三角",
    "A1-017": "A 一 零 一 七",
    "A-031": "A 零 三 一",
    "029-86910000": "零 二 九，八 六 九 幺，零 零 零 零",
    "12345": "幺 二 三 四 五",
    "请核对：138 0013，8000": "请核对：幺 三 八，零 零 幺 三，八 零 零 零",
    "K7M2Q9": "K 七 M 二 Q 九",
    "A1024": "A 一 零 二 四",
    "A4 纸": "A四 纸",
    "138 0013 8000": "幺 三 八，零 零 幺 三，八 零 零 零",
    "11010519491231002X": "一 一 零 一 零 五，一 九 四 九，一 二 三 一，零 零 二 X",
    "610117 0001 20261122 000017 8": (
        "六 一 零 一 一 七，零 零 零 一，二 零 二 六，一 一 二 二，零 零 零 零 一 七，八"
    ),
    "第 2 页，共 2 页": "第 二 页，共 两 页",
    "12 个工作日": "十二 个工作日",
    "60%": "百分之六十",
    "2.5 米": "二点五 米",
    "100000 元": "十万 元",
    "打印正常 · 网络正常": "打印正常，网络正常",
    "１２３": "一百二十三",
}
ENGLISH = {
    "2026-11-29": "29 November 2026",
    "14:05": "14 oh 5",
    "9:00": "9 o'clock",
    "Windows 3 – 6": "Windows 3 to 6",
    "A1-017": "A 1 0 1 7",
    "029-86910000": "0 2 9, 8 6 9 1, 0 0 0 0",
    "ABCD2345": "A B C D, 2 3 4 5",
    "¥1,234.50": "1234.50 yuan",
}


@pytest.mark.parametrize("written", CHINESE)
def test_in_mandarin(written: str) -> None:
    assert read_aloud(written, "zh-Hans") == CHINESE[written]


@pytest.mark.parametrize("written", ENGLISH)
def test_in_english(written: str) -> None:
    assert read_aloud(written, "en") == ENGLISH[written]


def test_cantonese_says_one_as_one() -> None:
    assert read_aloud("12345", "zh-Hant") == "一 二 三 四 五"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "零"), (10, "十"), (15, "十五"), (105, "一百零五"), (110, "一百一十"), (1000, "一千"), (1010, "一千零一十"),
     (10005, "一万零五"), (20010, "二万零一十"), (123456, "十二万三千四百五十六"), (100_000_000, "一亿"),
     (210_000_000, "二亿一千万")],
)  # fmt: skip
def test_cardinals(number: int, said: str) -> None:
    assert cardinal(number) == said


def test_no_digit_is_left_to_the_synthesiser_in_chinese() -> None:
    for written in CHINESE:
        assert not any(c.isdecimal() for c in read_aloud(written, "zh-Hans")), written
