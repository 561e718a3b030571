"""The TUF repository on this machine's disk: what is signed, and the two roles that are signed from day to day.

Root (2 of 3 keys) and targets (the release key) are signed where their keys are, never by a running centre; it holds
the key of snapshot and timestamp alone. A centre that was broken into can hold releases back, not make one.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from central.mendable import MendableError
from contract.releases import FILE_NAME, PIECE, Manifest, Shelf, manifest_name

ROOT_DAYS: Final = 3 * 365
TARGETS_DAYS: Final = 365
SNAPSHOT_DAYS: Final = 7
TIMESTAMP_DAYS: Final = 1
ROOT_KEYS: Final = 3
ROOT_THRESHOLD: Final = 2
ONLINE: Final = "releases-online.pem"
_RAW: Final = JSONSerializer(compact=True)


class NotSigned(MendableError):
    """What was asked of the repository cannot be; the message says what to do."""


class Offer(msgspec.Struct, frozen=True):
    """A release that terminals can be told of; `size` of all its files, in bytes."""

    made_of: Manifest
    size: int
    sha256: str
    """Of its manifest: what somebody compares who approves it."""

    @property
    def release(self) -> str:
        """Its name."""
        return self.made_of.release


class Repository:
    """`folder` holds metadata/ and targets/, as they are served."""

    def __init__(self, folder: Path) -> None:
        self.metadata = folder / Shelf.METADATA.value
        self.targets = folder / Shelf.TARGETS.value

    @property
    def exists(self) -> bool:
        """Whether anything was ever signed here."""
        return (self.metadata / "timestamp.json").is_file()

    # --- what is signed ----------

    def root(self) -> Metadata[Root]:
        """The newest. Raises NotSigned."""
        return Metadata[Root].from_file(str(self._newest("root")))

    def signed_targets(self) -> Metadata[Targets]:
        """The newest. Raises NotSigned."""
        return Metadata[Targets].from_file(str(self._newest("targets")))

    def _newest(self, role: str) -> Path:
        found = [
            (int(one.name.split(".")[0]), one)
            for one in self.metadata.glob(f"*.{role}.json")
            if one.name.split(".")[0].isdecimal()
        ]
        if not found:
            message = f"{self.metadata}: nothing signed here yet; run `./suiban release init`"
            raise NotSigned(message)
        return max(found)[1]

    def offers(self) -> list[Offer]:
        """Every release that is signed, by name. Nothing signed: none."""
        if not self.exists:
            return []
        listed = self.signed_targets().signed.targets
        found = []
        for name, info in sorted(listed.items()):
            if re.fullmatch(r"release-.+\.json", name):
                raw = (self.targets / hashed(info)).read_bytes()
                made_of = msgspec.json.decode(raw, type=Manifest)
                parts = (made_of.requirements, *made_of.files)
                size = info.length + sum(listed[part].length for part in parts)
                found.append(Offer(made_of, size, info.hashes["sha256"]))
        return found

    def find(self, release: str) -> Offer | None:
        """One of them."""
        return next((one for one in self.offers() if one.release == release), None)

    def ends(self) -> dict[str, datetime]:
        """Role -> when what is signed of it ends, for the roles that people sign."""
        if not self.exists:
            return {}
        return {"root": self.root().signed.expires, "targets": self.signed_targets().signed.expires}

    def piece(self, shelf: Shelf, name: str, offset: int) -> bytes | None:
        """What follows `offset` in one file; None where there is no such file."""
        if not re.fullmatch(FILE_NAME, name):
            return None
        place = (self.metadata if shelf is Shelf.METADATA else self.targets) / name
        try:
            with place.open("rb") as file:
                file.seek(offset)
                return file.read(PIECE)
        except FileNotFoundError:
            return None

    # --- how it is written ----------

    def begin(self, root: Metadata[Root], targets: Metadata[Targets], online: CryptoSigner, now: datetime) -> None:
        """The first of everything."""
        for folder in (self.metadata, self.targets):
            folder.mkdir(parents=True, exist_ok=True)
        self.write_root(root)
        self.publish(targets, online, now)

    def write_root(self, root: Metadata[Root]) -> None:
        """The next root; terminals follow from the one they have, one by one."""
        write(self.metadata / f"{root.signed.version}.root.json", root.to_bytes(_RAW))

    def publish(self, targets: Metadata[Targets], online: CryptoSigner, now: datetime) -> None:
        """Other targets hold from now on; whoever asks meanwhile sees all of the old or all of the new."""
        write(self.metadata / f"{targets.signed.version}.targets.json", targets.to_bytes(_RAW))
        self._sign_snapshot(targets.signed.version, online, now)

    def refresh(self, online: CryptoSigner, now: datetime) -> bool:
        """Sign snapshot and timestamp anew before they end. Whether anything was signed."""
        if not self.exists:
            return False
        timestamp = self._timestamp()
        snapshot = self._snapshot(timestamp)
        if snapshot.expires - now < timedelta(days=SNAPSHOT_DAYS / 2):
            self._sign_snapshot(snapshot.meta["targets.json"].version, online, now)
            return True
        if timestamp.expires - now < timedelta(days=TIMESTAMP_DAYS / 2):
            self._sign_timestamp(snapshot.version, online, now)
            return True
        return False

    def _timestamp(self) -> Timestamp:
        return Metadata[Timestamp].from_file(str(self.metadata / "timestamp.json")).signed

    def _snapshot(self, timestamp: Timestamp) -> Snapshot:
        place = self.metadata / f"{timestamp.snapshot_meta.version}.snapshot.json"
        return Metadata[Snapshot].from_file(str(place)).signed

    def _sign_snapshot(self, targets: int, online: CryptoSigner, now: datetime) -> None:
        version = self._timestamp().snapshot_meta.version + 1 if self.exists else 1
        meta = {"targets.json": MetaFile(targets)}
        made = Metadata(Snapshot(version, expires=_whole(now) + timedelta(days=SNAPSHOT_DAYS), meta=meta))
        made.sign(online)
        write(self.metadata / f"{version}.snapshot.json", made.to_bytes(_RAW))
        self._sign_timestamp(version, online, now)

    def _sign_timestamp(self, snapshot: int, online: CryptoSigner, now: datetime) -> None:
        version = self._timestamp().version + 1 if self.exists else 1
        ends = _whole(now) + timedelta(days=TIMESTAMP_DAYS)
        made = Metadata(Timestamp(version, expires=ends, snapshot_meta=MetaFile(snapshot)))
        made.sign(online)
        write(self.metadata / "timestamp.json", made.to_bytes(_RAW))

    def sweep(self) -> None:
        """Take away files that no signed target names."""
        named = {hashed(info) for info in self.signed_targets().signed.targets.values()}
        for one in self.targets.iterdir():
            if one.name not in named:
                one.unlink()


def hashed(info: TargetFile) -> str:
    """The name a target is served under."""
    return f"{info.hashes['sha256']}.{info.path}"


def whole_files(listed: Mapping[str, TargetFile], offer: Manifest) -> Iterator[TargetFile]:
    """Every target of one release."""
    for name in (manifest_name(offer.release), offer.requirements, *offer.files):
        yield listed[name]


def _whole(now: datetime) -> datetime:
    """TUF counts whole seconds."""
    return now.replace(microsecond=0)


def write(path: Path, raw: bytes) -> None:
    """The old one or the new one, on the disk when this returns."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


# --- keys ----------


def make_key(path: Path, passphrase: bytes) -> CryptoSigner:
    """A new Ed25519 key in PKCS #8, mode 0600; encrypted where there is a passphrase. Raises NotSigned."""
    key = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    raw = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        message = f"{path}: there is a key already; name another folder, keys are never overwritten"
        raise NotSigned(message) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return CryptoSigner(key)


def read_key(path: Path, passphrase: bytes = b"") -> CryptoSigner:
    """A key from its file. Raises NotSigned."""
    try:
        found = load_pem_private_key(path.read_bytes(), passphrase or None)
    except (OSError, ValueError, TypeError) as error:
        message = f"{path}: cannot be read as a key ({error}); name the file, and its passphrase where it has one"
        raise NotSigned(message) from error
    if not isinstance(found, Ed25519PrivateKey):
        message = f"{path}: an Ed25519 key expected"
        raise NotSigned(message)
    return CryptoSigner(found)
