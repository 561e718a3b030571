"""How the centre finds what belongs to a person without keeping who it is: a keyed hash of the identity number, and
what else must be known sealed to the centre's own keys.

The key (`blind.key`, 32 bytes, beside the other keys) is the centre's alone: without it nobody can try numbers against
the index. Lost, the index of cases is made anew from what is sealed (docs/adr/0012).
"""

import base64
import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path
from typing import Final

import msgspec

from central.key_files import KeysError, sync
from central.keys import Keys
from central.unseal import CannotOpen, open_sealed
from contract.envelope import Sealed, WrappedKey
from contract.suites import suite

KEY_FILE: Final = "blind.key"
_KEY_BYTES: Final = 32
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L: a code is read aloud and typed by hand."""


class Blind:
    """Names persons and codes by a keyed hash; `key_id` says by which key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = self._hash("key", "id")[:12]

    def person(self, id_number: str) -> str:
        """The name of a person in the tables: 64 hex digits. The same number written otherwise has the same name."""
        return self._hash("person", plain_number(id_number))

    def code(self, purpose: str, of: str, length: int) -> str:
        """The code that belongs to an id: asked for again it is the same, and nobody else can work it out."""
        number = int(self._hash(f"code {purpose}", of), 16)
        return "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(length))

    def digits(self, purpose: str, of: str, length: int) -> str:
        """The same as `code`, for who has only a number pad."""
        return f"{int(self._hash(f'digits {purpose}', of), 16) % 10**length:0{length}}"

    def lookup(self, purpose: str, code: str) -> str:
        """What the tables hold instead of a code."""
        return self._hash(f"lookup {purpose}", plain_code(code))

    def sealing_key(self, purpose: str) -> bytes:
        """32 bytes for what every host of this centre must open by itself, e.g. the secrets of second factors."""
        return bytes.fromhex(self._hash("key of", purpose))

    def _hash(self, purpose: str, value: str) -> str:
        return hmac.new(self._key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def plain_number(id_number: str) -> str:
    """An identity number as it is compared: full-width forms, blanks and a small x make no difference."""
    return "".join(unicodedata.normalize("NFKC", id_number).split()).upper()


def plain_code(code: str) -> str:
    """A code as it is compared: blanks, hyphens and small letters make no difference."""
    return "".join(unicodedata.normalize("NFKC", code).replace("-", "").split()).upper()


def load(folder: Path) -> Blind:
    """The centre's own, made when it is missing. Raises KeysError naming the file."""
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read or made ({error.strerror}); expected a folder of the centre's keys with room"
        raise KeysError(message) from error
    if len(key) != _KEY_BYTES:
        message = f"{path}: expected {_KEY_BYTES} bytes; put the copy back, or remove it and the index is made anew"
        raise KeysError(message)
    return Blind(key)


def _make(path: Path) -> None:
    """Whole or not at all, and only one of several processes has its way."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    sync(path.parent)


def seal(keys: Keys, content: bytes, context: bytes) -> bytes:
    """Content only this centre's sealing keys open, bound to `context`; the bytes go into a column."""
    newest = [found for found in keys.newest if found.suite == keys.signing.suite] or list(keys.newest)
    used = suite(newest[-1].suite)
    content_key, nonce = secrets.token_bytes(used.key_bytes), secrets.token_bytes(12)
    wrapped = tuple(
        WrappedKey(found.id, used.wrap(base64.b64decode(found.key), content_key, context))
        for found in newest
        if found.suite == newest[-1].suite
    )
    return msgspec.msgpack.encode(Sealed(used.id, wrapped, nonce, used.encrypt(content_key, nonce, content, context)))


def unseal(keys: Keys, sealed: bytes, context: bytes) -> bytes:
    """What `seal` made. Raises CannotOpen."""
    try:
        found = msgspec.msgpack.decode(sealed, type=Sealed)
    except msgspec.DecodeError:  # wiped, for one
        raise CannotOpen("damaged") from None
    return open_sealed(keys, found, context)
