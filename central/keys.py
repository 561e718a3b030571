"""The centre's own keys: one that signs its replies, and numbered ones its terminals seal to. Files of mode 0600.

`signing.pem` (of suite GM-1 `signing-gm-1.pem`) and `sealing-N.pem` are private; `sealing-N.pub` beside each says what
anybody may know of it, and stays where the private half is absent: on hosts that only take in, and once it is retired.
"""

import base64
import hashlib
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.mendable import MendableError
from contract.suites import GM, INTL, SUITES, SealingKey, SigningKey, suite

_SIGNING: Final = {INTL: "signing.pem", GM: "signing-gm-1.pem"}
_SEALING: Final = "sealing*.pem"
_VERSION: Final = re.compile(r"^sealing-(\d+)\.(?:pem|pub)$")
_ARMOUR: Final = "-----{} SUIBAN {} PRIVATE KEY-----"
_ROLES: Final[dict[str, type[Ed25519PrivateKey | X25519PrivateKey]]] = {
    "an Ed25519": Ed25519PrivateKey,
    "an X25519": X25519PrivateKey,
}


class KeysError(MendableError):
    """A key file is missing or is not what its name says."""


class SealingVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What anybody may know of a sealing key. Times are ISO 8601; `key` is raw, base64."""

    version: int
    id: str
    suite: str
    key: str
    made_at: str = ""
    retired_at: str = ""
    """Since then its private half is in the escrow only."""


@dataclass(frozen=True)
class Keys:
    """`sealing` holds every private key that opens contents here, by id; older ones stay so that older cases open."""

    signing_id: str
    signing: SigningKey
    """Of the centre's own suite: it signs what comes down."""
    sealing: dict[str, SealingKey]
    versions: tuple[SealingVersion, ...]
    """All sealing keys there ever were, the oldest first."""
    others: tuple[SigningKey, ...] = ()
    """Of the other suite, where the fleet moves from one to the other."""

    def signing_as(self, suite_id: str) -> tuple[str, SigningKey]:
        """The key to answer a request of this suite with, and its id; our own suite's where there is no other."""
        return next(
            ((key_id("centre", key.public), key) for key in self.others if key.suite == suite_id),
            (self.signing_id, self.signing),
        )

    @property
    def all_signing(self) -> tuple[SigningKey, ...]:
        """Every key a terminal may meet an answer of."""
        return self.signing, *self.others

    @property
    def newest(self) -> tuple[SealingVersion, ...]:
        """What terminals seal to from now on: the newest version of each suite that is not retired."""
        return tuple({found.suite: found for found in self.versions if not found.retired_at}.values())

    def signing_public(self) -> dict[str, str]:
        """Key id -> raw public key, base64: what a terminal checks replies with."""
        return {key_id("centre", key.public): base64.b64encode(key.public).decode() for key in self.all_signing}

    def sealing_public(self) -> dict[str, str]:
        """Key id -> raw public key, base64: what a terminal seals to."""
        return {found.id: found.key for found in self.newest}

    def version_of(self, key_id: str) -> SealingVersion | None:
        """What is known of a key by its id."""
        return next((found for found in self.versions if found.id == key_id), None)


def make(folder: Path, suite_id: str = INTL, now: datetime | None = None) -> None:
    """Write the keys that are missing. An existing file is never touched."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing = folder / _SIGNING[suite_id]
    if not signing.exists():
        _write(signing, _pem(suite_id, suite(suite_id).fresh_private(), "an Ed25519"))
    there = {read_private(path, "an X25519")[0] for path in folder.glob(_SEALING)}
    there |= {_read_public(path).suite for path in folder.glob("sealing-*.pub")}
    if suite_id not in there:
        add_sealing(folder, suite_id, now)


def add_sealing(folder: Path, suite_id: str, now: datetime | None) -> SealingVersion:
    """The next sealing key; the older ones stay. Raises KeysError where the folder cannot be written."""
    version = max(_numbers(folder), default=0) + 1
    private = suite(suite_id).fresh_sealing()
    path = folder / f"sealing-{version}.pem"
    try:
        _write(path, _pem(suite_id, private, "an X25519"))
        made = _described(version, SealingKey(suite_id, private), now.isoformat(timespec="seconds") if now else "")
        describe(folder, made)
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror}); expected a folder of the centre with room"
        raise KeysError(message) from error
    return made


def describe(folder: Path, found: SealingVersion) -> None:
    """Write what anybody may know of a sealing key beside it."""
    replace(folder / f"sealing-{found.version}.pub", msgspec.json.format(msgspec.json.encode(found)))


def load(folder: Path, suite_id: str = INTL, *, opens: bool = True) -> Keys:
    """The keys in `folder`, of a centre of this suite. Without `opens` no private sealing key may lie there.

    Raises KeysError naming the file.
    """
    signing = SigningKey(*read_private(folder / _SIGNING[suite_id], "an Ed25519"))
    rest = [folder / name for other, name in _SIGNING.items() if other != suite_id]
    others = tuple(SigningKey(*read_private(path, "an Ed25519")) for path in rest if path.exists())
    sealing: dict[str, SealingKey] = {}
    versions: dict[str, SealingVersion] = {}
    for path in sorted(folder.glob("sealing-*.pub")):
        known = _read_public(path)
        versions[known.id] = known
    for path in sorted(folder.glob(_SEALING)):
        if not opens:
            message = f"{path}: a private sealing key on a host with `opens_sealed = false`; move it to one that opens"
            raise KeysError(message)
        key = SealingKey(*read_private(path, "an X25519"))
        named = _VERSION.match(path.name)
        found = _described(int(named[1]) if named else 0, key, "")
        sealing[found.id] = key
        versions.setdefault(found.id, found)
    if not versions:
        message = (
            f"{folder}: no {_SEALING if opens else 'sealing-*.pub'}; expected at least one, made by `central init`"
        )
        raise KeysError(message)
    ordered = tuple(sorted(versions.values(), key=lambda found: found.version))
    return Keys(key_id("centre", signing.public), signing, sealing, ordered, others)


def key_id(role: str, public: bytes) -> str:
    """The name of a public key: part of its SHA-256, whatever the suite."""
    return f"{role}-{hashlib.sha256(public).hexdigest()[:16]}"


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


def _described(version: int, key: SealingKey, made_at: str) -> SealingVersion:
    public = key.public
    return SealingVersion(version, key_id("seal", public), key.suite, base64.b64encode(public).decode(), made_at)


def _read_public(path: Path) -> SealingVersion:
    try:
        return msgspec.json.decode(path.read_bytes(), type=SealingVersion)
    except (OSError, ValueError) as error:
        message = f"{path}: expected what `central init` or `central keys rotate` wrote ({error}); restore it"
        raise KeysError(message) from error


def _numbers(folder: Path) -> list[int]:
    return [int(found[1]) for path in folder.iterdir() if (found := _VERSION.match(path.name))]


def _pem(suite_id: str, private: bytes, role: str) -> bytes:
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


def _write(path: Path, pem: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
