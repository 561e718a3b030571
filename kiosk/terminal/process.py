"""The process that never ends: shared devices, store, messenger and duty; it keeps one visit and one warm spare. No Qt.

One main thread decides; every other thread only posts calls to it. Nothing here waits for a device, a disk or the
centre.
"""

import os
import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from contract.exchange import DeviceReport
from contract.messages import PaperLeft, SettingsRevised
from contract.worktime import Worktime
from devices.model import Presence
from kiosk import audit
from kiosk.facts import Facts, Site, within
from kiosk.fitted.fleet import SHARED, Fleet
from kiosk.launch import technician_command, visit_command
from kiosk.link import FactsChanged, SealTo, Spelled
from kiosk.paper.documents import DocumentDesk
from kiosk.paper.one_printer import shared
from kiosk.paper.printing import TicketDesk
from kiosk.paper.sheets import SheetDesk
from kiosk.paper.slips import SlipDesk
from kiosk.power import backlight, switch_off
from kiosk.power.backlight import Backlight
from kiosk.power.mains import Mains
from kiosk.power.rules import Advice
from kiosk.release.changeover import Changeover
from kiosk.settings import Device, Settings
from kiosk.spelling import Speller
from kiosk.terminal import offer, storekeeper
from kiosk.terminal.casebook import Casebook
from kiosk.terminal.couriers import Couriers
from kiosk.terminal.directions import Reach, Steward
from kiosk.terminal.housekeeping import Housekeeping
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.interlude import Interlude
from kiosk.terminal.leftovers import Leftovers
from kiosk.terminal.lockers import DoorDesk
from kiosk.terminal.noticeboard import Noticeboard, wall_clock
from kiosk.terminal.offer import Offer
from kiosk.terminal.permits import PermitDesk
from kiosk.terminal.questions import QuestionDesk
from kiosk.terminal.reception import Reception
from kiosk.terminal.releasing import Parts, changeover
from kiosk.terminal.scanning import ScanDesk
from kiosk.terminal.service import OperatorSwitch, ServiceMode, Turn
from kiosk.terminal.tidings import Tidings
from kiosk.terminal.upkeep import Upkeep
from kiosk.terminal.visits import VisitProcess, Visits
from kiosk.terminal.vitals import Vitals
from kiosk.version import VERSION
from kiosk.watchdog import Watchdog
from offline_cache.caretaker import News
from offline_cache.link.asker import Asker
from offline_cache.link.messenger import HeartbeatParts, Messenger
from offline_cache.link.number_line import NumberLine
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.thread import StoreThread

_TICK_SECONDS: Final = 0.2
_STORE_PROBE_SECONDS: Final = 5.0


