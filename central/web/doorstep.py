"""Forms anybody may send without logging in: a token in a cookie and in the form, and so many tries a minute."""

import secrets
import time

from litestar.datastructures import Cookie, UploadFile
from litestar.response import Response

from central.identity.knocks import Knocks
from central.people.access import address_of
from central.web.page import Asked

COOKIE = "suiban_form"
FIELD = "csrf"
LASTS_SECONDS = 3600
TOO_MANY = 429

_knocks = Knocks(time.monotonic)


def lets(request: Asked) -> bool:
    """Whether one more try from there is fine."""
    return _knocks.lets(address_of(request))


def token(request: Asked) -> str:
    """The one this browser has, or a new one."""
    return request.cookies.get(COOKIE, "") or secrets.token_urlsafe(24)


def once() -> str:
    """A mark of one form: sent twice it means the same."""
    return secrets.token_urlsafe(18)


def handed_out(answer: Response[str], value: str, *, secure: bool) -> Response[str]:
    """The page with its token in a cookie that no other site can send."""
    answer.set_cookie(
        Cookie(COOKIE, value=value, max_age=LASTS_SECONDS, httponly=True, secure=secure, samesite="strict")
    )
    return answer


def is_ours(request: Asked, form: dict[str, str]) -> bool:
    """Whether the form is one of a page we gave to this browser."""
    expected = request.cookies.get(COOKIE, "")
    return bool(expected) and secrets.compare_digest(form.get(FIELD, "").encode(), expected.encode())


class Files(dict[str, list[bytes]]):
    """What a form carried, by field; at most `most` bytes of each file are read."""


async def fields_and_files(request: Asked, most: int) -> tuple[dict[str, str], Files]:
    """A form with files. Of a file too large one byte more than `most` is read, so that it shows."""
    fields: dict[str, str] = {}
    files = Files()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            content = await value.read(most + 1)
            if content:
                files.setdefault(name, []).append(content)
        else:
            fields[name] = str(value)
    return fields, files
