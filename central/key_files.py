"""Key files of the centre: read, written once, replaced durably; and the names keys go by. Mode 0600."""

import base64
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.mendable import MendableError
from contract.suites import INTL, SUITES

_ARMOUR: Final = "-----{} SUIBAN {} PRIVATE KEY-----"
_ROLES: Final[dict[str, type[Ed25519PrivateKey | X25519PrivateKey]]] = {
    "an Ed25519": Ed25519PrivateKey,
    "an X25519": X25519PrivateKey,
}


class KeysError(MendableError):
    """A key file is missing or is not what its name says."""


def read_private(path: Path, role: str) -> tuple[str, bytes]:
    """The suite and the raw private key in a file. `role` is `an Ed25519` or `an X25519`. Raises KeysError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); make it with `central init`"
        raise KeysError(message) from error
    for name in SUITES:
        if content.startswith(_ARMOUR.format("BEGIN", name).encode()):
            return name, _armoured(path, content)
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        message = f"{path}: expected a PEM private key without a password"
        raise KeysError(message) from error
    if not isinstance(key, _ROLES[role]):
        message = f"{path}: expected {role} private key"
        raise KeysError(message)
    return INTL, key.private_bytes_raw()


def replace(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a file in place as one step that survives a power cut. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync(path.parent)


def sync(place: Path) -> None:
    """What was written into a file, or made and renamed in a folder, survives a power cut from now on."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def pem(suite_id: str, private: bytes, role: str) -> bytes:
    """PKCS#8 for INTL-1; for GM-1, whose keys no common tool reads as raw numbers, the raw bytes in armour."""
    if suite_id != INTL:
        lines = base64.encodebytes(private).decode()
        return f"{_ARMOUR.format('BEGIN', suite_id)}\n{lines}{_ARMOUR.format('END', suite_id)}\n".encode()
    key = _ROLES[role].from_private_bytes(private)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _armoured(path: Path, content: bytes) -> bytes:
    try:
        return base64.b64decode("".join(content.decode().splitlines()[1:-1]), validate=True)
    except ValueError as error:
        message = f"{path}: expected base64 between its first and last line"
        raise KeysError(message) from error


def write(path: Path, content: bytes) -> None:
    """Write a new file, durably. Raises OSError, also where one is there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
