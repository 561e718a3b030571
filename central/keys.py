"""The centre's own keys: one that signs its replies, and those its terminals seal to. Files of mode 0600."""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.mendable import MendableError

_SIGNING = "signing.pem"
_SEALING = "sealing*.pem"
_FIRST_SEALING = "sealing-1.pem"

PrivateKey = Ed25519PrivateKey | X25519PrivateKey


class KeysError(MendableError):
    """A key file is missing or is not what its name says."""


@dataclass(frozen=True)
class Keys:
    """`sealing` holds every key a content may be sealed to, by id; older ones stay so that older cases open."""

    signing_id: str
    signing: Ed25519PrivateKey
    sealing: dict[str, X25519PrivateKey]

    def signing_public(self) -> dict[str, str]:
        """Key id -> raw public key, base64: what a terminal checks replies with."""
        return {self.signing_id: base64.b64encode(_public(self.signing)).decode()}

    def sealing_public(self) -> dict[str, str]:
        """Key id -> raw public key, base64: what a terminal seals to."""
        return {key_id: base64.b64encode(_public(key)).decode() for key_id, key in self.sealing.items()}


def make(folder: Path) -> None:
    """Write the keys that are missing. An existing file is never touched."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _SIGNING).exists():
        _write(folder / _SIGNING, Ed25519PrivateKey.generate())
    if not list(folder.glob(_SEALING)):
        _write(folder / _FIRST_SEALING, X25519PrivateKey.generate())


def load(folder: Path) -> Keys:
    """The keys in `folder`. Raises KeysError naming the file."""
    signing = _read(folder / _SIGNING)
    if not isinstance(signing, Ed25519PrivateKey):
        message = f"{folder / _SIGNING}: expected an Ed25519 private key"
        raise KeysError(message)
    sealing = {}
    for path in sorted(folder.glob(_SEALING)):
        key = _read(path)
        if not isinstance(key, X25519PrivateKey):
            message = f"{path}: expected an X25519 private key"
            raise KeysError(message)
        sealing[_key_id("seal", key)] = key
    if not sealing:
        message = f"{folder}: no {_SEALING}; expected at least one, made by `central init`"
        raise KeysError(message)
    return Keys(signing_id=_key_id("centre", signing), signing=signing, sealing=sealing)


def _public(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _key_id(role: str, key: PrivateKey) -> str:
    return f"{role}-{hashlib.sha256(_public(key)).hexdigest()[:16]}"


def _write(path: Path, key: PrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def _read(path: Path) -> object:
    try:
        return serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); make it with `central init`"
        raise KeysError(message) from error
    except ValueError as error:
        message = f"{path}: expected a PEM private key without a password"
        raise KeysError(message) from error
