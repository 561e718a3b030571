"""The terminal's secrets as files: the key it signs with and the key of its database. Mode 0600, made once."""

import base64
import os
import secrets
from pathlib import Path

from contract.suites import PRIVATE_BYTES, SigningKey, suite
from kiosk.durable import give, make_folder
from kiosk.settings import SettingsError

_KEY_BYTES = 32


def make_database_key(path: Path) -> None:
    """32 fresh random bytes in `path`, unless a key is there already."""
    _make(path, secrets.token_bytes(_KEY_BYTES))


def make_signing_key(path: Path, suite_id: str) -> None:
    """A fresh signing key of this suite in `path`, unless a key is there already."""
    if not path.exists():
        _make(path, suite(suite_id).fresh_private())


def _make(path: Path, key: bytes) -> None:
    """Durably, never over another."""
    make_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        give(descriptor, path.parent.stat())
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path) -> bytes:
    """The 32 bytes of the database's key. Raises SettingsError naming the file and what to do."""
    return _read(path, _KEY_BYTES)


def signing_key(path: Path, suite_id: str) -> SigningKey:
    """The key this terminal signs its requests with. Raises SettingsError."""
    key = SigningKey(suite_id, _read(path, PRIVATE_BYTES[suite_id]))
    try:
        key.public  # noqa: B018 - whether it is a key at all
    except ValueError as error:
        message = f"{path}: {error}; restore it from the backup of this terminal."
        raise SettingsError(message) from None
    return key


def public_half(path: Path, suite_id: str) -> str:
    """What the centre must know of it: the raw public key in base64."""
    return base64.b64encode(signing_key(path, suite_id).public).decode()


def _read(path: Path, size: int) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror or error}; make it with `./suiban kiosk keys --config FILE`."
        raise SettingsError(message) from None
    if len(key) != size:
        message = f"{path}: {size} bytes expected, {len(key)} found; restore it from the backup of this terminal."
        raise SettingsError(message)
    return key
