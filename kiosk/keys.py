"""The terminal's secrets as files: the Ed25519 key it signs with and the key of its database. Mode 0600, made once."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.durable import give, make_folder
from kiosk.settings import SettingsError

_KEY_BYTES = 32


def make(path: Path) -> None:
    """Write 32 fresh random bytes to `path`, durably, unless a key is there already. Never overwrites one."""
    make_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        give(descriptor, path.parent.stat())
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path) -> bytes:
    """The 32 bytes of a key file. Raises SettingsError naming the file and what to do."""
    try:
        key = path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror or error}; make it with `./suiban kiosk keys --config FILE`."
        raise SettingsError(message) from None
    if len(key) != _KEY_BYTES:
        message = f"{path}: {_KEY_BYTES} bytes expected, {len(key)} found; restore it from the backup of this terminal."
        raise SettingsError(message)
    return key


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key this terminal signs its requests with."""
    return Ed25519PrivateKey.from_private_bytes(read(path))


def public_half(path: Path) -> str:
    """What the centre must know of it: the raw public key in base64."""
    return base64.b64encode(signing_key(path).public_key().public_bytes_raw()).decode()
