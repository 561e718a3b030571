"""What the threads between terminal and centre tell, and who has to know. Main thread only, never waits."""

from dataclasses import dataclass

import msgspec

from kiosk import audit
from kiosk.release.changeover import Changeover
from kiosk.release.fetching import Checked, Fetched, Fetching, NotFetched
from kiosk.terminal.couriers import Couriers
from kiosk.terminal.directions import Steward
from kiosk.terminal.noticeboard import Noticeboard
from kiosk.terminal.questions import QuestionDesk
from offline_cache.feed.reader import FeedTaken
from offline_cache.link.messenger import DepartmentsAway, LinkChanged, Messenger, MovedOn, NewsBelow
from offline_cache.link.number_line import NumberLine
from offline_cache.link.outbox import Alarm
from offline_cache.media.fetcher import MediaHeld
from offline_cache.scans.uploader import ScanHeld


@dataclass
class Tidings:
    """Hears messenger, feed and scans, and tells them that something waits."""

    board: Noticeboard
    steward: Steward
    numbers: NumberLine | None
    questions: QuestionDesk
    messenger: Messenger | None = None
    couriers: Couriers | None = None
    releases: Changeover | None = None
    _away: frozenset[str] = frozenset()

    def hear(self, event: object) -> None:
        """What one of the threads posts, brought onto the main thread."""
        match event:
            case LinkChanged(up=up, reason=reason):
                if self.numbers is not None:
                    self.numbers.linked(up=up)
                self.questions.linked(up=up)
                self.board.link_changed(up=up, reason=reason)
                self._tell_couriers(event)
            case NewsBelow():
                self._tell_couriers(event)
            case DepartmentsAway(connectors):
                self._departments_away(frozenset(connectors))
            case FeedTaken():
                self.steward.heard(event)
            case Checked() | Fetched() | Fetching() | NotFetched() if self.releases is not None:
                self.releases.heard(event)
            case MediaHeld(hashes):
                self.board.pictures_lie_here(hashes)
            case ScanHeld() | Alarm() | MovedOn():
                _note(event)
            case _:
                pass

    def _departments_away(self, away: frozenset[str]) -> None:
        for name in self._away - away:
            self.board.department(name, up=True)
        for name in away - self._away:
            self.board.department(name, up=False)
        self._away = away

    def tick(self, *, rests: bool) -> None:
        """Pictures come down while nobody uses the terminal."""
        media = self.couriers.media if self.couriers else None
        if media is not None and self.board.media is not None:
            media.want(self.board.media)
            media.rests(rests=rests)

    def wake(self) -> None:
        """Something waits for the centre, or has changed that it is told of."""
        if self.messenger:
            self.messenger.wake()
        if self.couriers:
            self.couriers.case_kept()

    def _tell_couriers(self, event: LinkChanged | NewsBelow) -> None:
        if self.couriers:
            self.couriers.hear(event)


def _note(event: ScanHeld | Alarm | MovedOn) -> None:
    match event:
        case ScanHeld():
            audit.note("scan_held", hash=event.hash)
        case Alarm():
            audit.note("link_alarm", alarm=str(event.key))
        case MovedOn(carried):
            audit.note("epoch_opened", **msgspec.structs.asdict(carried))
