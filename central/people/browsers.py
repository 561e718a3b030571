"""A browser that was let in under a name before is told from strangers, so that guessing elsewhere locks nobody out.

It carries a mark that only this centre can make (OWASP: device cookies). Failures with a mark count for that browser
alone, those without one for the name.
"""

import hashlib
import hmac
import secrets
from typing import Final

from litestar.datastructures import Cookie

from central.persons import Blind
from central.web.page import Asked, centre_of

LASTS_SECONDS: Final = 90 * 86_400
_PURPOSE: Final = "known browsers"
_ID_BYTES: Final = 9


def attempts_key(request: Asked, name: str) -> str:
    """Under what failures of this browser are remembered: the name, and which browser where it is a known one."""
    found, _, proof = request.cookies.get(_cookie_name(name), "").partition(".")
    blind = centre_of(request).blind
    known = bool(found) and hmac.compare_digest(proof.encode(), _proof(blind, name, found).encode())
    return f"{name} {found}" if known else name


def remembered(request: Asked, name: str) -> Cookie:
    """The mark of a browser that was let in; it is made anew each time."""
    one = secrets.token_hex(_ID_BYTES)
    return Cookie(
        _cookie_name(name),
        value=f"{one}.{_proof(centre_of(request).blind, name, one)}",
        max_age=LASTS_SECONDS,
        httponly=True,
        samesite="strict",
        secure=centre_of(request).settings.public_url.startswith("https:"),
    )


def _cookie_name(name: str) -> str:
    """One for each name: several people share a window's computer."""
    return f"suiban_known_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _proof(blind: Blind, name: str, one: str) -> str:
    return hmac.new(blind.sealing_key(_PURPOSE), f"{name}\0{one}".encode(), hashlib.sha256).hexdigest()
