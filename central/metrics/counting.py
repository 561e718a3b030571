"""Counts every request of this process by the page's first part, its method and how it ended, and its time."""

import os
import time
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_KINDS: Final = 80
"""Different first parts that are counted apart; whoever tries thousands of paths fills no memory."""
OTHER: Final = "other"


class Requests:
    """The counters of one application; `process` tells several workers apart."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("process", "method", "page", "status")
        self._done = Counter("suiban_requests_total", "Requests answered.", names, registry=self.registry)
        self._seconds = Histogram(
            "suiban_request_seconds", "Time to answer.", ("process", "page"), registry=self.registry, buckets=_BUCKETS
        )
        self._pages: set[str] = set()
        self._process = str(os.getpid())

    def page_of(self, path: str) -> str:
        """The first part of a path, for `/v1/…` the first two; never an id."""
        parts = [part for part in path.split("/") if part]
        page = "/" + "/".join(parts[: 2 if parts[:1] == ["v1"] else 1])
        if page in self._pages:
            return page
        if len(self._pages) >= _KINDS:
            return OTHER
        self._pages.add(page)
        return page

    def note(self, method: str, path: str, status: int, seconds: float) -> None:
        """One request is answered. A path that led nowhere is not worth a name of its own."""
        page = OTHER if status in {404, 405} else self.page_of(path)
        known = method if method in {"GET", "POST", "PATCH", "HEAD"} else OTHER
        self._done.labels(self._process, known, page, str(status)).inc()
        if page != "/live":  # a stream is open for as long as somebody reads
            self._seconds.labels(self._process, page).observe(seconds)


def counted(app: ASGIApp, requests: Requests) -> ASGIApp:
    """The application, with each of its requests counted."""

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, tell)
        finally:
            requests.note(str(scope["method"]), scope["path"], status or 499, time.monotonic() - began)

    return enter
