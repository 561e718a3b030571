"""Which partner's digits a file is written in: chosen by whoever imports, never guessed. Pure (standards.md 4)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import msgspec

from central.exchange.rules import GBT_39046_CHANNEL, ZHEJIANG_CHANNEL, Channel
from contract.codes import (
    GBT_39046_CASE_TYPE,
    GBT_39046_SATISFACTION,
    ZHEJIANG_CASE_TYPE,
    ZHEJIANG_SATISFACTION,
    CaseType,
    Codes,
    Satisfaction,
)


class Partner(StrEnum):
    """Whose code tables."""

    GBT_39046 = "gbt-39046"
    ZHEJIANG = "zhejiang"


class Tables(msgspec.Struct, frozen=True):
    """One partner's tables. `by_name`: a channel is written as its name."""

    satisfaction: Codes[Satisfaction]
    case_type: Codes[CaseType]
    channel: Codes[Channel]


TABLES: Final = {
    Partner.GBT_39046: Tables(GBT_39046_SATISFACTION, GBT_39046_CASE_TYPE, GBT_39046_CHANNEL),
    Partner.ZHEJIANG: Tables(ZHEJIANG_SATISFACTION, ZHEJIANG_CASE_TYPE, ZHEJIANG_CHANNEL),
}
SATISFACTION_OF: Final = {
    "非常满意": Satisfaction.VERY_SATISFIED,
    "满意": Satisfaction.SATISFIED,
    "基本满意": Satisfaction.FAIRLY_SATISFIED,
    "不满意": Satisfaction.DISSATISFIED,
    "非常不满意": Satisfaction.VERY_DISSATISFIED,
}
CASE_TYPE_OF: Final = {"即办件": CaseType.IMMEDIATE, "承诺件": CaseType.PROMISED, "其他": CaseType.OTHER}
SAID: Final = {name: text for text, name in SATISFACTION_OF.items()} | {
    name: text for text, name in CASE_TYPE_OF.items()
}
"""What a page says for our own names: the standard's words."""


def spelt(table: Codes[Any], names: Iterable[StrEnum]) -> str:
    """Every code of a table, for whoever has to mend one."""
    found = []
    for name in names:
        try:
            found.append(table.code_of(name))
        except LookupError:
            continue
    return " / ".join(found)
