"""How a written text is read aloud: dates, times, amounts, telephone and ticket numbers, digits in groups. Pure."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_PHONE_DIGITS: Final = "零幺二三四五六七八九"
_COUNTED: Final = "个份张位次项页人天本件条种元"
_PLACES: Final = ("", "十", "百", "千")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ISO_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_CHINESE_DAY = re.compile(r"(\d{4})\s*年(?:\s*(\d{1,2})\s*月)?(?:\s*(\d{1,2})\s*日)?")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![\d:])")
_RANGE = re.compile(r"(?<=[\d点分号时])\s*[–—~～]\s*(?=[\d])")
_AMOUNT = re.compile(r"[¥￥]\s*([\d,]+)(?:\.(\d{1,2}))?(?:\s*元)?|\b([\d,]+)\.(\d\d)\s*元")
_PHONE = re.compile(
    r"\b0\d{2,3}-\d{3,8}\b|\b0\d{9,11}\b|(?<!\d)1[3-9]\d{9}(?!\d)|\b1[3-9]\d \d{4}(?: |，|, )\d{4}\b|\b12345\b"
)
_CODE = re.compile(r"(?<![A-Za-z\d-])(?=\d*[A-Z])(?=[A-Z]*\d)[A-Z\d]{4,}(?![A-Za-z\d-])")
"""Letters and digits mixed, as codes on papers are: spelt, never read as amounts."""
_IDENTITY = re.compile(r"\b\d{17}[\dXx]\b")
_ENDS_IN_X = re.compile(r"(?<!\d)\d{2,}[Xx](?![A-Za-z])")
_TICKET = re.compile(r"\b([A-Z]{1,2})(\d{0,2})-(\d{2,4})\b")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_GROUPS = re.compile(r"\d+(?: \d+){2,}(?: ?[0-9A-Z])?")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_WHOLE = re.compile(r"\d+(?!\d)(?=\s?([元人个条件])?)")
_APART: Final = "\u2009"
"""Between digits said one by one: told apart from the spaces that were written, until the end."""
_SEPARATOR = re.compile(r"\s*[·•|→/]\s*")
_ORNAMENT = re.compile(r"[★☆]+\s*")
"""Drawn beside the words that say the same."""


def read_aloud(text: str, language: str) -> str:
    """`text` as a voice of `language` should speak it; a voice of Chinese never meets an Arabic digit."""
    written = _ORNAMENT.sub("", text)
    plain = "".join(unicodedata.normalize("NFKC", c) if c.isdecimal() else c for c in written)
    chinese = language.startswith("zh")
    said = _chinese(plain, cantonese=language == "zh-Hant") if chinese else _english(plain)
    return said.replace(_APART, " ")


def days(text: str) -> str:
    """`YYYY-MM-DD` with the month's name, so that no day looks like a number of somebody's."""
    return _ISO_DAY.sub(lambda d: f"{int(d[3])} {_MONTHS[int(d[2]) - 1]} {d[1]}", text)


def chinese_days(text: str) -> str:
    """`YYYY-MM-DD` as `YYYY年M月D日`."""
    return _ISO_DAY.sub(lambda d: f"{d[1]}年{int(d[2])}月{int(d[3])}日", text)


def cardinal(number: int) -> str:
    """`number` below ten thousand million as Chinese says it: 10 -> 十, 105 -> 一百零五, 20000 -> 二万."""
    if number >= 10**8:
        return _with_rest(number, 10**8, "亿")
    if number >= 10**4:
        return _with_rest(number, 10**4, "万")
    said, gap = "", False
    for place, digit in enumerate(reversed(str(number))):
        if digit == "0":
            gap = bool(said)
            continue
        said = _DIGITS[int(digit)] + _PLACES[place] + ("零" if gap else "") + said
        gap = False
    return (said[1:] if said.startswith("一十") else said) or "零"


def one_by_one(digits: str, names: str = _DIGITS) -> str:
    """Every digit by its name, letters as they are, spelt apart."""
    return _APART.join(names[int(c)] if c.isdecimal() else c.upper() for c in digits if c.isalnum())


def groups(digits: str) -> tuple[str, ...]:
    """A number as people say it over the telephone: identity numbers 6-4-4-4, mobiles 3-4-4, others in fours."""
    cuts = {18: (6, 4, 4, 4), 11: (3, 4, 4)}.get(len(digits), ())
    found, rest = [], digits
    for cut in cuts:
        found.append(rest[:cut])
        rest = rest[cut:]
    while rest:
        found.append(rest[:4])
        rest = rest[4:]
    return tuple(found)


def _with_rest(number: int, unit: int, name: str) -> str:
    rest = number % unit
    zero = "零" if rest and rest < unit // 10 else ""
    return cardinal(number // unit) + name + zero + (_after(rest) if rest else "")


def _after(rest: int) -> str:
    said = cardinal(rest)
    return "一" + said if said.startswith("十") else said


def _chinese(text: str, *, cantonese: bool) -> str:
    phone = _DIGITS if cantonese else _PHONE_DIGITS

    def spelt(names: str) -> Callable[[re.Match[str]], str]:
        return lambda found: "，".join(one_by_one(part, names) for part in _parts(found.group()))

    text = chinese_days(text)
    text = _CLOCK.sub(_chinese_time, text)
    text = _RANGE.sub("到", text)
    text = _CHINESE_DAY.sub(_chinese_day, text)
    text = _AMOUNT.sub(_yuan, text)
    text = _IDENTITY.sub(spelt(_DIGITS), text)
    text = _PHONE.sub(spelt(phone), text)
    text = _ENDS_IN_X.sub(lambda n: one_by_one(n.group()), text)
    text = _TICKET.sub(lambda t: one_by_one(t[1] + t[2] + t[3]), text)
    text = _CODE.sub(spelt(_DIGITS), text)
    text = _PERCENT.sub(lambda p: f"百分之{p[1]}", text)
    text = _GROUPS.sub(spelt(_DIGITS), text)
    text = _DECIMAL.sub(lambda d: f"{cardinal(int(d[1]))}点{one_by_one(d[2]).replace(_APART, '')}", text)
    text = re.sub(rf"(?<![第\d.])(?<!第\s)2(?=\s?[{_COUNTED}])", "两", text)
    text = _WHOLE.sub(_whole, text)
    return _SEPARATOR.sub("，", text)


def _parts(number: str) -> tuple[str, ...]:
    parts = re.split(r"[ ，,-]+", number)
    return tuple(piece for part in parts for piece in _short(part))


def _short(part: str) -> tuple[str, ...]:
    return (part,) if len(part) <= 6 else groups(part)


def _whole(found: re.Match[str]) -> str:
    digits, counts = found.group(), found[1]
    if (len(digits) >= 6 and not counts) or (len(digits) > 1 and digits[0] == "0"):
        return "，".join(one_by_one(part) for part in _short(digits))
    return cardinal(int(digits))


def _chinese_time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if not minute:
        return f"{hour}点"
    return f"{hour}点" + ("零" if minute < 10 else "") + f"{minute}分"


def _chinese_day(found: re.Match[str]) -> str:
    month = f"{int(found[2])}月" if found[2] else ""
    day = f"{int(found[3])}日" if found[3] else ""
    return "".join(_DIGITS[int(c)] for c in found[1]) + f"年{month}{day}"


def _yuan(found: re.Match[str]) -> str:
    whole = int((found[1] or found[3]).replace(",", ""))
    cents = (found[2] or found[4] or "").ljust(2, "0")
    jiao, fen = int(cents[0]), int(cents[1])
    small = (f"{_DIGITS[jiao]}角" if jiao else "零" if fen else "") + (f"{_DIGITS[fen]}分" if fen else "")
    return f"{cardinal(whole)}元{small}"


def _english(text: str) -> str:
    text = days(text)
    text = re.sub(r"(?<=\d)\s*[–—]\s*(?=\d)", " to ", text)
    text = _CLOCK.sub(lambda t: f"{int(t[1])} {_english_minutes(int(t[2]))}", text)
    text = re.sub(r"[¥￥]\s*([\d,]+(?:\.\d{1,2})?)", lambda a: f"{a[1].replace(',', '')} yuan", text)
    for numbers in (_IDENTITY, _PHONE):
        text = numbers.sub(lambda n: ", ".join(_APART.join(part) for part in _parts(n.group())), text)
    text = _TICKET.sub(lambda t: _APART.join(t[1] + t[2] + t[3]), text)
    text = _CODE.sub(lambda c: ", ".join(_APART.join(part) for part in _parts(c.group())), text)
    text = _GROUPS.sub(lambda n: ", ".join(_APART.join(part) for part in _parts(n.group())), text)
    text = re.sub(r"\d{9,}", lambda n: ", ".join(_APART.join(part) for part in groups(n.group())), text)
    return _SEPARATOR.sub(", ", text)


def _english_minutes(minutes: int) -> str:
    return "o'clock" if not minutes else f"oh {minutes}" if minutes < 10 else str(minutes)