class Terminal:
    """Everything that outlives a visit."""

    def __init__(
        self,
        found: Settings,
        store: StoreThread,
        inbox: Inbox,
        hand: Path | None,
        numbers: NumberLine | None = None,
        asker: Asker | None = None,
    ) -> None:
        """`hand` is where the demo's finger listens, None in the field; `numbers` where numbers are asked for first,
        `asker` what visits' questions go up by.
        """
        self._settings = found
        self._store = store
        self._numbers = numbers
        self._asker = asker
        self._inbox = inbox
        catalogue = offer.load(found)
        for error in catalogue.errors:
            audit.note("service_refused", error=error)
        self._items = Offer(catalogue)
        self._upkeep = Upkeep(found, inbox, record=self._record, changed=self._use)
        self._fleet = Fleet(inbox, found.folder, changed=self._device_changed, counted=self._upkeep.count)
        self._board = Noticeboard(self._items.now, self._fleet, self._facts_changed)
        for_tickets, for_slips = shared(self._fleet["ticket_printer"], 2)
        self._slips = SlipDesk(for_slips, store, inbox, site=self._site, changed=self._wake)
        self._tickets = TicketDesk(
            for_tickets,
            store,
            inbox,
            items=self._items.known,
            site=self._site,
            changed=self._board.update,
        )
        for_receipts, for_sheets = shared(self._fleet["document_printer"], 2)
        self._documents = DocumentDesk(
            for_receipts,
            store,
            inbox,
            items=self._items.known,
            site=self._site,
            changed=self._wake,
        )
        self._sheets = SheetDesk(
            for_sheets, store, inbox, changed=self._wake, on_battery=lambda: self._board.facts.on_battery
        )
        self._doors = DoorDesk(self._fleet["locker"])
        self._permits = PermitDesk(
            self._fleet["permit_endorser"],
            store,
            inbox,
            changed=self._wake,
            left=lambda outcome: self._paper_left("permit_endorser", outcome),
            now=time.monotonic,
        )
        self._leftovers = Leftovers(
            "ticket_printer", record=self._paper_left, announce=lambda left: self._board.paper_stands(left=left)
        )
        self._cases = Casebook(
            store,
            inbox,
            items=self._items,
            board=self._board,
            wake=self._wake,
            worktime=lambda: Worktime(self._board.calendar, self._settings.profile.hours.hall()),
            numbers=numbers,
        )
        self._house = Housekeeping(store, inbox, idle=self._no_case_is_open, wake=self._wake, failed=self._cases.failed)
        self._visits = Visits(
            visit_command(found.path, hand),
            post=inbox.post,
            entering=lambda process: self._reception.enter(process),  # noqa: PLW0108 - it is made below
            heard=lambda process, message: self._reception.heard(process, message),  # noqa: PLW0108
            ended=lambda process, last_word: self._reception.ended(process, last_word),  # noqa: PLW0108
        )
        self._service = ServiceMode(
            technician_command(found.path, hand),
            post=inbox.post,
            visits=self._visits,
            free=self._free_devices,
            over=self._service_over,
        )
        self._mains = Mains(
            lambda: self._fleet["power"].known.state,
            self._power_advised,
            fitted=lambda: self._settings.devices.power is not None,
        )
        self._store_probe_at = 0.0
        self._backlight = Backlight(found.panel.backlight)
        self._speller = Speller(found.path, inbox.post, lambda words: self._visits.tell_all(Spelled(dict(words))))
        self._interlude = Interlude(self._visits, self._service)
        self._switch = OperatorSwitch(self._interlude.service_asked)
        self._scans = ScanDesk(ScanStore(found.folder / SCANS), inbox)
        self._releases: Changeover | None = changeover(
            found,
            inbox,
            self._interlude,
            Parts(
                self._visits,
                self._fleet,
                self._board,
                (self._tickets, self._slips, self._documents, self._sheets, self._doors, self._permits),
                self._screen_heard_at,
                self._stop,
                self._wake,
            ),
        )
        self._steward = Steward(
            found,
            store,
            inbox,
            Reach(
                renewed=self._items_changed,
                seal_to=lambda keys: self._visits.tell_all(SealTo(keys)),
                reload=lambda over: self._free_devices(lambda: self._service_over(over)),
                restart=self._stop,
                reboot=lambda: switch_off.ask(os.environ, "command", switch_off.REBOOT),
                refit=self._refit,
                wake=self._wake,
                not_saved=self._upkeep.not_saved,
                release=lambda wanted: self._releases.want(wanted) if self._releases is not None else None,
            ),
            items=self._items,
            board=self._board,
            interlude=self._interlude,
        )
        self._questions = QuestionDesk(inbox, asker)
        self._tidings = Tidings(self._board, self._steward, numbers, self._questions, releases=self._releases)
        self._reception = Reception(
            self._board,
            self._cases,
            self._tickets,
            self._documents,
            self._sheets,
            self._slips,
            self._doors,
            self._permits,
            self._scans,
            self._upkeep,
            self._speller,
            self._steward,
            self._interlude,
            self._questions,
            self._wake,
        )
        self._running = True

    # --- the main thread ----------

    def run(self, messenger: Messenger, first: VisitProcess, couriers: Couriers | None = None) -> None:
        """Serve until SIGTERM or SIGINT, beginning with the visit that already shows itself."""
        self._reception.visit = first.visit
        audit.note("visit_entered", visit=first.visit, pid=first.popen.pid)
        self._visits.adopt(first)
        self._tidings.messenger, self._tidings.couriers = messenger, couriers
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._inbox.post(self._stop))
        self._visits.tick(time.monotonic())
        self._cases.reconcile(self._started)
        self._fleet.apply(self._settings.devices)
        self._board.stands(self._settings.terminal.id, self._settings.profile.hours.place)
        self._board.helped(self._settings.profile.night.help)
        self._upkeep.begin()
        messenger.start()
        if couriers is not None:
            self._steward.centre_time = couriers.centre_time
            if self._releases is not None:
                self._releases.fetcher = couriers.fetcher
            couriers.start()
        if self._numbers is not None:
            self._numbers.start()
        if self._asker is not None:
            self._asker.start()
        self._board.update()
        vitals = Vitals(
            screen=self._screen_heard_at,
            workers=self._fleet.workers,
            threads={
                "store": self._store.alive_at,
                "messenger": messenger.alive_at,
                **(couriers.threads if couriers else {}),
                **(self._asker.threads if self._asker else {}),
            },
        )
        watchdog = Watchdog.of_environment(os.environ, lambda: vitals.beats(time.monotonic()))
        watchdog.ready()
        while self._running:
            try:
                self._inbox.run_next(_TICK_SECONDS)
                self._tick(time.monotonic())
                watchdog.tick(time.monotonic())
            except Exception as error:  # noqa: BLE001 - a bug costs one call, never the outbox or the printer
                audit.bug("terminal", error)
        watchdog.stopping("letting go of the devices")
        self._end(messenger, couriers)

    def _end(self, messenger: Messenger, couriers: Couriers | None) -> None:
        """Let go of everything, whatever one of them says to it: what comes last writes down and asks for the off."""
        steps: tuple[Callable[[], object], ...] = (
            self._service.stop,
            self._visits.stop,
            self._documents.stop,
            self._sheets.stop,
            self._fleet.close,
            self._stop_numbers,
            self._questions.stop,
            self._inbox.run_all,
            self._upkeep.stop,
            self._scans.stop,
            self._steward.stop,
            lambda: self._releases.stop() if self._releases is not None else None,
            lambda: couriers.stop() if couriers else None,
            messenger.stop,
            self._store.stop,
            lambda: audit.note("terminal_stopped", terminal=self._settings.terminal.id),
            lambda: self._mains.park(os.environ),
        )
        for step in steps:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - see above
                audit.bug("terminal", error)

    def _stop_numbers(self) -> None:
        """Who still waits for one is served by the terminal's own series, before the store closes."""
        if self._numbers is not None:
            self._numbers.stop()

    def _stop(self) -> None:
        self._running = False

    def _started(self) -> None:
        audit.note("terminal_started", terminal=self._settings.terminal.id, version=VERSION, items=len(self._items.now))
        self._steward.begin()

    def _tick(self, now: float) -> None:
        self._visits.tick(now)
        self._service.tick(now)
        self._fleet.tick(now)
        self._board.tick(now)
        self._upkeep.tick(now)
        self._mains.tick(now)
        self._questions.tick(now)
        self._steward.tick(now)
        self._interlude.tick()
        if self._releases is not None:
            self._releases.tick(now)
        self._house.tick(now)
        self._doors.tick(now)
        self._permits.tick(now)
        self._leftovers.tick(now)
        self._backlight.tick(now, self._light)
        self._tidings.tick(rests=self._visits.rests)
        if not self._board.store_ok and now > self._store_probe_at:
            self._store_probe_at = now + _STORE_PROBE_SECONDS
            self._cases.probe()

    # --- the technician ----------

    def _site(self) -> Site:
        """The place, with the address phones go to: the settings' own, else the centre's word, else as enrolled."""
        site = self._settings.site
        address = site.public_url or self._steward.address or self._settings.centre.public_url
        return site if address == site.public_url else msgspec.structs.replace(site, public_url=address)

    def _record(self, body: SettingsRevised, record_id: str) -> None:
        self._cases.record(body, record_id)

    def _free_devices(self, then: Callable[[], None]) -> None:
        self._upkeep.pause()
        self._board.nobody_looks()
        self._fleet.stop(lambda: self._upkeep.written(then))

    def _refit(self, name: str, then: Callable[[], None]) -> bool:
        """Of a visit's device: the next visit takes it up anew, and there is none now."""
        if name not in self._settings.devices.fitted():
            return False
        if name in SHARED:
            self._fleet.refit(name, then)
        else:
            self._inbox.post(then)
        return True

    def _service_over(self, then: Callable[[], None]) -> None:
        def go_on(found: Settings) -> None:
            try:
                self._use(found)
            finally:
                then()  # whatever a device says to its new settings, visits go on

        self._upkeep.reload(go_on)

    def _items_changed(self) -> None:
        self._visits.replace_all()
        self._speller.again()

    def _use(self, found: Settings) -> None:
        """Go on with other settings: changed devices are fitted anew, the next visit reads them by itself."""
        if _rooted(found) != _rooted(self._settings):
            audit.note("settings_need_a_start")
            self._stop()
        self._settings = found
        self._fleet.apply(found.devices)
        self._backlight.use(found.panel.backlight)
        if self._tidings.couriers is not None:
            self._tidings.couriers.use(found)
        self._board.helped(found.profile.night.help)
        self._visits.renew()

    # --- cabinet and power ----------

    def _light(self) -> int:
        """Of the panel, in per cent: a technician at work uses it too."""
        site, used = self._settings.site, not self._visits.rests or self._service.turn is not Turn.CITIZENS
        night = within(site.night_from, site.night_to, f"{wall_clock():%H:%M}")
        return backlight.wanted(night=night, used=used, at_night=self._settings.profile.night.brightness)

    def _screen_heard_at(self) -> float | None:
        return self._service.heard_at or self._visits.heard_at

    def _power_advised(self, advice: Advice) -> None:
        self._board.power_is(on_battery=advice is not Advice.NORMAL)
        if advice is Advice.SHUT_DOWN:
            self._stop()

    # --- what is known ----------

    def _device_changed(self, name: str) -> None:
        if self._fleet[name].known.presence is Presence.ONLINE:
            self._upkeep.answered(name)
        if name == self._leftovers.device:
            self._leftovers.seen(getattr(self._fleet[name].known.state, "media", None), time.monotonic())
        if name == "cabinet":
            self._switch.seen(self._fleet[name].known.state)
        self._board.update()
        self._wake()

    def _paper_left(self, device: str, outcome: str) -> None:
        at = wall_clock().isoformat(timespec="seconds")
        self._cases.record(PaperLeft(device, outcome, None, at), str(uuid.uuid4()))

    def hear_messenger(self, event: object) -> None:
        """What messenger, feed and scans tell, brought onto the main thread."""
        self._tidings.hear(event)

    def hear_store(self, news: News) -> None:
        """What the store's caretaker tells, brought onto the main thread."""
        storekeeper.hear(self._board, news)
        self._wake()

    def _no_case_is_open(self) -> bool:
        serving = self._visits.serving
        return self._board.store_ok and (serving is None or not serving.number)

    def _facts_changed(self, facts: Facts) -> None:
        self._visits.broadcast(FactsChanged(facts))
        self._wake()

    def _wake(self) -> None:
        self._tidings.wake()

    def heartbeat_parts(self) -> HeartbeatParts:
        """What the heartbeat says of devices and services. Called on the messenger's thread."""
        devices = (*self._fleet.reports(), *self._board.device_reports())
        fitted = self._settings.devices.fitted()
        devices = tuple(made(self._upkeep.annotated(report), fitted.get(report.name)) for report in devices)
        release = self._releases.report if self._releases is not None else None
        key = self._settings.database_key.kind
        return HeartbeatParts(VERSION, devices, self._board.service_reports(), key, release)


def made(report: DeviceReport, fitted: Device | None) -> DeviceReport:
    """With the model and firmware that were entered when the device was fitted."""
    if fitted is None:
        return report
    return msgspec.structs.replace(report, model=fitted.model, firmware=fitted.firmware)


def _rooted(found: Settings) -> tuple[object, ...]:
    """What a running terminal cannot change under itself: who and where it is, its centre, store and catalogue."""
    return (
        *(found.terminal, found.centre, found.numbers, found.profile.offer, found.profile.hours),
        *(found.folder, found.database_key, found.signing_key, found.services, found.updates),
    )
