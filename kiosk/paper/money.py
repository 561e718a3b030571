"""An amount of money in Chinese capitals, as certificates and contracts write it. Pure."""

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")
_MOST_FEN: Final = 10**18


def in_words(fen: int) -> str:
    """人民币大写 (票据法实施管理办法 annex 1): 壹拾元零伍分 for 1005.

    Raises ValueError beyond 10^16 yuan.
    """
    if abs(fen) >= _MOST_FEN:
        raise ValueError(f"{fen} fen: amounts are written below 10^16 yuan")
    yuan, cents = divmod(abs(fen), 100)
    jiao, rest = divmod(cents, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not cents:
        text = f"{whole or '零元'}整"
    else:
        # A zero is written where places between two figures are empty.
        gap = "零" if yuan and not jiao else ""
        text = whole + gap + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[rest]}分" if rest else "整")
    return f"{'负' if fen < 0 else ''}{text}"


def _whole(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    out, skipped = "", False
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not group:
            skipped = True
            continue
        if out and (skipped or group < 1000):
            out += "零"
        out += _group(group) + _GROUPS[at]
        skipped = False
    return out


def _group(group: int) -> str:
    out, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return out
