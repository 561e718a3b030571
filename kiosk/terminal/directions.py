"""Carries out what came down from the centre: items, switches, notices, keys, settings, commands. Main thread only."""

import time
from collections.abc import Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from contract.feed import Command, Notice, SealingKey
from contract.releases import Wanted
from kiosk import audit, settings
from kiosk.services import Services
from kiosk.settings import Settings
from kiosk.setup import revisions
from kiosk.terminal import offer
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.interlude import Interlude, Over
from kiosk.terminal.noticeboard import Noticeboard
from kiosk.terminal.offer import Offer
from offline_cache.feed.kept import Directions, Patch
from offline_cache.feed.reader import FeedTaken
from offline_cache.feed.rules import moment
from offline_cache.thread import StoreThread

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

DONE: Final = "done"
EXPIRED: Final = "expired"
REFUSED: Final = "refused"
RESTART_DEVICE: Final = "restart_device:"
"""Before the name of the device, in what a command says."""
_LOOK_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 30.0
_REBOOT_SECONDS: Final = 120.0
_BY: Final = "centre"


class Reach(NamedTuple):
    """What the steward may move in the terminal."""

    renewed: Callable[[], None]
    """Visits have to read the items anew."""
    seal_to: Callable[[tuple[SealingKey, ...]], None]
    """Visits have other keys to seal to."""
    reload: Callable[[Over], None]
    """Read the settings again, with every device let go, and call back."""
    restart: Callable[[], None]
    """End this process."""
    reboot: Callable[[], bool]
    """Ask for the machine to be started anew; False where nothing here would hear it."""
    refit: Callable[[str, Over], bool]
    """Let go of a device and take it up again, then call back; False where none of that name is fitted."""
    wake: Callable[[], None]
    """Something waits for the centre."""
    not_saved: Callable[[int, str], None]
    """Settings of this version could not be written, and why; the centre is to hear of it once."""
    release: Callable[[Wanted], None] = lambda _: None
    """Which release of the software is to run."""


