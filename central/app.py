"""Builds the ASGI application of a centre: routes, static files, headers, and what a mistake looks like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog
from litestar import Litestar
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Response
from litestar.static_files import create_static_files_router

from central.cases.pages import pages as case_pages
from central.centre import Centre
from central.fleet.pages import pages as fleet_pages
from central.intake import rules
from central.intake.api import api
from central.intake.openapi import ErrorReply
from central.intake.pages import pages as intake_pages
from central.people.access import Forbidden, NotSignedIn
from central.people.pages import log_in, log_out, login_page
from central.web.page import Asked, is_partial, render
from central.web.pages import pages as web_pages

_STATIC = Path(__file__).parent / "web" / "static"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

log = structlog.get_logger()


def build(centre: Centre) -> Litestar:
    """The application. Its start begins the centre's work, its end finishes it."""

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        centre.start()
        try:
            yield
        finally:
            centre.stop()

    static = create_static_files_router("/static", directories=[_STATIC], include_in_schema=False)
    return Litestar(
        [api, web_pages, login_page, log_in, log_out, fleet_pages, case_pages, intake_pages, static],
        state=State({"centre": centre}, deep_copy=False),
        lifespan=[run],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=rules.MAX_BODY_BYTES,
        response_headers=_HEADERS,
        exception_handlers={
            NotSignedIn: _to_login,
            Forbidden: _forbidden,
            HTTPException: _refused,
            Exception: _failed,
        },
    )


def _to_login(request: Asked, _: Exception) -> Response[Any]:
    if is_partial(request) or request.url.path == "/live":
        return Response(b"", status_code=401, headers={"HX-Redirect": "/login"})
    return Redirect("/login", status_code=303)


def _forbidden(request: Asked, _: Exception) -> Response[Any]:
    log.warning("form_without_token", path=request.url.path)
    return _page(request, 403, "forbidden")


def _refused(request: Asked, error: HTTPException) -> Response[Any]:
    if request.url.path.startswith("/v1/"):
        return _json(error.status_code, "refused", error.detail)
    return _page(request, error.status_code, "not_found" if error.status_code in {404, 405} else "forbidden")


def _failed(request: Asked, error: Exception) -> Response[Any]:
    log.error("request_failed", path=request.url.path, exc_info=error)
    if request.url.path.startswith("/v1/"):
        return _json(500, "failed", "logged here; send it again later")
    return _page(request, 500, "failed")


def _json(status: int, key: str, message: str) -> Response[bytes]:
    return Response(msgspec.json.encode(ErrorReply(key, message)), media_type=MediaType.JSON, status_code=status)


def _page(request: Asked, status: int, key: str) -> Response[str]:
    return render(request, "web/templates/error.html", None, {"key": key}, status=status)
