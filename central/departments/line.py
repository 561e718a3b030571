"""The line to the departments: one HTTP request a call, a deadline, and how each department stands.

An event loop's own. What is asked carries item, purpose and the basis of consent (BJ-33); an answer is believed only
when it can be right (`rules`). No error here holds a word of a person.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, TypeVar

import httpx
import msgspec
import structlog

from central.departments import rules
from central.departments.rules import Health, NameDiffers, Said, State, Unbelievable
from contract.declarations import Declared
from contract.questions import Person

PROBE_SECONDS: Final = 30.0
"""Between two looks at a department that is well; one that is not is looked at as soon as it has rested."""
LARGEST_ANSWER: Final = 512 * 1024
PROBE_PATH: Final = "alive"

log = structlog.get_logger()
Data = TypeVar("Data")


class NotAnswered(Exception):
    """`state` is why: down, slow or wrong, and since when."""

    def __init__(self, health: Health, why: State) -> None:
        super().__init__(why.value)
        self.why = why
        self.since = health.since


class Refusal(Exception):
    """The department says no; `reason` is one of `rules.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ToSay(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a department hears. `request_id` makes a repeat harmless; `declared` is what was signed for an act."""

    request_id: str
    item: str
    purpose: str
    consent: str
    person: Person
    args: dict[str, str]
    declared: Declared | None = None


class Alive(msgspec.Struct, frozen=True):
    """What a department says of itself."""

    department: str
    echo: str


class Lines:
    """One to each department. `urls` maps connector -> base address; none for one that is not connected here."""

    def __init__(
        self,
        urls: Mapping[str, str],
        clock: Callable[[], datetime],
        *,
        seconds: float = 8.0,
        slow_after: float = 4.0,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`seconds` is the deadline of a call; `changed` is told when a department's standing is another."""
        self._urls = dict(urls)
        self._clock = clock
        self._seconds = seconds
        self._slow_after = slow_after
        self._changed = changed
        began = clock()
        self._health = {
            name: Health(State.UP, began) if url else Health(State.DOWN, began, failures=rules.FAILURES)
            for name, url in self._urls.items()
        }
        self.away = _away(self._health)
        """Those nobody should begin with now. Read whole, from any thread."""
        self._client: httpx.AsyncClient | None = None
        self._probing: list[asyncio.Task[None]] = []
        self._failed = {name: asyncio.Event() for name in self._urls}
        """Set when a call has failed: the next look comes sooner."""

    @property
    def standing(self) -> dict[str, Health]:
        """How each stands. From any thread."""
        return dict(self._health)

    def start(self) -> None:
        """Begin to look after them. On the event loop."""
        self._client = httpx.AsyncClient(timeout=self._seconds, trust_env=False, follow_redirects=False)
        self._probing = [asyncio.create_task(self._probe(name)) for name, url in self._urls.items() if url]

    async def end(self) -> None:
        """Let go of every connection."""
        for task in self._probing:
            task.cancel()
        await asyncio.gather(*self._probing, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def ask(
        self, connector: str, call: str, said: ToSay, form: type[Data], *, done: bool = False
    ) -> tuple[Data, datetime]:
        """The data, and the time they are of; `done` for what changes something. Raises NotAnswered, Refusal and
        NameDiffers.
        """
        health = self._health[connector]
        if not self._urls[connector] or health.closed(time.monotonic()):
            raise NotAnswered(health, State.DOWN if not self._urls[connector] else health.state)
        began = time.monotonic()
        try:
            answer = await self._believed(connector, call, said, done=done)
            data = msgspec.json.decode(answer.data, type=form) if answer.ok else None
        except (Unbelievable, msgspec.ValidationError, msgspec.DecodeError) as error:
            log.warning("department_wrong", department=connector, call=call, what=_what(error))
            raise NotAnswered(self._fail(connector, State.WRONG), State.WRONG) from None
        except TimeoutError:
            raise NotAnswered(self._fail(connector, State.SLOW), State.SLOW) from None
        except httpx.HTTPError as error:
            failed = self._fail(connector, State.DOWN, at_once=isinstance(error, httpx.ConnectError))
            raise NotAnswered(failed, State.DOWN) from None
        except NameDiffers:
            self._well(connector, time.monotonic() - began)
            raise
        self._well(connector, time.monotonic() - began)
        if data is None:
            raise Refusal(answer.reason)
        return data, datetime.fromisoformat(answer.as_of)

    def disbelieve(self, connector: str, call: str) -> NotAnswered:
        """What was decoded contradicts itself: as good as nonsense."""
        log.warning("department_wrong", department=connector, call=call, what="the data contradict themselves")
        return NotAnswered(self._fail(connector, State.WRONG), State.WRONG)

    async def _believed(self, connector: str, call: str, said: ToSay, *, done: bool) -> Said:
        body = await self._fetch(connector, call, msgspec.json.encode(said))
        return rules.believed(msgspec.json.decode(body, type=Said), said.person, self._clock(), done=done)

    async def _fetch(self, connector: str, call: str, body: bytes) -> bytes:
        """All of an answer of 200. Raises TimeoutError, httpx.HTTPError and Unbelievable."""
        assert self._client is not None  # noqa: S101 - started with the centre
        url = f"{self._urls[connector].rstrip('/')}/{connector}/{call}"
        received = bytearray()
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", url, content=body, headers=_HEADERS) as answer,
            ):
                answer.raise_for_status()
                async for piece in answer.aiter_bytes():
                    received += piece
                    if len(received) > LARGEST_ANSWER:
                        raise Unbelievable("an answer larger than any")
        except httpx.TimeoutException:
            raise TimeoutError from None
        return bytes(received)

    async def _probe(self, name: str) -> None:
        """Find out that a department is down before a citizen does, and that it is back without one."""
        await self._look(name)
        while True:
            self._failed[name].clear()
            health = self._health[name]
            rest = PROBE_SECONDS if health.failures == 0 else max(0.2, health.rest_until - time.monotonic())
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._failed[name].wait()
                    continue  # it has just failed: it rests first
            await self._look(name)

    async def _look(self, name: str) -> None:
        began, echo = time.monotonic(), secrets.token_urlsafe(8)
        try:
            body = await self._fetch(name, PROBE_PATH, msgspec.json.encode({"echo": echo}))
            alive = msgspec.json.decode(body, type=Alive) == Alive(name, echo)
        except (Unbelievable, msgspec.ValidationError, msgspec.DecodeError):
            self._fail(name, State.WRONG)
        except TimeoutError:
            self._fail(name, State.SLOW)
        except httpx.HTTPError as error:
            self._fail(name, State.DOWN, at_once=isinstance(error, httpx.ConnectError))
        else:
            self._well(name, time.monotonic() - began) if alive else self._fail(name, State.WRONG)

    def _well(self, name: str, seconds: float) -> None:
        self._stands(name, rules.went_well(self._health[name], self._clock(), seconds, self._slow_after))

    def _fail(self, name: str, why: State, *, at_once: bool = False) -> Health:
        now = time.monotonic()
        self._failed[name].set()
        return self._stands(name, rules.failed(self._health[name], self._clock(), now, why, at_once=at_once))

    def _stands(self, name: str, health: Health) -> Health:
        before, self._health[name] = self._health[name], health
        self.away = _away(self._health)
        if before.state is not health.state:
            log.info("department_stands", department=name, state=health.state.value)
            self._changed()
        return health


def _away(health: Mapping[str, Health]) -> tuple[str, ...]:
    return tuple(sorted(name for name, one in health.items() if one.away))


_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}


def _what(error: Exception) -> str:
    """Where a form was not met; a value of the person is never in it."""
    if isinstance(error, Unbelievable):
        return str(error)
    place = str(error).rpartition(" - at `")[2].rstrip("`")
    return f"not of the expected form at {place or '$'}"
