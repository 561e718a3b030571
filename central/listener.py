"""Two doors into one application: pages and newcomers by the plain one, terminals by the one with mutual TLS.

Who a terminal is its request signature says; the certificate only lets it speak. Granian hands no certificate on.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar.types import ASGIApp, Receive, Scope, Send

from central.identity import authority
from central.intake import openapi
from central.intake.openapi import ErrorReply
from central.key_files import KeysError
from central.settings import Settings
from contract.enrolment import ENROL_PATH, RENEW_PATH
from contract.succession import SUCCESSION_PATH

LOOK_EVERY_SECONDS: Final = 3600.0
"""Between two looks at the certificate the listener shows."""
_INTERFACE: Final = "/v1/"
_FOR_NEWCOMERS: Final = frozenset({ENROL_PATH, RENEW_PATH, SUCCESSION_PATH, openapi.PATH})

log = structlog.get_logger()


def plain_door(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Pages, and the routes a terminal needs while it has no valid certificate; every route where there is no TLS."""
    if not settings.tls_port or settings.plain_terminals:
        return app

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if path.startswith(_INTERFACE) and path not in _FOR_NEWCOMERS:
            await _refuse(send, "terminals come by the listener with TLS: the `url` that `kiosk enrol` wrote")
            return
        await app(scope, receive, send)

    return door


def terminals_door(app: ASGIApp) -> ASGIApp:
    """The routes of terminals and nothing else. The application's life is the plain door's."""

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if not str(scope.get("path", "")).startswith(_INTERFACE):
            await _refuse(send, "only terminals come this way; the pages are at the other port")
            return
        await app(scope, receive, send)

    return door


def tls_options(settings: Settings, now: datetime) -> dict[str, Any]:
    """What Granian is told: the certificate, and whose clients are let in. Raises KeysError."""
    folder = Path(settings.keys_dir)
    ca = folder / authority.CA_CERTIFICATE
    if not ca.exists():
        message = f"{ca}: missing; expected the fleet's authority for `tls_port`, made by `central init`"
        raise KeysError(message)
    certificate, key = authority.server_files(folder, names(settings), now)
    return {"ssl_cert": certificate, "ssl_key": key, "ssl_ca": ca, "ssl_client_verify": True}


class Shown:
    """What the listener shows while it runs: made anew in time, taken up whenever the files are others than before."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], take_up: Callable[[dict[str, Any]], None]
    ) -> None:
        """`take_up` gets what `tls_options` returns, on the caretaker's thread."""
        self._settings = settings
        self._clock = clock
        self._take_up = take_up
        self._seen = self._files()

    def look(self) -> None:
        """Once in a while. Raises KeysError while what lies there cannot be shown: then what is shown stays."""
        options = tls_options(self._settings, self._clock())
        found = self._files()
        if found != self._seen:
            self._take_up(options)
            self._seen = found
            log.info("listener_certificate_taken_up", until=str(authority.ends_at(options["ssl_cert"])))

    def _files(self) -> tuple[bytes, ...]:
        folder = Path(self._settings.keys_dir)
        return tuple((folder / name).read_bytes() for name in (authority.SERVER_CERTIFICATE, authority.CA_CERTIFICATE))


def names(settings: Settings) -> tuple[str, ...]:
    """What terminals may call this host, each once."""
    told = (urlsplit(url).hostname for url in (settings.terminal_url, settings.public_url))
    host = () if settings.host in {"0.0.0.0", "::"} else (settings.host,)  # noqa: S104 - looked for, not bound
    found = (*settings.tls_names, *filter(None, told), *host)
    return tuple(dict.fromkeys(found)) or ("localhost",)


async def _refuse(send: Send, why: str) -> None:
    body = msgspec.json.encode(ErrorReply("wrong_door", why))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
