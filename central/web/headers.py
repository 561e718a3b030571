"""What every answer carries, also mistakes, static files and what terminals are told."""

from typing import Final

_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    b"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    b"object-src 'none'; report-uri /csp-reports"
)
NO_STORE: Final = (b"cache-control", b"no-store")
"""For whatever does not say otherwise: a file with names must not lie in a browser's cache."""
GUARD: Final = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