class Steward:
    """Brings the terminal to where the centre wants it, at the next moment that disturbs nobody."""

    def __init__(
        self,
        found: Settings,
        store: StoreThread,
        inbox: Inbox,
        reach: Reach,
        *,
        items: Offer,
        board: Noticeboard,
        interlude: Interlude,
    ) -> None:
        self._settings = found
        self._store = store
        self._inbox = inbox
        self._reach = reach
        self._items = items
        self._board = board
        self._interlude = interlude
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="directions")
        self._directions = Directions()
        self._catalogue: Mapping[str, bytes] | None = None
        self._look_at = 0.0
        self._learned = True
        """Whether what is in force was read, and its items brought to disk, as far as that was asked for."""
        self._busy = False
        """Whether something is being carried out; only its own end ends it, whatever comes down meanwhile."""
        self._tried: tuple[int, str] | None = None
        """The settings that were tried since the start, by version and audience: each only once, whatever became of
        them. A disk that cannot keep them cannot in half a minute either, and each try replaces the visit that waits.
        """
        self.sealing_keys: tuple[SealingKey, ...] = ()
        """What visits seal to instead of the keys in the settings, once the centre has said so."""
        self._end_at: float | None = None
        """When this process ends although the machine was to be started anew and has not been."""
        self.address = ""
        """Where phones reach the centre, or the hall's node, as it says; empty where it has said nothing."""
        self.centre_time: Callable[[], datetime | None] = lambda: None

    def begin(self) -> None:
        """The store is open: what came down before is in force from now on."""
        self._learned = True
        self._inbox.when_done(self._store.do(lambda store: store.feed.directions()), self._learn, self._not_learned)

    def heard(self, event: FeedTaken) -> None:
        """Something came down."""
        for bad in event.aside:
            audit.note("feed_aside", kind=bad.kind, key=bad.key, version=bad.version, reason=bad.reason)
        if event.kinds:
            audit.note("feed_taken", kinds=" ".join(sorted(event.kinds)))
            self.begin()

    def tick(self, now: float) -> None:
        """Take notices up and down by the clock, carry out what waits. `now` is monotonic seconds."""
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_SECONDS
        if self._end_at is not None and now >= self._end_at:
            self._end_at = None
            self._reach.restart()
        if not self._learned:
            self.begin()
        self._tell_board()
        if self._busy:
            return
        if self._directions.commands:
            self._carry_out(self._directions.commands[0])
        elif (patch := self._directions.settings) is not None and self._tried != (patch.version, patch.audience):
            self._try(patch)

    def stop(self) -> None:
        """Finish what is being written."""
        self._disk.shutdown(wait=True)

    def _time(self) -> datetime:
        """The centre's time where it has said it since the start: this machine's clock may be wrong."""
        return self.centre_time() or datetime.now().astimezone()

    def _learn(self, found: Directions) -> None:
        self._directions, self.address = found, found.address
        if found.sealing_keys != self.sealing_keys:
            self.sealing_keys = found.sealing_keys
            self._reach.seal_to(found.sealing_keys)
        self._reach.release(found.release)
        self._tell_board()
        if found.catalogue != self._catalogue:
            self._bring_items(found.catalogue)

    def _tell_board(self) -> None:
        found = self._directions
        off = {switch.item: switch.reason for switch in found.switches if not switch.on}
        self._board.direct(
            off=off,
            notices=active(found.notices, self._time()),
            suspended=found.suspended,
            calendars=found.calendars,
            places=found.places,
            tags=found.tags,
            roster=found.roster,
            media=found.media,
        )

    def _bring_items(self, catalogue: Mapping[str, bytes]) -> None:
        def bring() -> Services | None:
            first = self._catalogue is None
            changed = offer.write(self._settings, catalogue)
            return offer.load(self._settings) if changed or first else None

        def brought(found: Services | None) -> None:
            self._catalogue = catalogue
            if found is None or {item.slug: item for item in found.items} == self._items.now:
                return
            self._items.take(found)
            audit.note("items_changed", items=len(found.items))
            self._board.update()
            self._reach.renewed()

        self._inbox.when_done(self._disk.submit(bring), brought, self._not_learned)

    # --- commands ----------

    def _carry_out(self, command: Command) -> None:
        if self._time() >= moment(command.expires_at):
            self._conclude(command, EXPIRED)
            return
        match command.what:
            case "suspend" | "resume":
                self._conclude(command, DONE)
            case "close_day":
                self._busy = True
                self._close_day(command)
            case "restart" | "reboot":
                # Written down before the end, so that the next process does not end too.
                self._busy = self._interlude.ask(lambda over: self._leave(command, over))
            case what if what.startswith(RESTART_DEVICE):
                self._busy = self._interlude.ask(lambda over: self._refit(command, over))
            case _:
                self._conclude(command, REFUSED, f"unknown command {command.what!r}")

    def _close_day(self, command: Command) -> None:
        """Step by step: a citizen's case may be kept between two."""

        def closed(more: bool) -> None:  # noqa: FBT001 - what the store answers
            if more:
                self._close_day(command)
            else:
                self._conclude(command, DONE)

        self._inbox.when_done(self._store.do(lambda store: store.days.close()), closed, self._not_done)

    def _conclude(self, command: Command, outcome: str, detail: str = "") -> None:
        def concluded(first: bool) -> None:  # noqa: FBT001 - what the store answers
            if first:
                audit.note("command_done", what=command.what, by=command.by, outcome=outcome)
            self._reach.wake()
            self._ended()

        self._busy = True
        done = self._store.do(lambda store: store.feed.command_done(command.command_id, outcome, detail))
        self._inbox.when_done(done, concluded, self._not_done)

    def _leave(self, command: Command, over: Over) -> None:
        """Nobody is served any more; a command that expired meanwhile is not done."""
        if self._time() >= moment(command.expires_at):
            over()
            self._conclude(command, EXPIRED)
            return

        def written(_: bool) -> None:  # noqa: FBT001 - what the store answers
            audit.note("command_done", what=command.what, by=command.by, outcome=DONE)
            heard = command.what == "reboot" and self._reach.reboot()
            if command.what == "reboot":
                audit.note("reboot_asked", heard=heard)
            if heard:
                # The machine ends this process; should it not, a new process is what is left to do.
                self._end_at = time.monotonic() + _REBOOT_SECONDS
            else:
                self._reach.restart()

        def failed(error: BaseException) -> None:
            over()
            self._not_done(error)

        done = self._store.do(lambda store: store.feed.command_done(command.command_id, DONE, ""))
        self._inbox.when_done(done, written, failed)

    def _refit(self, command: Command, over: Over) -> None:
        """Nobody is served: the device is let go of and taken up again by a new worker."""
        if self._time() >= moment(command.expires_at):
            over()
            self._conclude(command, EXPIRED)
            return

        def fitted() -> None:
            over()
            self._conclude(command, DONE)

        name = command.what.removeprefix(RESTART_DEVICE)
        if not self._reach.refit(name, fitted):
            over()
            self._conclude(command, REFUSED, f"no device {name!r} is fitted here")

    # --- settings ----------

    def _try(self, patch: Patch) -> None:
        """A revision like a technician's, on probation; whoever is served is served to the end first."""
        self._busy = self._interlude.ask(lambda over: self._save(patch, over))

    def _save(self, patch: Patch, over: Over) -> None:
        self._tried = patch.version, patch.audience

        def save() -> str:
            try:
                save_patch(self._settings, patch)
            except settings.SettingsError as error:
                return str(error)
            return ""

        def saved(refused: str) -> None:
            audit.note("settings_came_down", version=patch.version, refused=refused)
            marked = self._store.do(lambda store: store.feed.settings_acted(patch, refused))
            self._inbox.when_done(marked, lambda _: self._ended(), self._not_done)
            if refused:
                over()
            else:
                self._reach.reload(over)

        def failed(error: BaseException) -> None:
            over()
            why = getattr(error, "strerror", None) or type(error).__name__
            audit.note("settings_not_saved", version=patch.version, error=why)
            self._reach.not_saved(patch.version, why)
            self._not_done(error)

        self._inbox.when_done(self._disk.submit(save), saved, failed)

    # --- how it ended ----------

    def _ended(self) -> None:
        """It is written down: what is to be done next is read."""

        def learned(found: Directions) -> None:
            self._busy = False
            self._learn(found)

        self._inbox.when_done(self._store.do(lambda store: store.feed.directions()), learned, self._not_done)

    def _not_done(self, error: BaseException) -> None:
        """Tried again: nothing of it was written down as done."""
        self._busy = False
        self._not_learned(error)

    def _not_learned(self, error: BaseException) -> None:
        audit.note("directions_failed", error=type(error).__name__)
        self._learned = False
        self._look_at = time.monotonic() + _RETRY_SECONDS


def active(notices: tuple[Notice, ...], now: datetime) -> tuple[dict[str, str], ...]:
    """The texts of those that hold now."""
    return tuple(notice.text for notice in notices if moment(notice.from_at) <= now < moment(notice.until_at))


def save_patch(found: Settings, patch: Patch) -> None:
    """Make the values a revision; once for each version, also when the power went before that was written down.

    Raises SettingsError with one sentence when they cannot be used, and OSError.
    """
    by = f"{_BY}/{patch.version}"
    if any(made.by == by for made in revisions.history(found.path)):
        return
    revisions.save(found.path, lambda document: _set(found, document, patch.values), by, datetime.now().astimezone())


def _set(found: Settings, document: "TOMLDocument", values: Mapping[str, str | int | float | bool]) -> None:
    for place, value in values.items():
        *sections, name = place.split(".")
        table: Any = document
        for section in sections:
            table = table.setdefault(section, {})
            if not isinstance(table, MutableMapping):
                message = f"{found.path}: `{place}`: `{section}` is no section; name a value of kiosk.toml."
                raise settings.SettingsError(message)
        table[name] = value
