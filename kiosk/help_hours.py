"""When somebody helps from afar: the site's own hours of its night mode, and the duty roster's, as one. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from contract.feed import DutyHours
from contract.help_hours import DAY, Span, joined, minutes
from kiosk.facts import HelpHours

_AHEAD: Final = 8
"""Days that are looked at for when it begins again: a week, and the rest of today."""


def offered(own: Sequence[Span], roster: Iterable[DutyHours] | None, now: datetime) -> HelpHours | None:
    """What can be published: the site's hours where somebody is on duty. None where nobody has said anything of either:
    then the centre says at each call how it stands. `roster` None: the centre has said nothing of its roster.
    """
    known = None if roster is None else tuple(roster)
    if known is None and tuple(own) == ((0, DAY),):
        return None
    at = now.hour * 60 + now.minute
    today = _on(now.date(), own, known)
    begins = next((found for found in _begins(now, own, known)), None)
    return HelpHours(
        today=tuple((_clock(first), _clock(last)) for first, last in today),
        open=_inside(today, at),
        next_open=f"{begins:%Y-%m-%dT%H:%M}" if begins is not None else "",
        rings=_inside(own, at),
    )


def _begins(now: datetime, own: Sequence[Span], roster: Sequence[DutyHours] | None) -> Iterator[datetime]:
    for ahead in range(_AHEAD):
        day = now.date() + timedelta(days=ahead)
        for first, _ in _on(day, own, roster):
            begins = datetime.combine(day, time(), now.tzinfo) + timedelta(minutes=first)
            if begins > now:
                yield begins


def _on(day: date, own: Sequence[Span], roster: Sequence[DutyHours] | None) -> tuple[Span, ...]:
    if roster is None:
        return tuple(own)
    duty = joined((minutes(one.starts), minutes(one.ends)) for one in roster if one.weekday == day.isoweekday())
    both = ((max(a, c), min(b, d)) for a, b in own for c, d in duty)
    return joined(span for span in both if span[0] < span[1])


def _inside(spans: Iterable[Span], at: int) -> bool:
    return any(first <= at < last for first, last in spans)


def _clock(at: int) -> str:
    return f"{at // 60:02}:{at % 60:02}"
