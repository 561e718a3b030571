"""A day's way in one file for a device without network: sealed by a code that is shown once, useless after its day.

The file decrypts itself in the browser (WebCrypto); what is in it can be read nowhere without the code: AES-256-GCM
under PBKDF2-HMAC-SHA256 of the code (RFC 8018), which has 59 bits of chance.
"""

import base64
import secrets
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

CODE_LENGTH: Final = 12
ROUNDS: Final = 600_000
AHEAD: Final = timedelta(days=3)
"""Copies are made for today and so many days ahead."""
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class SealedWay(msgspec.Struct, frozen=True):
    """What the file holds: all base64 but `rounds` and `until` (milliseconds since 1970), which the seal covers."""

    salt: str
    nonce: str
    box: str
    until: int
    rounds: int = ROUNDS


def fresh_code() -> str:
    """Three groups of four, without letters that are read for others."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(drawn[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def plain(code: str) -> str:
    """As it is compared: blanks, hyphens and small letters make no difference."""
    return "".join(letter for letter in code.upper() if letter in _ALPHABET)


def may_copy(day: str, today: date) -> bool:
    """Whether a way is near enough to be taken along."""
    return today <= date.fromisoformat(day) <= today + AHEAD


def until(day: str, zone: tzinfo) -> datetime:
    """The end of its day."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)


def seal(content: dict[str, Any], code: str, ends: datetime) -> SealedWay:
    """Readable with the code; the moment it ends is bound to it."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    ends_at = int(ends.timestamp() * 1000)
    box = AESGCM(_key(code, salt, ROUNDS)).encrypt(nonce, msgspec.json.encode(content), _bound(ends_at))
    return SealedWay(_text(salt), _text(nonce), _text(box), ends_at)


def unseal(sealed: SealedWay, code: str) -> dict[str, Any]:
    """What the file shows for the right code. Raises cryptography.exceptions.InvalidTag for any other."""
    salt, nonce, box = (base64.b64decode(part) for part in (sealed.salt, sealed.nonce, sealed.box))
    opened = AESGCM(_key(code, salt, sealed.rounds)).decrypt(nonce, box, _bound(sealed.until))
    return msgspec.json.decode(opened, type=dict[str, Any])


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bound(ends_at: int) -> bytes:
    return f"suiban way 1|{ends_at}".encode()


def _key(code: str, salt: bytes, rounds: int) -> bytes:
    return PBKDF2HMAC(SHA256(), 32, salt, rounds).derive(plain(code).encode())
