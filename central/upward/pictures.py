"""Brings pictures for the attract screens to the hall, piece by piece on a connection of its own, once for all its
terminals: they ask their hall, and the hall's line carries each picture one time.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog

from central.database import Database
from central.feed import store as feed
from central.media import store as media
from central.upward.line import Line
from contract.feed import FeedKind
from contract.media import Media

LOOK_SECONDS = 10.0
LATER_SECONDS = 600.0
"""A picture the centre names and does not hold is asked for again after this."""
SHARE = 3
"""After a piece nothing is asked for three times as long as it took: records never wait behind a picture."""

log = structlog.get_logger()


class Pictures:
    """Belongs to the thread that calls `step`; `seconds` is monotonic."""

    def __init__(
        self, database: Database, line: Line, clock: Callable[[], datetime], seconds: Callable[[], float]
    ) -> None:
        self._database = database
        self._line = line
        self._clock = clock
        self._seconds = seconds
        self._later: dict[str, float] = {}

    def step(self) -> float:
        """Fetch one piece; seconds until the next."""
        wanted, lacking = self._lacking()
        now = self._seconds()
        self._later = {name: at for name, at in self._later.items() if at > now and name in wanted}
        due = [one for one in lacking if one.sha256 not in self._later]
        if not due:
            return LOOK_SECONDS
        return self._fetch(due[0]) * SHARE

    def _lacking(self) -> tuple[dict[str, Media], list[Media]]:
        """What the hall's terminals are to show, and what of it is not here. What nobody shows is forgotten."""
        with self._database.reading() as connection:
            items = feed.in_force(connection, [FeedKind.MEDIA], self._clock())
            held, coming = media.held(connection), media.on_their_way(connection)
        told = [msgspec.json.decode(one.body, type=Media) for one in items if one.body]
        wanted = {one.sha256: one for one in told}
        if loose := (held | coming) - set(wanted):
            with self._database.writing() as connection:
                media.drop(connection, loose)
        lacking = [one for name, one in wanted.items() if name not in held]
        return wanted, sorted(lacking, key=lambda one: (one.first, one.sha256))

    def _fetch(self, wanted: Media) -> float:
        with self._database.reading() as connection:
            offset = media.coming(connection, wanted.sha256)
        began = self._seconds()
        if offset < wanted.size:
            piece = self._line.picture(wanted.sha256, offset)
            if not piece:
                self._later[wanted.sha256] = began + LATER_SECONDS
                return 0.0
            with self._database.writing() as connection:
                media.take(connection, wanted.sha256, offset, piece[: wanted.size - offset])
            if offset + len(piece) < wanted.size:
                return self._seconds() - began
        self._finish(wanted)
        return 0.0

    def _finish(self, wanted: Media) -> None:
        with self._database.writing() as connection:
            content = media.gathered(connection, wanted.sha256)
            good = hashlib.sha256(content).hexdigest() == wanted.sha256
            media.drop(connection, [wanted.sha256])
            if good:
                media.keep(connection, wanted.sha256, content, self._clock())
        if not good:
            self._later[wanted.sha256] = self._seconds() + LATER_SECONDS
            log.warning("picture_refused", sha256=wanted.sha256)
