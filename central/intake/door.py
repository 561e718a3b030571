"""The door of terminals: what comes often goes from ASGI straight to its route, all else on to the framework.

A push through a framework's router, its request and its response costs several times what the push itself does.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, cast

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from central.centre import Centre
from central.intake import answers, rules
from central.intake.answers import Answer, Refused
from central.intake.api import ROUTES, Route
from central.intake.openapi import ErrorReply
from central.intake.signers import Request
from central.web.headers import GUARD

_NOT_POST: Final = Answer(405, msgspec.json.encode(ErrorReply("refused", "Method Not Allowed")), {"Allow": "POST"})
_FAILED: Final = Answer(500, msgspec.json.encode(answers.FAILED), {})
_FIXED: Final = (*GUARD, (b"content-type", b"application/json"))
_ASKED: Final = {
    name.encode(): name for name in ("host", "content-length", "content-digest", "signature-input", "signature")
}
"""Of a dozen headers, those that are read."""

log = structlog.get_logger()


class _TooLarge(Exception):
    """More bytes came, or were announced, than a route takes."""


class _Gone(Exception):
    """Whoever asked went away before all of the request had come."""


def door(app: ASGIApp, centre: Centre) -> ASGIApp:
    """The whole application: `app` with the routes of terminals before it."""

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        route = ROUTES.get(scope["path"]) if scope["type"] == ScopeType.HTTP else None
        if route is None:
            await app(scope, receive, send)
            return
        try:
            answer = await _answer(centre, route, cast(HTTPScope, scope), receive)
        except _Gone:
            return
        except Exception:
            log.exception("request_failed", path=scope["path"])  # the terminal hears of a bug, and comes again
            answer = _FAILED
        await _send(answer, send)

    return enter


async def _answer(centre: Centre, route: Route, scope: HTTPScope, receive: Receive) -> Answer:
    if scope["method"] != "POST":
        return _NOT_POST
    headers = {_ASKED[name]: value.decode("latin-1") for name, value in scope["headers"] if name in _ASKED}
    try:
        body = await _body(headers, receive)
    except _TooLarge:
        return answers.too_large(centre, headers, rules.MAX_BODY_BYTES)
    asked = Request("POST", scope["path"], headers, body)
    try:
        signed = await answers.signer(centre, asked)
    except Refused as refused:
        return refused.answer
    return await route(centre, asked, signed)


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes:
    """All of it. Raises _TooLarge, before anything is read where the size is announced, and _Gone."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > rules.MAX_BODY_BYTES:
        raise _TooLarge
    parts, octets, more = [], 0, True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise _Gone
        parts.append(event["body"])
        octets += len(event["body"])
        if octets > rules.MAX_BODY_BYTES:
            raise _TooLarge
        more = event.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _send(answer: Answer, send: Send) -> None:
    headers = [*_FIXED, (b"content-length", b"%d" % len(answer.body))]
    headers += [(_spelt(name), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


@cache
def _spelt(name: str) -> bytes:
    return name.lower().encode()
