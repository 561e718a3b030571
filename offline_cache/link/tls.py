"""TLS to the fleet's own listener: its authority is pinned, and a clock that is wrong shuts nobody out.

The chain and the name are checked, the dates are not: a terminal whose clock battery is dead must still report. What
that accepts is a certificate of our own authority past its end; the centre signs every answer besides, and only those
signatures are believed. The dates of the terminal's certificate are checked by the centre, with the centre's clock.
"""

import ssl
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

_DEEPEST: Final = 200
_NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which ssl does not name


class Tls(msgspec.Struct, frozen=True):
    """Files in PEM: whom to believe, and what to show. Without `ca` the machine's own authorities count, with dates."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@cache
def context(tls: Tls) -> tuple[ssl.SSLContext | None, str]:
    """How to speak (None: the machine's own way), and what is wrong with the files, in words.

    A process has one for the same files, so that all its connections show a new certificate. A file that is missing or
    damaged never keeps a terminal from serving: it goes without, and the link says why.
    """
    if tls.ca is None:
        return None, ""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.verify_flags |= _NO_CHECK_TIME
    try:
        made.load_verify_locations(tls.ca)
    except OSError as error:
        return made, f"{tls.ca}: not a certificate authority ({error.strerror or error})"
    return made, show(made, tls)


def show(made: ssl.SSLContext, tls: Tls) -> str:
    """Show this certificate from the next connection on; returns what is wrong with its files, in words."""
    if tls.certificate is None or tls.key is None:
        return ""
    try:
        made.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:
        return f"{tls.certificate}: not a certificate with its key ({error.strerror or error})"
    return ""


def is_of_tls(error: BaseException) -> bool:
    """Whether TLS itself failed, however deep it is wrapped. TLS 1.3 refuses a client only after the handshake."""
    seen: list[object] = [error]
    for one in seen:
        if isinstance(one, ssl.SSLError):
            return True
        if isinstance(one, BaseException) and len(seen) < _DEEPEST:
            seen += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False
