"""The threads beside the messenger, as one: what comes down from the centre, the scans that go up, releases."""

from collections.abc import Callable, Mapping
from datetime import datetime

from kiosk.release.fetching import Fetcher
from kiosk.settings import Settings
from offline_cache.feed.reader import FeedReader
from offline_cache.link.messenger import LinkChanged, NewsBelow
from offline_cache.media.fetcher import MediaFetcher, Pace
from offline_cache.scans.uploader import Uploader


def pace_of(found: Settings) -> Pace:
    """How much room pictures may take, and how fast they come, as the settings say."""
    return Pace(found.media.room_mb * 1024 * 1024, found.media.kilobytes_a_second * 1024)


class Couriers:
    """They are silent while the messenger says that the link is down."""

    def __init__(self, reader: FeedReader, uploader: Uploader, fetcher: Fetcher | None = None) -> None:
        """`fetcher` fetches releases, where there are slots for them."""
        self._reader = reader
        self._uploader = uploader
        self.fetcher = fetcher
        self.media: MediaFetcher | None = None
        """Brings pictures for the attract screen down."""

    @property
    def threads(self) -> Mapping[str, Callable[[float], float]]:
        """`alive_at` by name."""
        found = {"feed": self._reader.alive_at, "scans": self._uploader.alive_at}
        if self.media is not None:
            found["media"] = self.media.alive_at
        return found if self.fetcher is None else found | {"releases": self.fetcher.alive_at}

    def start(self) -> None:
        """Begin."""
        self._reader.start()
        self._uploader.start()
        if self.media is not None:
            self.media.start()
        if self.fetcher is not None:
            self.fetcher.start()

    def stop(self) -> None:
        """End what is under way."""
        self._reader.stop()
        self._uploader.stop()
        if self.media is not None:
            self.media.stop()
        if self.fetcher is not None:
            self.fetcher.stop()

    def hear(self, event: LinkChanged | NewsBelow) -> None:
        """What the messenger says of the link."""
        if isinstance(event, LinkChanged):
            self._reader.link_is(up=event.up)
            self._uploader.link_is(up=event.up)
            if self.media is not None:
                self.media.link_is(up=event.up)
            if self.fetcher is not None:
                self.fetcher.link_is(up=event.up)
        else:
            self._reader.news()

    def use(self, found: Settings) -> None:
        """Other settings hold from now on."""
        if self.media is not None:
            self.media.pace = pace_of(found)

    def case_kept(self) -> None:
        """A case was kept, perhaps with scans."""
        self._uploader.wake()

    def centre_time(self) -> datetime | None:
        """What time it is at the centre; None before it has said so."""
        return self._reader.centre_time()
