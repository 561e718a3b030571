"""What makers and the district do with the offline keys: begin, add a release, withdraw one, replace a root key."""

import copy
import hashlib
import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from central.releases.repository import (
    ROOT_DAYS,
    ROOT_KEYS,
    ROOT_THRESHOLD,
    TARGETS_DAYS,
    NotSigned,
    Repository,
    hashed,
    make_key,
    write,
)
from contract.releases import FILE_NAME, RELEASE_NAME, Manifest, manifest_name, requirements_name

RELEASE_KEY: Final = "release.pem"
FIRST_ROOT: Final = "releases-root.json"
_PIN: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)([^\n]*)", re.MULTILINE)


def root_key(number: int) -> str:
    """The file of one of the root's keys."""
    return f"root-{number}.pem"


def begin(repository: Repository, offline: Path, online: Path, passphrase: bytes, now: datetime) -> Path:
    """Make all keys and the first metadata; returns the root that terminals are installed with. Raises NotSigned."""
    if repository.exists:
        message = f"{repository.metadata}: releases are signed here already; a key is replaced with `release rotate`"
        raise NotSigned(message)
    offline.mkdir(parents=True, exist_ok=True, mode=0o700)
    roots = [make_key(offline / root_key(number), passphrase) for number in range(1, ROOT_KEYS + 1)]
    releases = make_key(offline / RELEASE_KEY, passphrase)
    daily = make_key(online, b"")
    root = Root(expires=_in(now, ROOT_DAYS), consistent_snapshot=True)
    for signer in roots:
        root.add_key(signer.public_key, Root.type)
    root.roles[Root.type].threshold = ROOT_THRESHOLD
    root.add_key(releases.public_key, Targets.type)
    for role in (Snapshot.type, Timestamp.type):
        root.add_key(daily.public_key, role)
    made = Metadata(root)
    for signer in roots:
        made.sign(signer, append=True)
    targets = Metadata(Targets(expires=_in(now, TARGETS_DAYS)))
    targets.sign(releases)
    repository.begin(made, targets, daily, now)
    first = offline / FIRST_ROOT
    write(first, (repository.metadata / "1.root.json").read_bytes())
    return first


def add(
    repository: Repository,
    release: str,
    wheels: Sequence[Path],
    lock: str,
    keys: tuple[CryptoSigner, CryptoSigner],
    now: datetime,
    notes: str = "",
) -> Manifest:
    """Sign a release: `wheels` are the terminal's own and all it needs, `lock` its requirements with hashes; `keys` are
    the release key and the online one. Raises NotSigned.
    """
    if not re.fullmatch(RELEASE_NAME, release):
        message = f"release {release!r}: letters, digits, `.`, `_` and `-` expected, 40 at most"
        raise NotSigned(message)
    signed = repository.signed_targets()
    listed = signed.signed.targets
    if manifest_name(release) in listed:
        message = f"release {release}: it is signed already; a release is never changed, name another"
        raise NotSigned(message)
    requirements = _requirements(lock, wheels)
    made_of = Manifest(release, requirements_name(release), tuple(sorted(one.name for one in wheels)), notes)
    for wheel in wheels:
        _put(repository, listed, wheel.name, wheel.read_bytes())
    _put(repository, listed, made_of.requirements, requirements.encode())
    _put(repository, listed, manifest_name(release), msgspec.json.encode(made_of))
    _sign(repository, signed, keys, now)
    return made_of


def withdraw(repository: Repository, release: str, keys: tuple[CryptoSigner, CryptoSigner], now: datetime) -> None:
    """Sign that it is not offered any more. What runs it goes on running it. Raises NotSigned."""
    signed = repository.signed_targets()
    listed = signed.signed.targets
    offers = {one.release: one.made_of for one in repository.offers()}
    gone = offers.pop(release, None)
    if gone is None:
        message = f"release {release}: not offered; {', '.join(offers) or 'none is'}"
        raise NotSigned(message)
    kept = {name for one in offers.values() for name in (one.requirements, *one.files)}
    for name in {manifest_name(release), gone.requirements, *gone.files} - kept:
        del listed[name]
    _sign(repository, signed, keys, now)
    repository.sweep()


