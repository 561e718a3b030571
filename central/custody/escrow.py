"""The centre's private keys in one wrapped bundle, and the key to it in three shares of which any two open it.

One share says nothing of the keys (Shamir over GF(2^128)); the bundle says nothing without two shares.
"""

import hashlib
import os
import re
import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from Crypto.Protocol.SecretSharing import Shamir
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from central.key_files import KeysError, replace

SHARES: Final = 3
NEEDED: Final = 2
BUNDLE: Final = "escrow.json"
_KEY_BYTES: Final = 16
_CHECK_BYTES: Final = 4
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_PRIVATE: Final = re.compile(r"^(signing.*\.pem|sealing.*\.pem|fleet-ca\.key|succession\.json)$")
"""And how signing keys followed each other: without it nobody knows which of them signs."""
_SHARE: Final = """\
Suiban / 随办: share {number} of {total} of escrow {name}, made {made_at}. Any {needed} of them open {bundle}.
Keep it on paper, apart from the others, where only its holder gets at it. It says nothing alone.
To use it: central keys recover SHARE-FILE SHARE-FILE --bundle {bundle} --out FOLDER

{text}
"""


class Bundle(msgspec.Struct, frozen=True):
    """The wrapped keys. `files` are the names of what is inside; `content` is AES-128-GCM, base64."""

    name: str
    made_at: str
    files: tuple[str, ...]
    sealing_ids: tuple[str, ...]
    nonce: bytes
    content: bytes


def make(folder: Path, out: Path, sealing_ids: tuple[str, ...], now: datetime) -> list[Path]:
    """Wrap every private key of `folder` into `out`; returns the bundle and the share files. Raises KeysError."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if _PRIVATE.match(path.name)}
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(out.iterdir()):
        message = f"{out}: not empty; expected a new folder for the bundle and its shares"
        raise KeysError(message)
    key, nonce, name = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(12), secrets.token_hex(3).upper()
    at = now.isoformat(timespec="seconds")
    content = AESGCM(key).encrypt(nonce, msgspec.json.encode(found), _bound(name))
    bundle = Bundle(name, at, tuple(found), sealing_ids, nonce, content)
    replace(out / BUNDLE, msgspec.json.format(msgspec.json.encode(bundle)))
    for number, share in Shamir.split(NEEDED, SHARES, key):
        text = _SHARE.format(
            number=number, total=SHARES, needed=NEEDED, name=name, made_at=at, bundle=BUNDLE,
            text=_written(name, number, bytes(share)),
        )  # fmt: skip
        replace(out / f"share-{number}.txt", text.encode())
    return [out / BUNDLE, *(out / f"share-{number}.txt" for number in range(1, SHARES + 1))]


def recover(shares: list[str], bundle: Path, out: Path) -> list[Path]:
    """Write the keys of a bundle into `out`, which must not hold any of them. `shares` are files or typed texts.

    Raises KeysError with one sentence.
    """
    held = read_bundle(bundle)
    given = dict(_read(text, held.name) for text in shares)
    if len(given) < NEEDED:
        message = f"the shares: {NEEDED} different ones expected, {len(given)} found"
        raise KeysError(message)
    key = bytes(Shamir.combine(list(given.items())[:NEEDED]))
    try:
        found = msgspec.json.decode(
            AESGCM(key).decrypt(held.nonce, held.content, _bound(held.name)), type=dict[str, bytes]
        )
    except (InvalidTag, ValueError) as error:
        message = f"{bundle}: these shares do not open it; expected two of escrow {held.name}, copied exactly"
        raise KeysError(message) from error
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = [name for name in found if (out / name).exists() and (out / name).read_bytes() != found[name]]
    if there:
        message = f"{out / there[0]}: another key is there; expected a folder without it"
        raise KeysError(message)
    for name, content in found.items():
        replace(out / name, content)
    return [out / name for name in found]


def read_bundle(path: Path) -> Bundle:
    """A bundle as it was written. Raises KeysError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Bundle)
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); expected {BUNDLE} of `central keys escrow`"
        raise KeysError(message) from error
    except ValueError as error:
        message = f"{path}: expected {BUNDLE} of `central keys escrow` ({error})"
        raise KeysError(message) from error


def _bound(name: str) -> bytes:
    return f"suiban/escrow/1/{name}".encode()


def _written(name: str, number: int, share: bytes) -> str:
    """`A1B2C3-1-XXXX-XXXX-…`: the escrow, the number, then 16 bytes of share and 4 of checksum in groups of four."""
    body = share + _check(name, number, share)
    bits = int.from_bytes(body)
    characters = -(-len(body) * 8 // 5)
    plain = "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(characters)))
    groups = "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))
    return f"{name}-{number}-{groups}"


def _read(given: str, name: str) -> tuple[int, bytes]:
    """The number and the share in a file or a typed text. Raises KeysError naming what is wrong with it."""
    path = Path(given)
    shown = given if os.sep in given or path.suffix else "the share"
    text = path.read_text(encoding="utf-8") if _is_file(path) else given
    found = re.search(r"([0-9A-F]{6})-([1-9])-((?:[0-9A-Z]{4}-?){8})", text.upper().replace(" ", ""))
    if found is None:
        message = f"{shown}: expected the line of a share, like A1B2C3-1-XXXX-… with eight groups of four"
        raise KeysError(message)
    if found[1] != name:
        message = f"{shown}: of escrow {found[1]}, expected one of escrow {name}"
        raise KeysError(message)
    plain = found[3].replace("-", "").translate(_READ_AS)
    bits = 0
    for character in plain:
        if character not in _ALPHABET:
            message = f"{shown}: {character!r} is not a character of a share; type it again as it is written"
            raise KeysError(message)
        bits = bits << 5 | _ALPHABET.index(character)
    size = _KEY_BYTES + _CHECK_BYTES
    body = (bits & (1 << size * 8) - 1).to_bytes(size)
    number, share = int(found[2]), body[:_KEY_BYTES]
    if not secrets.compare_digest(body[_KEY_BYTES:], _check(name, number, share)):
        message = f"{shown}: its checksum does not fit; type it again as it is written"
        raise KeysError(message)
    return number, share


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # a typed share is longer than a name may be


def _check(name: str, number: int, share: bytes) -> bytes:
    return hashlib.sha256(f"{name}/{number}/".encode() + share).digest()[:_CHECK_BYTES]
