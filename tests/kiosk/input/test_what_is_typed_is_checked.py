from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from kiosk import words
from kiosk.input.checks import Limits, Verdict, accepts, check, left

TODAY = date(2026, 11, 22)
LIMITS = Limits(most_fen=500_00, earliest=date(2026, 1, 1), latest=date(2026, 12, 31), shortest=5)

FINE = [
    ("id", "11010519491231002X"),
    ("id", "830000199201300022"),
    ("id", "659013199201300029"),
    ("mobile", "13800138000"),
    ("date", "20260228"),
    ("money", "120.50"),
    ("money", "0.01"),
    ("money", "500"),
    ("credit_code", "91110000600037341L"),
    ("passport", "E12345678"),
    ("passport", "G1234567"),
    ("name", "欧阳娜娜"),
    ("name", "阿依古丽·买买提"),
    ("name", "𬭎龑"),
    ("name", "Jean-Luc O'Neil"),
    ("name", "DOE JANE"),
    ("text", "灯坏了三天"),
    ("name", "王\ue863"),
    ("date", "20240229"),
]
WRONG = [
    ("id", "11010519491231002", "form.short"),
    ("id", "110105194912310021", "form.id_wrong"),
    ("id", "110105194913310025", "form.id_day_wrong"),
    ("id", "110105202713310025", "form.id_day_wrong"),
    ("mobile", "1380013800", "form.short"),
    ("mobile", "12800138000", "form.mobile_wrong"),
    ("date", "20260230", "form.date_wrong"),
    ("date", "20251231", "form.date_early"),
    ("date", "20270101", "form.date_late"),
    ("money", "0", "form.money_wrong"),
    ("money", "500.01", "form.money_much"),
    ("money", "12.", "form.money_wrong"),
    ("credit_code", "91110000600037341M", "form.credit_code_wrong"),
    ("passport", "ABCDEFG", "form.passport_wrong"),
    ("name", "王", "form.name_wrong"),
    ("name", "王5", "form.name_wrong"),
    ("text", "坏了", "form.too_short"),
    ("name", "  ", "form.nothing"),
    ("id", "", "form.nothing"),
]


@pytest.mark.parametrize(("kind", "typed"), FINE)
def test_fine(kind: str, typed: str) -> None:
    limits = Limits() if typed == "20240229" else LIMITS
    assert check(kind, typed, TODAY, limits) == Verdict()


@pytest.mark.parametrize(("kind", "typed", "fault"), WRONG)
def test_wrong(kind: str, typed: str, fault: str) -> None:
    found = check(kind, typed, TODAY, LIMITS)
    assert found.fault == fault
    for language in ("zh-Hans", "en"):
        said = words.say(language, found.fault, **dict(found.blanks))
        assert "{" not in said


def test_how_many_places_are_missing_is_said() -> None:
    assert check("id", "110105194912310", TODAY).blanks == (("count", "3"),)
    assert words.say("zh-Hans", "form.short", count=left("id", "110105194912310")) == "还差 3 位"


@pytest.mark.parametrize(
    ("kind", "typed", "key", "may"),
    [
        ("id", "1" * 17, "X", True),
        ("id", "1" * 16, "X", False),
        ("id", "1" * 18, "1", False),
        ("mobile", "1", "a", False),
        ("mobile", "1" * 11, "1", False),
        ("money", "12.34", "5", False),
        ("money", "0", "1", False),
        ("money", "499", "9", False),
        ("money", "", ".", False),
        ("date", "2026112", "2", True),
        ("name", "王", "小", True),
        ("mobile", "1", "٣", False),
        ("money", "1", "²", False),
    ],
)
def test_what_can_never_become_right_is_not_typed(kind: str, typed: str, key: str, may: bool) -> None:
    assert accepts(kind, typed, key, LIMITS) is may


@given(st.from_regex(r"[1-8]\d{5}19[4-9]\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}", fullmatch=True))
def test_a_number_with_its_own_check_character_is_right_and_with_any_other_wrong(number: str) -> None:
    ascii_number = "".join(str(int(digit)) for digit in number)
    fits = ric.calc_check_digit(ascii_number + "0")
    assert check("id", ascii_number + fits, TODAY) == Verdict()
    for other in set("0123456789X") - {fits}:
        assert check("id", ascii_number + other, TODAY).fault == "form.id_wrong"


@given(
    kind=st.sampled_from(["id", "mobile", "date", "money", "credit_code", "passport", "name", "text"]), typed=st.text()
)
def test_whatever_is_typed_there_is_a_verdict(kind: str, typed: str) -> None:
    fault = check(kind, typed, TODAY, LIMITS).fault
    assert not fault or fault in words.load("zh-Hans")
