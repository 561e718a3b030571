"""What whoever asks is told when something is wrong, and the headers that every answer carries."""

from typing import Any, Final

import msgspec
import structlog
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Response
from litestar.types import ExceptionHandlersMap, Message, Scope

from central.intake.answers import FAILED
from central.intake.openapi import ErrorReply
from central.people.access import AtTheCentre, Forbidden, NotSignedIn, NotYours, OfTheDistrict, Owing
from central.web.headers import GUARD, NO_STORE
from central.web.page import Asked, is_partial, render

log = structlog.get_logger()


async def guarded(message: Message, _: Scope) -> None:
    """Every answer carries these, also mistakes and static files; what does not say for how long it may be kept is
    kept by nobody.
    """
    if message["type"] == "http.response.start":
        headers = [*message["headers"], *GUARD]
        if not any(name.lower() == NO_STORE[0] for name, _value in headers):
            headers.append(NO_STORE)
        message["headers"] = headers


def _to_login(request: Asked, _: Exception) -> Response[Any]:
    if is_partial(request) or request.url.path == "/live":
        return Response(b"", status_code=401, headers={"HX-Redirect": "/login"})
    return Redirect("/login", status_code=303)


def _forbidden(request: Asked, _: Exception) -> Response[Any]:
    log.warning("form_without_token", path=request.url.path)
    return _page(request, 403, "forbidden")


def _owing(request: Asked, error: Owing) -> Response[Any]:
    if is_partial(request) or request.url.path == "/live":
        return Response(b"", status_code=401, headers={"HX-Redirect": error.place})
    return Redirect(error.place, status_code=303)


def _not_yours(request: Asked, _: Exception) -> Response[Any]:
    log.warning("page_of_others", path=request.url.path)
    return _page(request, 403, "not_yours")


def _of_the_district(request: Asked, _: Exception) -> Response[str]:
    return _page(request, 403, "of_district")


def _at_the_centre(request: Asked, _: Exception) -> Response[Any]:
    return _page(request, 409, "at_centre")


def _refused(request: Asked, error: HTTPException) -> Response[Any]:
    if request.url.path.startswith("/v1/"):
        return _json(error.status_code, ErrorReply("refused", error.detail))
    return _page(request, error.status_code, "not_found" if error.status_code in {404, 405} else "forbidden")


def _failed(request: Asked, error: Exception) -> Response[Any]:
    log.error("request_failed", path=request.url.path, exc_info=error)
    if request.url.path.startswith("/v1/"):
        return _json(500, FAILED)
    return _page(request, 500, "failed")


def _json(status: int, said: ErrorReply) -> Response[bytes]:
    return Response(msgspec.json.encode(said), media_type=MediaType.JSON, status_code=status)


def _page(request: Asked, status: int, key: str) -> Response[str]:
    return render(request, "web/templates/error.html", None, {"key": key}, status=status)


MISTAKES: Final[ExceptionHandlersMap] = {
    NotSignedIn: _to_login,
    Forbidden: _forbidden,
    NotYours: _not_yours,
    OfTheDistrict: _of_the_district,
    AtTheCentre: _at_the_centre,
    Owing: _owing,
    HTTPException: _refused,
    Exception: _failed,
}
