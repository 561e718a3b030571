"""What a line of a credit authority's list says, and what a citizen may be told of it. Pure."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, say

MOST_LINES: Final = 5000
SOURCE_LIMIT: Final = 60
REASON_LIMIT: Final = 200
_COLUMNS: Final = 4
_NUMBER: Final = (15, 18)
"""An identity number, or a 统一社会信用代码, has from so many to so many characters."""


class Malformed(ValueError):
    """What was typed cannot be kept: a key of the pages' words, and the line of the list, from 1; 0 for a form."""

    def __init__(self, key: str, line: int = 0) -> None:
        super().__init__(key)
        self.line = line


class Wanted(msgspec.Struct, frozen=True):
    """One record, as its authority says it."""

    id_number: str
    source: str
    flagged_on: str
    reason: str


class Flag(msgspec.Struct, frozen=True):
    """One record, as it is kept."""

    flag_id: str
    person: str
    source: str
    flagged_on: str
    reason: str
    added_by: str
    added_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None


def read_form(form: Mapping[str, str], today: date) -> Wanted:
    """One record from a form. Raises Malformed."""
    return _wanted([form.get(name, "") for name in ("id_number", "source", "flagged_on", "reason")], today, 0)


def read_list(text: str, today: date) -> list[Wanted]:
    """An authority's list: a line a record, `number,source,day,reason`. All of it or nothing. Raises Malformed."""
    lines = [(at, row) for at, row in enumerate(csv.reader(text.splitlines()), 1) if any(one.strip() for one in row)]
    if not lines or len(lines) > MOST_LINES:
        raise Malformed("credit.list_length")
    return [_wanted(row, today, at) for at, row in lines]


def _wanted(row: Sequence[str], today: date, line: int) -> Wanted:
    if len(row) != _COLUMNS:
        raise Malformed("credit.columns", line)
    number, source, day, reason = (" ".join(one.split()) for one in row)
    if not (_NUMBER[0] <= len(number) <= _NUMBER[1] and number.isascii() and number.isalnum()):
        raise Malformed("credit.number_wrong", line)
    if not source or len(source) > SOURCE_LIMIT or len(reason) > REASON_LIMIT:
        raise Malformed("credit.source_missing", line)
    try:
        flagged = date.fromisoformat(day)
    except ValueError:
        raise Malformed("credit.day_wrong", line) from None
    if flagged > today:
        raise Malformed("credit.day_wrong", line)
    return Wanted(number, source, flagged.isoformat(), reason)


def where_a_person_decides(item: Item | None) -> Text:
    """All a citizen is told: that it cannot be here, and where somebody decides."""
    if item is None:
        return {
            "zh-Hans": "这次不能先交一部分、以后再补。请到办理窗口，由工作人员当面决定。",
            "en": "This time nothing can be brought later. Please go to the window: a person decides there.",
        }
    place = {
        language: " ".join((say(item.place, language), say(item.window, language))) for language in ("zh-Hans", "en")
    }
    return {
        DEFAULT_LANGUAGE: f"这次不能先交一部分、以后再补。请到{place['zh-Hans']}，由工作人员当面决定；"
        f"电话 {item.consultation_phone}。",
        "en": f"This time nothing can be brought later. A person decides at {place['en']}; "
        f"telephone {item.consultation_phone}.",
    }
