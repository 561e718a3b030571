"""What the terminal knows about itself: facts for the screen, reports for the centre."""

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from contract.calendar import WorkCalendar, gathered, published
from contract.catalogue import Item
from contract.exchange import DeviceReport, ServiceReport
from contract.feed import Calendar, DutyHours, Place, RatingTags
from contract.help_hours import Span
from contract.help_hours import read as read_hours
from contract.hours import Opening, special_on
from contract.media import Form, Media
from devices.damper import Damper
from devices.model import Presence
from kiosk import audit, duty, help_hours, words
from kiosk.duty import Shut
from kiosk.facts import Closed, Facts, Shown, Special
from kiosk.fitted.fitting import absent, kind_name
from kiosk.fitted.fleet import Fleet
from kiosk.link import DeviceSeen
from kiosk.paper.printing import printer_word

LAST_NUMBER_SECONDS: Final = 60.0


def wall_clock() -> datetime:
    """The wall clock of this machine, with its offset."""
    return datetime.now().astimezone()


class Noticeboard:
    """The last known state of everything a page or the centre may ask about."""

    def __init__(self, items: Mapping[str, Item], fleet: Fleet, changed: Callable[[Facts], None]) -> None:
        """`changed` is told of every new set of facts."""
        self._items = items
        self._fleet = fleet
        self._changed = changed
        self.facts = Facts()
        self._services = tuple(ServiceReport(slug, True, "") for slug in items)
        self._closed: dict[str, tuple[Shut, str]] = {}
        self._seen: dict[str, DeviceSeen] = {}
        self._seen_since: dict[str, str] = {}
        self._printer: Damper[str] = Damper()
        self._lost: Damper[frozenset[str]] = Damper()
        self._store_ok = True
        self._room_short = False
        self._on_battery = False
        self._link_up = False
        self._link_since = ""
        self._last_number = ""
        self._last_number_until = 0.0
        self._card_left = False
        self._paper_left = False
        self._off: Mapping[str, dict[str, str]] = {}
        self._notices: tuple[dict[str, str], ...] = ()
        self._suspended: dict[str, str] | None = None
        self._calendars: tuple[Calendar, ...] = ()
        self.calendar: WorkCalendar = gathered(published())
        """Which days are worked, as far as the centre or the State Council have said."""
        self._places: tuple[Place, ...] = ()
        self._tags: RatingTags | None = None
        self.media: tuple[Media, ...] | None = None
        """Pictures for the attract screen as the centre has said them, of any day; None before it was looked."""
        self._pictures: frozenset[str] = frozenset()
        self._roster: tuple[DutyHours, ...] | None = None
        self._help: tuple[Span, ...] = read_hours("")
        self._here = ""
        self._open_here: tuple[Opening, ...] = ()
        self._departments: dict[str, str] = {}
        self._minute = ""

    @property
    def store_ok(self) -> bool:
        """Whether cases can be kept."""
        return self._store_ok

    def tick(self, now: float) -> None:
        """Take down what has been shown long enough, put up what has settled. `now` is monotonic seconds."""
        if self._last_number and now > self._last_number_until:
            self._last_number = ""
            self.update()
        if f"{wall_clock():%H:%M}" != self._minute:
            self.update()
        settling = [at for at in (self._printer.settles_at, self._lost.settles_at) if at is not None]
        if settling and now >= min(settling):
            self.update()

    def remember(self, number: str) -> None:
        """A visit died over a kept case: the next screen shows its number for a while."""
        self._last_number, self._last_number_until = number, time.monotonic() + LAST_NUMBER_SECONDS
        self.update()

    def store_works(self, *, ok: bool) -> None:
        """The store can, or cannot, keep cases."""
        self._store_ok = ok
        self.update()

    def room_is(self, *, short: bool) -> None:
        """The disk has, or has no more, room to begin cases; one that was begun is kept all the same."""
        self._room_short = short
        self.update()

    def power_is(self, *, on_battery: bool) -> None:
        """The mains have failed, or are back."""
        self._on_battery = on_battery
        self.update()

    def link_changed(self, *, up: bool, reason: str) -> None:
        """The centre can be reached, or cannot."""
        self._link_up, self._link_since = up, f"{wall_clock():%H:%M}"
        audit.note("link_changed", up=up, reason=reason)
        self.update()

    def direct(
        self,
        *,
        off: Mapping[str, dict[str, str]],
        notices: tuple[dict[str, str], ...],
        suspended: dict[str, str] | None,
        calendars: tuple[Calendar, ...] = (),
        places: tuple[Place, ...] = (),
        tags: RatingTags | None = None,
        roster: tuple[DutyHours, ...] | None = None,
        media: tuple[Media, ...] = (),
    ) -> None:
        """What the centre wants: items switched off and why, notices that hold now, whether no visit may begin; and
        what it has said of working days, of other places, of the reasons a rating may give and of who is on duty.
        """
        if calendars != self._calendars:
            self._calendars, self.calendar = calendars, gathered(calendars, published())
            self.update()
        held = (self._off, self._notices, self._suspended, self._places, self._tags, self._roster, self.media)
        if (off, notices, suspended, places, tags, roster, media) != held:
            self._off, self._notices, self._suspended, self._places, self._tags = off, notices, suspended, places, tags
            self._roster, self.media = roster, media
            self.update()

    def stands(self, terminal: str, hours: tuple[Opening, ...]) -> None:
        """Which terminal this is, and when people can reach it."""
        self._here, self._open_here = terminal, hours
        self.update()

    def pictures_lie_here(self, hashes: frozenset[str]) -> None:
        """Which pictures for the attract screen are on this disk, whole."""
        self._pictures = hashes
        self.update()

    def helped(self, hours: str) -> None:
        """The site's own hours of remote help, as its night mode says them."""
        self._help = read_hours(hours)
        self.update()

    def department(self, name: str, *, up: bool) -> None:
        """The department behind the connector `name` answers, or does not; items that ask it close and open by it."""
        if up == (name not in self._departments):
            return
        if up:
            del self._departments[name]
        else:
            self._departments[name] = f"{wall_clock():%H:%M}"
        audit.note("department_changed", department=name, up=up)
        self.update()

    def device_seen(self, seen: DeviceSeen) -> None:
        """What the visit says of one of its devices."""
        before = self._seen.get(seen.name)
        if seen.fault != absent(seen.name) and (before is None or seen.presence != before.presence):
            self._seen_since[seen.name] = wall_clock().isoformat(timespec="seconds")
            if seen.presence == Presence.ONLINE:
                audit.note("device_up", device=seen.name)
            elif seen.presence == Presence.OFFLINE:
                audit.note("device_down", device=seen.name, fault=seen.fault)
        self._seen[seen.name] = seen
        self.update()

    def nobody_looks(self) -> None:
        """No visit holds its devices any more: nothing is known of them."""
        for name in self._seen:
            self._seen[name] = DeviceSeen(name, Presence.UNKNOWN.value, "")
        self.update()

    def paper_stands(self, *, left: bool) -> None:
        """Somebody's ticket stands in the exit for too long, or does not any more."""
        self._paper_left = left
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
        now = time.monotonic()
        lost = self._lost.seen(self._out_of_work(), now)
        today = wall_clock()
        self._minute = f"{today:%H:%M}"
        closed = duty.closed_items(
            self._items.values(),
            duty.Now(
                lost=lost,
                store_ok=self._store_ok and not self._room_short,
                on_battery=self._on_battery,
                off=self._off,
                departments=self._departments,
                moment=today.replace(tzinfo=None),
                calendar=self.calendar,
                place=self._open_here,
            ),
        )
        self._services = tuple(
            ServiceReport(slug, slug not in closed, closed[slug].reason if slug in closed else "")
            for slug in self._items
        )
        self._closed = {slug: (shut, self._since(slug, shut)) for slug, shut in closed.items()}
        facts = Facts(
            closed=tuple(self._told(slug, shut, since) for slug, (shut, since) in self._closed.items()),
            open_today=self._open_today(today.date()),
            special=self._special(today.date()),
            printer=self._printer.seen(printer_word(self._fleet["ticket_printer"].known), now),
            link_up=self._link_up,
            link_since=self._link_since,
            last_number=self._last_number,
            card_left=self._card_left,
            paper_left=self._paper_left,
            receipts=self._prints_documents(lost),
            on_battery=self._on_battery,
            notices=self._notices,
            suspended=self._suspended,
            tags=self._tags,
            media=self._shown(today.date().isoformat()),
            help=help_hours.offered(self._help, self._roster, today.replace(tzinfo=None)),
        )
        if facts != self.facts:
            self.facts = facts
            self._changed(facts)

    def _since(self, slug: str, shut: Shut) -> str:
        """Since when an item is closed for this reason; a department's own time where that is it."""
        before = self._closed.get(slug)
        if before is not None and before[0].reason == shut.reason:
            return before[1]
        query = self._items[slug].query
        if shut.reason == duty.DEPARTMENT_GONE and query is not None:
            return self._departments[query.connector]
        return self._minute

    def _told(self, slug: str, shut: Shut, since: str) -> Closed:
        text: dict[str, str] = {}
        if shut.reason == duty.SWITCHED_OFF:
            text = self._off[slug]
        elif self._is_absent(shut.reason):  # not lost: nobody has ever fitted it, and there is no since
            text, since = {tag: words.say(tag, absent(shut.reason)) for tag in words.languages()}, ""
        return Closed(
            slug,
            shut.reason,
            since,
            text,
            shut.next_open,
            shut.booking,
            duty.elsewhere(self._items[slug], self._places, self._here),
        )

    def _is_absent(self, name: str) -> bool:
        seen, shared = self._seen.get(name), self._fleet.known().get(name)
        return (seen is not None and seen.fault == absent(name)) or (
            shared is not None and shared.trouble == absent(name)
        )

    def _shown(self, today: str) -> tuple[Shown, ...]:
        here = (one for one in self.media or () if one.sha256 in self._pictures and one.holds_on(today))
        return tuple(Shown(one.sha256, one.says, one.seconds, one.form is Form.SEQUENCE) for one in here)

    def _open_today(self, day: date) -> tuple[tuple[str, str], ...] | None:
        hours = self._open_here
        return tuple((one.opens, one.closes) for one in hours if one.holds_on(day, self.calendar)) if hours else None

    def _special(self, day: date) -> tuple[Special, ...]:
        openings = (opening for item in self._items.values() for opening in item.hours.windows)
        return tuple(Special(one.mode.value, one.opens, one.closes) for one in special_on(openings, self.calendar, day))

    def _prints_documents(self, lost: frozenset[str]) -> bool:
        online = self._fleet[duty.PRINTS].known.presence is Presence.ONLINE
        return online and duty.PRINTS not in lost and not self._on_battery

    def _out_of_work(self) -> frozenset[str]:
        """The devices that are known not to do their work now. The reader's own states are told at its page."""
        shared = {name for name, known in self._fleet.known().items() if known.trouble}
        owned = {name for name, seen in self._seen.items() if seen.presence == Presence.OFFLINE}
        return frozenset(shared | owned)

    def device_reports(self) -> tuple[DeviceReport, ...]:
        """For the centre, of the visit's devices. Reads whole values only, so any thread may ask."""
        seen, since = self._seen.copy(), self._seen_since.copy()
        return tuple(
            DeviceReport(name, kind_name(name), found.presence, found.state, found.fault, since.get(name, ""))
            for name, found in seen.items()
            if found.fault != absent(name)
        )

    def service_reports(self) -> tuple[ServiceReport, ...]:
        """For the centre. A whole value, never the items themselves, which change: so any thread may ask."""
        return self._services
