"""The thread that brings pictures down, piece by piece and only while nobody uses the terminal."""

import time
from collections.abc import Callable
from datetime import date
from typing import Final, Protocol

import msgspec

from contract.media import Media, piece_path
from offline_cache.link import outbox
from offline_cache.link.client import CentreClient, LinkFailure
from offline_cache.link.errand import Errand
from offline_cache.media import rules
from offline_cache.media.files import MediaFiles

IDLE_SECONDS: Final = 30.0
DISK_RESERVE: Final = 512 * 1024 * 1024
"""Bytes that stay free on the disk: pictures give way long before cases would."""
GONE_SECONDS: Final = 3600.0
"""The centre does not hold what it names: it is asked again after this."""
_THERE: Final = 200
_NOT_THERE: Final = 404


class MediaHeld(msgspec.Struct, frozen=True):
    """These lie here whole, each with its hash."""

    hashes: frozenset[str]


class MediaLine(Protocol):
    """Where pieces come from; raises LinkFailure."""

    def piece(self, sha256: str, offset: int) -> bytes | None: ...
    def close(self) -> None: ...


class CentresMedia:
    """The line to the centre, or to the hall's node; used by one thread."""

    def __init__(self, client: CentreClient) -> None:
        self._client = client

    def piece(self, sha256: str, offset: int) -> bytes | None:
        """What follows `offset`; None where nothing of that name is held. Raises LinkFailure."""
        answer = self._client.exchange("GET", piece_path(sha256, offset), b"", {}, frozenset({_THERE, _NOT_THERE}))
        return answer.body if answer.status == _THERE else None

    def close(self) -> None:
        """End what is under way."""
        self._client.close()


class Pace(msgspec.Struct, frozen=True):
    """`room`: bytes all pictures may take; `bytes_a_second`: at most so fast."""

    room: int
    bytes_a_second: int


class MediaFetcher:
    """Runs from `start` to `stop`. It is silent while the link is down or somebody uses the terminal."""

    def __init__(
        self,
        files: MediaFiles,
        line: MediaLine,
        pace: Pace,
        post: Callable[[MediaHeld], None],
        *,
        today: Callable[[], date],
        stumbled: Callable[[str], None],
    ) -> None:
        """`post` is called on this thread and must not block; `stumbled` hears the type of what went wrong."""
        self._files = files
        self._line = line
        self._post = post
        self._today = today
        self.pace = pace
        self._wanted: tuple[Media, ...] | None = None
        self._up = False
        self._rests = True
        self._due = 0.0
        self._failures = 0
        self._said: frozenset[str] | None = None
        self._checked: set[str] = set()
        self._later: dict[str, float] = {}
        self._stumbled = stumbled
        self._trouble = ""
        self._errand = Errand("media", self._step, stumbled=self._heard, ended=line.close)
        self.start, self.stop, self.alive_at = self._errand.start, self._errand.stop, self._errand.alive_at

    def want(self, wanted: tuple[Media, ...]) -> None:
        """What the centre has said is to be shown, now and later. From any thread."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._errand.wake()

    def link_is(self, *, up: bool) -> None:
        """From any thread."""
        self._up = up
        self._errand.wake()

    def rests(self, *, rests: bool) -> None:
        """Whether nobody uses the terminal. From any thread."""
        if rests != self._rests:
            self._rests = rests
            self._errand.wake()

    def _heard(self, error: Exception) -> None:
        """Said once, however often it is tried again."""
        if type(error).__name__ != self._trouble:
            self._trouble = type(error).__name__
            self._stumbled(self._trouble)

    def _step(self) -> float:
        if self._wanted is None:
            return IDLE_SECONDS
        plan = self._tidied()
        now = time.monotonic()
        waiting = [one for one in plan.fetch if self._later.get(one.sha256, 0.0) <= now]
        if not (waiting and self._up and self._rests):
            return IDLE_SECONDS
        if now < self._due:
            return self._due - now
        try:
            self._due = time.monotonic() + self._fetch(waiting[0])
        except LinkFailure as failure:
            self._failures += 1
            self._due = time.monotonic() + outbox.after_failure(self._failures, failure.retry_after, 0.5)
        return max(0.0, self._due - time.monotonic())

    def _tidied(self) -> rules.Plan:
        """What is not wanted any more is gone, and the screen knows what is there."""
        held = self._files.held()
        for name in [name for name in held if name not in self._checked]:
            if self._files.sound(name):  # once a start: a disk may have gone bad
                self._checked.add(name)
            else:
                self._files.drop(name)
                del held[name]
        room = min(self.pace.room, sum(held.values()) + max(0, self._files.free() - DISK_RESERVE))
        plan = rules.plan(self._wanted or (), held, room, self._today().isoformat())
        if plan.keep != self._said:
            self._said = plan.keep
            self._post(MediaHeld(plan.keep))
        for name in plan.drop:
            self._files.drop(name)
            self._checked.discard(name)
        self._files.only(frozenset(one.sha256 for one in plan.fetch))
        return plan

    def _fetch(self, media: Media) -> float:
        """One piece; seconds until the next. Raises LinkFailure."""
        offset, began = self._files.coming(media.sha256), time.monotonic()
        if offset < media.size:
            piece = self._line.piece(media.sha256, offset)
            self._failures = 0
            if not piece:
                self._files.drop(media.sha256)
                self._later[media.sha256] = time.monotonic() + GONE_SECONDS
                return 0.0
            self._files.add(media.sha256, offset, piece[: media.size - offset])
            if offset + len(piece) < media.size:
                return rules.rest_after(len(piece), time.monotonic() - began, self.pace.bytes_a_second)
        if self._files.finish(media.sha256):
            self._checked.add(media.sha256)
        else:
            self._later[media.sha256] = time.monotonic() + GONE_SECONDS
        return 0.0
