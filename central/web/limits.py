"""How often one address may ask for what is open to everybody: a bucket of tokens each, refilled as time goes by.

Terminals are not counted here (they sign what they send), nor are pages behind a login.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Final

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from central.people.paths import is_public
from central.web.headers import GUARD
from central.web.hops import first_hop

_ADDRESSES: Final = 20_000
_FREE: Final = ("/static", "/v1", "/healthz", "/readyz", "/metrics", "/screen")
"""Files, signed interfaces, what watches this centre, and screens that show a whole hall."""
_NAMED: Final = ("/p", "/rate")


class Rate(msgspec.Struct, frozen=True):
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


PAGES: Final = Rate(120, 4)
"""Of public pages: a whole office behind one address, and a page that refreshes itself."""
NAMED: Final = Rate(600, 60)
"""Of pages whose address nobody can guess: phones of a whole hall ask every few seconds from behind one address."""
LOGINS: Final = Rate(30, 0.5)
"""Of logins that are sent; five wrong ones lock the name anyway."""


class Buckets:
    """One bucket an address. `clock` is monotonic seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Take one token; 0, or the seconds until there is one. The longest silent address is forgotten first."""
        now = self._clock()
        with self._lock:
            tokens, at = self._kept.pop(address, (self._rate.burst, now))
            tokens = min(self._rate.burst, tokens + (now - at) * self._rate.per_second)
            lets = tokens >= 1
            self._kept[address] = (tokens - lets, now)
            if len(self._kept) > _ADDRESSES:
                self._kept.popitem(last=False)
            return 0.0 if lets else (1 - tokens) / self._rate.per_second


def limited(app: ASGIApp, trusted: Collection[str], clock: Callable[[], float] = time.monotonic) -> ASGIApp:
    """The application behind these buckets: 429 with `Retry-After` for whoever asks too often."""
    pages, named, logins = Buckets(PAGES, clock), Buckets(NAMED, clock), Buckets(LOGINS, clock)

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and is_public(scope["path"]) and not _is_under(_FREE, scope["path"]):
            is_login = scope["path"] == "/login" and scope["method"] == "POST"
            bucket = logins if is_login else named if _is_under(_NAMED, scope["path"]) else pages
            if wait := bucket.wait(_address(scope, trusted)):
                await _refuse(send, math.ceil(wait))
                return
        await app(scope, receive, send)

    return enter


def _is_under(places: tuple[str, ...], path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in places)


def _address(scope: HTTPScope, trusted: Collection[str]) -> str:
    client = scope.get("client")
    forwarded = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1")
    return first_hop(client[0] if client else "", forwarded, trusted)


async def _refuse(send: Send, seconds: int) -> None:
    headers = [*GUARD, (b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", str(seconds).encode())]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    said = f"操作过于频繁，请 {seconds} 秒后再试。 Too many requests: try again in {seconds} s.\n".encode()
    await send({"type": "http.response.body", "body": said, "more_body": False})
