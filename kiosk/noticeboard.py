"""What the terminal knows about itself: facts for the screen, reports for the centre."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from contract.catalogue import Item
from contract.messages import DeviceReport, ServiceReport
from kiosk import audit, duty
from kiosk.facts import Closed, Facts
from kiosk.link import ReaderSeen

LAST_NUMBER_SECONDS: Final = 60.0


def wall_clock() -> datetime:
    """The wall clock of this machine, with its offset."""
    return datetime.now().astimezone()


class Noticeboard:
    """The last known state of everything a page or the centre may ask about."""

    def __init__(
        self, items: Mapping[str, Item], printer_word: Callable[[], str], changed: Callable[[Facts], None]
    ) -> None:
        """`changed` is told of every new set of facts."""
        self._items = items
        self._printer_word = printer_word
        self._changed = changed
        self.facts = Facts()
        self._closed: dict[str, tuple[str, str]] = {}
        self._reader = ReaderSeen("unknown", "")
        self._reader_since = ""
        self._store_ok = True
        self._link_up = False
        self._link_since = ""
        self._last_number = ""
        self._last_number_until = 0.0
        self._card_left = False

    @property
    def store_ok(self) -> bool:
        """Whether cases can be kept."""
        return self._store_ok

    def tick(self, now: float) -> None:
        """Take down what has been shown long enough. `now` is monotonic seconds."""
        if self._last_number and now > self._last_number_until:
            self._last_number = ""
            self.update()

    def remember(self, number: str) -> None:
        """A visit died over a kept case: the next screen shows its number for a while."""
        self._last_number, self._last_number_until = number, time.monotonic() + LAST_NUMBER_SECONDS
        self.update()

    def store_works(self, *, ok: bool) -> None:
        """The store can, or cannot, keep cases."""
        self._store_ok = ok
        self.update()

    def link_changed(self, *, up: bool, reason: str) -> None:
        """The centre can be reached, or cannot."""
        self._link_up, self._link_since = up, f"{wall_clock():%H:%M}"
        audit.note("link_changed", up=up, reason=reason)
        self.update()

    def reader_seen(self, seen: ReaderSeen) -> None:
        """What the visit says of its card reader."""
        if seen.presence != self._reader.presence:
            self._reader_since = wall_clock().isoformat(timespec="seconds")
            if seen.presence == "online":
                audit.note("device_up", device="id_card_reader")
            else:
                audit.note("device_down", device="id_card_reader", fault=seen.fault)
        self._reader = seen
        self.update()

    def card_lies(self, *, lying: bool) -> bool:
        """A card was left on the reader, or has been lifted; returns whether that is news."""
        if lying == self._card_left:
            return False
        self._card_left = lying
        audit.note("card_left", lying=lying)
        self.update()
        return True

    def update(self) -> None:
        """Work out the facts and tell whoever listens if they are new."""
        closed = duty.closed_items(self._items.values(), reader=self._reader.presence, store_ok=self._store_ok)
        clock = f"{wall_clock():%H:%M}"
        self._closed = {
            slug: self._closed[slug] if self._closed.get(slug, ("", ""))[0] == reason else (reason, clock)
            for slug, reason in closed.items()
        }
        facts = Facts(
            closed=tuple(Closed(slug, reason, since) for slug, (reason, since) in self._closed.items()),
            printer=self._printer_word(),
            link_up=self._link_up,
            link_since=self._link_since,
            last_number=self._last_number,
            card_left=self._card_left,
        )
        if facts != self.facts:
            self.facts = facts
            self._changed(facts)

    def reader_report(self) -> DeviceReport:
        """For the centre. Reads whole values only, so any thread may ask."""
        reader = self._reader
        return DeviceReport("id_card_reader", "id-card-reader", reader.presence, {}, reader.fault, self._reader_since)

    def service_reports(self) -> tuple[ServiceReport, ...]:
        """For the centre. Reads whole values only, so any thread may ask."""
        closed = {entry.item: entry.reason for entry in self.facts.closed}
        return tuple(ServiceReport(slug, slug not in closed, closed.get(slug, "")) for slug in self._items)