def rotate(
    repository: Repository,
    signers: Iterable[CryptoSigner],
    new: CryptoSigner,
    drop: str,
    now: datetime,
    online: CryptoSigner | None = None,
) -> int:
    """A new root in which `new` takes the place of the key `drop` (its id, or the start of it), in every role it has.

    Two keys of the root before and two of the new one sign it; what the key that goes had signed is signed anew, by
    `online` where it is not the one that goes. Returns the root's version. Raises NotSigned.
    """
    before = repository.root()
    root = copy.deepcopy(before.signed)  # its lists of keys are those the signatures are counted by
    meant = [key for key in root.keys if key.startswith(drop)]
    if len(meant) != 1 or not drop:
        message = f"key {drop!r}: one of {', '.join(key[:12] for key in root.keys)} expected"
        raise NotSigned(message)
    for name, role in root.roles.items():
        if meant[0] in role.keyids:
            root.revoke_key(meant[0], name)
            root.add_key(new.public_key, name)
    root.version += 1
    root.expires = _in(now, ROOT_DAYS)
    made = Metadata(root)
    for signer in (*signers, new):
        if signer.public_key.keyid in {*before.signed.roles[Root.type].keyids, *root.roles[Root.type].keyids}:
            made.sign(signer, append=True)
    try:
        before.verify_delegate(Root.type, made)
        made.verify_delegate(Root.type, made)
    except UnsignedMetadataError as error:
        message = f"root {root.version}: {error}; give {ROOT_THRESHOLD} of the root keys that hold now with --sign"
        raise NotSigned(message) from error
    daily = new if new.public_key.keyid in root.roles[Timestamp.type].keyids else online
    is_release_key = new.public_key.keyid in root.roles[Targets.type].keyids
    if daily is None and is_release_key:
        message = "the centre's own key is not there: what is offered could not be signed with the new release key"
        raise NotSigned(message)
    repository.write_root(made)
    targets = repository.signed_targets()
    if is_release_key and daily is not None:
        _sign(repository, targets, (new, daily), now)
    elif daily is new:
        repository.publish(targets, new, now)
    return root.version


def _requirements(lock: str, wheels: Sequence[Path]) -> str:
    """The lock with the terminal's own wheel added. Raises NotSigned for a wheel the lock does not know, or lacks."""
    extra = []
    there = {_normal(wheel.name.split("-")[0]) for wheel in wheels}
    for wheel in wheels:
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        name, version = wheel.name.split("-")[:2]
        if not re.fullmatch(FILE_NAME, wheel.name):
            message = f"{wheel.name}: letters, digits, `.`, `_`, `+` and `-` expected in a wheel's name"
            raise NotSigned(message)
        if digest in lock:
            continue
        if _normal(name) in {_normal(pin[0]) for pin in _PIN.findall(lock)}:
            message = f"{wheel}: not one of the hashes the lock names; fetch it with `pip download --require-hashes`"
            raise NotSigned(message)
        extra.append(f"{name.replace('_', '-')}=={version} --hash=sha256:{digest}\n")
    lacking = [name for name, _, rest in _PIN.findall(lock) if ";" not in rest and _normal(name) not in there]
    if lacking:
        message = f"the wheelhouse lacks {', '.join(lacking)}; fetch what the lock names with `pip download`"
        raise NotSigned(message)
    if len(extra) != 1:
        message = f"{len(extra)} wheels are not in the lock; expected one, the terminal's own of dist/"
        raise NotSigned(message)
    return lock.rstrip() + "\n" + "".join(extra)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _put(repository: Repository, listed: dict[str, TargetFile], name: str, raw: bytes) -> None:
    info = TargetFile.from_data(name, raw, ["sha256"])
    before = listed.get(name)
    if before is not None and before.hashes != info.hashes:
        message = (
            f"{name}: another release has a file of this name with other bytes; give the wheel a version of its own"
        )
        raise NotSigned(message)
    listed[name] = info
    if not (repository.targets / hashed(info)).exists():
        if shutil.disk_usage(repository.targets).free < 2 * len(raw):
            message = f"{repository.targets}: no room for {name} ({len(raw)} bytes); make room"
            raise NotSigned(message)
        write(repository.targets / hashed(info), raw)


def _sign(
    repository: Repository, signed: Metadata[Targets], keys: tuple[CryptoSigner, CryptoSigner], now: datetime
) -> None:
    release_key, online = keys
    signed.signed.version += 1
    signed.signed.expires = _in(now, TARGETS_DAYS)
    signed.sign(release_key)
    try:
        repository.root().verify_delegate(Targets.type, signed)
    except UnsignedMetadataError as error:
        message = "the key given is not the release key of this repository; name the file `release.pem` of its makers"
        raise NotSigned(message) from error
    repository.publish(signed, online, now)


def _in(now: datetime, days: int) -> datetime:
    return now.replace(microsecond=0) + timedelta(days=days)
