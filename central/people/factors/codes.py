"""Time-based codes (RFC 6238: SHA-1, 6 digits, 30 s, what every authenticator reads), their secret and its QR code."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp
import qrcode
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage

from central.people.rules import FACTOR_WINDOW, RECOVERY_CODES
from central.persons import Blind, plain_code

STEP_SECONDS: Final = 30
_NONCE_BYTES: Final = 12
_PURPOSE: Final = "second factors"
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RECOVERY_LENGTH: Final = 16


def fresh(blind: Blind, name: str) -> bytes:
    """A new secret, encrypted for the table and bound to its account."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    secret = pyotp.random_base32().encode()
    return nonce + AESGCM(blind.sealing_key(_PURPOSE)).encrypt(nonce, secret, name.encode())


def opened(blind: Blind, name: str, secret: bytes) -> str:
    """The secret in base 32. Raises cryptography's InvalidTag where it is of another account or another key."""
    nonce, rest = secret[:_NONCE_BYTES], secret[_NONCE_BYTES:]
    return AESGCM(blind.sealing_key(_PURPOSE)).decrypt(nonce, rest, name.encode()).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, at most one early or late; None for a wrong one."""
    current = int(now.timestamp()) // STEP_SECONDS
    otp, typed = pyotp.TOTP(secret), plain_code(code).encode()
    steps = range(current - FACTOR_WINDOW, current + FACTOR_WINDOW + 1)
    fitting = [step for step in steps if hmac.compare_digest(otp.generate_otp(step).encode(), typed)]
    return max(fitting, default=None)


def address(secret: str, name: str, hall: str) -> str:
    """What an authenticator reads: an otpauth address."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=hall)


def picture(text: str) -> Markup:
    """The QR code of a text as an SVG of its own size."""
    drawn = qrcode.make(text, image_factory=SvgPathImage, box_size=10, border=4)
    return Markup(drawn.to_string().decode())  # noqa: S704 - our own drawing of modules


def recovery() -> tuple[str, ...]:
    """New recovery codes in groups of four: 79 bits each, so that a plain hash of one is safe to keep."""
    made = ("".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, _RECOVERY_LENGTH, 4)) for code in made)


def recovery_hash(name: str, code: str) -> str:
    """What the table holds of a recovery code."""
    return hashlib.sha256(f"{name}\0{plain_code(code)}".encode()).hexdigest()
