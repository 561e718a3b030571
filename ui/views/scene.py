"""What every view is made from, and the phrases they share. Pure."""

from datetime import date, datetime
from itertools import pairwise

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, say
from contract.hours import BY_HOURS
from kiosk import words
from kiosk.facts import Closed, Elsewhere, Facts, Site, within
from kiosk.journey.step import Journey
from kiosk.words.hant import TRADITIONAL, traditional


class Scene(msgspec.Struct, frozen=True):
    """The journey, what the terminal knows about itself, where it stands, and the time on the wall."""

    journey: Journey
    facts: Facts
    site: Site
    clock: datetime

    def say(self, key: str, /, **values: object) -> str:
        """The words for `key` in the language of this visit."""
        return words.say(self.journey.language, key, **values)

    def text(self, text: Text) -> str:
        """A text of the catalogue in the language of this visit."""
        found = say(text, self.journey.language)
        if self.journey.language == TRADITIONAL and not text.get(TRADITIONAL):
            found = traditional(found)
        return found.replace(" – ", "\u00a0–\u00a0")

    def knows(self, key: str) -> bool:
        """Whether the words hold `key`."""
        return key in words.load(DEFAULT_LANGUAGE)

    def fault(self, key: str) -> str:
        """The words for the key of a fault; a key without words still says something true."""
        return self.say(key if self.knows(key) else "fault.unknown")

    def trouble(self) -> str:
        """What went wrong on this page and what to do, or nothing."""
        key = self.journey.fault
        if not key:
            return ""
        cause = self.fault(key)
        return self.say("fault.not_saved", cause=cause) if self.is_not_saved() else self.sentence(cause)

    def is_not_saved(self) -> bool:
        """Whether the trouble of this page is that the case could not be kept."""
        return self.journey.fault.startswith("store.")

    def closed(self, item: Item) -> Closed | None:
        """Why and since when `item` cannot be begun here now."""
        return next((closed for closed in self.facts.closed if closed.item == item.slug), None)

    def closed_reason(self, closed: Closed) -> str:
        """One short sentence."""
        if closed.text:
            return self.text(closed.text)
        key = f"closed.{closed.reason}"
        reason = self.say(key if self.knows(key) else "closed.other")
        return self.say("hours.from", reason=reason, when=self.when(closed.next_open)) if closed.next_open else reason

    def closed_line(self, closed: Closed) -> str:
        """The reason with since when, for what does not open by the clock."""
        reason = self.closed_reason(closed)
        if not closed.since or closed.reason.startswith(BY_HOURS):
            return reason
        return f"{reason}{self.say('join.clause')}{self.say('item.closed_since', since=closed.since)}"

    def when(self, iso: str) -> str:
        """`YYYY-MM-DDTHH:MM` as people say it today: the weekday within a week, else the date."""
        at = datetime.fromisoformat(iso)
        days = (at.date() - self.clock.date()).days
        if days == 0:
            day = self.say("hours.today")
        elif days == 1:
            day = self.say("hours.tomorrow")
        elif days < 7:
            day = self.say(f"clock.weekday.{at.isoweekday()}")
        else:
            day = self.say("hours.day", month=self.say(f"clock.month.{at.month}"), day=at.day)
        return self.say("hours.when", day=day, time=f"{at.hour}:{at.minute:02}")

    def places(self, closed: Closed) -> str:
        """Where else it can be done, the nearest first; nothing where nobody knows."""
        return self.say("join.list").join(self._place(place) for place in closed.elsewhere)

    def _place(self, place: Elsewhere) -> str:
        name = self.text(place.name)
        if place.metres is None:
            return name
        if place.metres < 1000:
            distance = self.say("hours.metres", count=place.metres)
        else:
            distance = self.say("hours.kilometres", count=f"{place.metres / 1000:.1f}")
        return self.say("hours.elsewhere_far", place=name, distance=distance)

    def sentence(self, text: str) -> str:
        """`text` with the capital letter its language begins a sentence with."""
        return text[:1].upper() + text[1:]

    def moment(self) -> str:
        """Date, weekday and time on the wall."""
        return self.say(
            "clock.moment",
            month=self.say(f"clock.month.{self.clock.month}"),
            day=self.clock.day,
            weekday=self.say(f"clock.weekday.{self.clock.isoweekday()}"),
            time=f"{self.clock:%H:%M}",
        )

    def day(self, iso: str) -> str:
        """`YYYY-MM-DD` as people say it."""
        found = date.fromisoformat(iso)
        return self.say("clock.date", year=found.year, month=self.say(f"clock.month.{found.month}"), day=found.day)

    def about(self) -> tuple[str, ...]:
        """Which terminal this is, where it stands, what time it is, whom to call and when people are here."""
        return (
            self.say("frame.terminal", terminal=self.site.terminal),
            self.text(self.site.place),
            self.moment(),
            self.say("frame.desk", phone=self.site.desk_phone),
            self.say("frame.staffed", hours=self.site.staffed_hours),
            self.say("frame.supervision", phone=self.site.supervision_phone),
            *self._responsible(),
        )

    def _responsible(self) -> tuple[str, ...]:
        phone = self.site.responsible_phone
        return (self.say("frame.responsible", phone=phone),) if phone not in ("", self.site.desk_phone) else ()

    def whom(self, *, short: bool) -> str:
        """Whom to complain to, which terminal this is, and who answers for it: at the foot of every page (TS-09)."""
        told = "frame.whom_short" if short else "frame.whom"
        text = self.say(
            told,
            supervision=self.site.supervision_phone,
            terminal=self.site.terminal,
            responsible=self.site.responsible_phone or self.site.desk_phone,
        )
        return text.replace(" ", "\u00a0").replace("·\u00a0", "· ")  # a telephone stays with what it is

    def night(self) -> bool:
        """Whether the screen is dimmed now; the night may pass midnight."""
        return within(self.site.night_from, self.site.night_to, f"{self.clock:%H:%M}")


def time_left(seconds: float) -> str:
    """Minutes and seconds; above half a minute in steps of ten seconds, so that nobody is hurried by a ticking line."""
    whole = int(-(-seconds // 1))
    if whole > 30:
        whole = -(-whole // 10) * 10
    return f"{whole // 60}:{whole % 60:02}"


def grouped(digits: str) -> str:
    """A mobile number as people read it: `138 0013 8000`."""
    return " ".join(part for part in (digits[:3], digits[3:7], digits[7:]) if part)


def in_parts(case_number: str) -> str:
    """A case number as people read it out: district, terminal, date, serial, check character."""
    cuts = (0, 6, 10, 18, 24, len(case_number))
    return " ".join(case_number[start:end] for start, end in pairwise(cuts) if case_number[start:end])


def bullets(text: str) -> str:
    """`text` hidden in place: as long as before, readable for nobody."""
    return "".join(" " if character == " " else "*" for character in text)
