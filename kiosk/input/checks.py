"""Whether what was typed can be right, and what is still missing. Pure: today comes in.

A check never refuses what only looks unusual: a county this software has not heard of is no fault of the citizen.
"""

import re
from datetime import date
from typing import Final

import msgspec
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

LENGTHS: Final = {"id": 18, "mobile": 11, "date": 8, "credit_code": 18}
"""Kinds with exactly so many places."""
_PASSPORT: Final = re.compile(r"(?=.*\d)[A-Z0-9]{6,12}")
_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_DAY: Final = re.compile(r"[0-9]{8}")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_MONEY: Final = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?")
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\u3007\ue000-\uf8ff\U00020000-\U000323af"
_NAME: Final = re.compile(rf"[{_HAN}]+([·•‧][{_HAN}]+)*|[A-Za-z]+(([ .'’-]|\. | -)?[A-Za-z])*\.?")
"""Han characters, private-use ones of old systems included, with middle dots; or letters as in a passport."""


class Limits(msgspec.Struct, frozen=True):
    """What a field adds to its kind. Money in fen; days are inclusive."""

    longest: int = 40
    shortest: int = 1
    most_fen: int = 99_999_999_99
    earliest: date = date(1900, 1, 1)
    latest: date = date(2999, 12, 31)


class Verdict(msgspec.Struct, frozen=True):
    """`fault`: a key of the words, empty where all is well; its blanks."""

    fault: str = ""
    blanks: tuple[tuple[str, str], ...] = ()


FINE: Final = Verdict()


def left(kind: str, typed: str) -> int:
    """How many places are still missing; 0 where the kind has no set length."""
    return max(0, LENGTHS.get(kind, 0) - len(typed))


def accepts(kind: str, typed: str, key: str, limits: Limits = Limits()) -> bool:  # noqa: B008  # frozen
    """Whether `key` can stand behind `typed`. What can never become right is not typed at all."""
    whole = typed + key
    if len(whole) > LENGTHS.get(kind, limits.longest):
        return False
    match kind:
        case "id":
            return re.fullmatch(r"[0-9]{0,17}|[0-9]{17}[0-9X]", whole) is not None
        case "digits" | "mobile" | "date":
            return whole.isascii() and whole.isdecimal()
        case "money":
            return (
                re.fullmatch(r"(0|[1-9][0-9]{0,11})(\.[0-9]{0,2})?", whole) is not None
                and _fen(whole) <= limits.most_fen
            )
        case _:
            return True


def check(kind: str, typed: str, today: date, limits: Limits = Limits()) -> Verdict:  # noqa: B008  # frozen
    """What is wrong with the whole of `typed`."""
    if not typed.strip():
        return Verdict("form.nothing")
    if missing := left(kind, typed):
        return Verdict("form.short", (("count", str(missing)),))
    match kind:
        case "id":
            return _id_number(typed, today)
        case "mobile":
            return FINE if _MOBILE.fullmatch(typed) else Verdict("form.mobile_wrong")
        case "date":
            return _day(typed, limits)
        case "money":
            return _money(typed, limits)
        case "credit_code":
            return FINE if _holds(uscc.validate, typed) else Verdict("form.credit_code_wrong")
        case "passport":
            return FINE if _PASSPORT.fullmatch(typed.upper()) else Verdict("form.passport_wrong")
        case "name":
            return FINE if len(typed) > 1 and _NAME.fullmatch(typed.strip()) else Verdict("form.name_wrong")
        case _:
            few = len(typed.strip()) < limits.shortest
            return Verdict("form.too_short", (("count", str(limits.shortest)),)) if few else FINE


def _id_number(typed: str, today: date) -> Verdict:
    """GB 11643: the day must be one, and the check character must fit. No county is looked up: new ones are made."""
    if not _ID.fullmatch(typed):
        return Verdict("form.id_wrong")
    try:
        born = date(int(typed[6:10]), int(typed[10:12]), int(typed[12:14]))
    except ValueError:
        return Verdict("form.id_day_wrong")
    if not date(1880, 1, 1) <= born <= today:
        return Verdict("form.id_day_wrong")
    return FINE if typed[-1] == ric.calc_check_digit(typed) else Verdict("form.id_wrong")


def _day(typed: str, limits: Limits) -> Verdict:
    if not _DAY.fullmatch(typed):
        return Verdict("form.date_wrong")
    try:
        day = date(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
    except ValueError:
        return Verdict("form.date_wrong")
    if day < limits.earliest:
        return Verdict("form.date_early", (("day", limits.earliest.isoformat()),))
    return Verdict("form.date_late", (("day", limits.latest.isoformat()),)) if day > limits.latest else FINE


def _money(typed: str, limits: Limits) -> Verdict:
    if not _MONEY.fullmatch(typed) or _fen(typed) == 0:
        return Verdict("form.money_wrong")
    most = f"{limits.most_fen // 100}.{limits.most_fen % 100:02}"
    return FINE if _fen(typed) <= limits.most_fen else Verdict("form.money_much", (("yuan", most),))


def _fen(typed: str) -> int:
    yuan, _, rest = typed.partition(".")
    return int(yuan or "0") * 100 + int(f"{rest:0<2}"[:2] or "0")


def _holds(validate: object, typed: str) -> bool:
    try:
        validate(typed)  # type: ignore[operator]  # python-stdnum ships no types
    except ValidationError:
        return False
    return True
