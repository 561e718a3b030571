"""What is said as a finished text in one language, for screens, papers and voice alike. Pure but for the catalogue."""

from datetime import date, datetime
from typing import Any

from contract.catalogue import say
from kiosk import words
from kiosk.journey import page as p


def said(language: str, what: p.Said) -> str:
    """The text of `what` in `language`; nothing for nothing."""
    match what:
        case str():
            return what
        case dict():
            return say(what, language).replace(" – ", "\u00a0–\u00a0") if what else ""
        case p.Word(key, blanks):
            filled: dict[str, Any] = {name: said(language, blank) for name, blank in blanks}
            return words.say(language, key, **filled)
        case p.Day(iso):
            return _weekday(language, iso)
        case p.Date(iso):
            return day(language, iso)
        case p.Moment(iso):
            time = f"{datetime.fromisoformat(iso):%H:%M}"
            return words.say(language, "page.moment", day=_weekday(language, iso[:10]), time=time)
        case p.Money(fen):
            return words.say(language, "page.money", yuan=f"{fen // 100:,}.{fen % 100:02}")
        case p.Listed(parts, join):
            return words.say(language, f"join.{join}").join(text for part in parts if (text := said(language, part)))


def day(language: str, iso: str) -> str:
    """`YYYY-MM-DD` as people say it."""
    found = date.fromisoformat(iso)
    month = words.say(language, f"clock.month.{found.month}")
    return words.say(language, "clock.date", year=found.year, month=month, day=found.day)


def _weekday(language: str, iso: str) -> str:
    weekday = words.say(language, f"clock.weekday.{date.fromisoformat(iso).isoweekday()}")
    return words.say(language, "page.day", day=day(language, iso), weekday=weekday)
