"""The centre's own keys: one that signs its replies, and numbered ones its terminals seal to. Files of mode 0600.

`signing.pem` (of suite GM-1 `signing-gm-1.pem`), its successors `signing-N.pem` and `sealing-N.pem` are private.
`sealing-N.pub` says what anybody may know of a sealing key, and stays where the private half is absent: on hosts that
only take in, and once it is retired. `succession.json` says how signing keys followed each other and which one signs.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from central.key_files import KeysError, pem, read_private, replace, sync, write
from contract.succession import Says, Statement
from contract.suites import GM, INTL, SUITES, SealingKey, SigningKey, suite

_SIGNING: Final = {INTL: "signing.pem", GM: "signing-gm-1.pem"}
_SEALING: Final = "sealing*.pem"
_VERSION: Final = re.compile(r"^sealing-(\d+)\.(?:pem|pub)$")
_NUMBERED: Final = re.compile(r"^signing-(\d+)\.pem$")
SUCCESSION: Final = "succession.json"


class SealingVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What anybody may know of a sealing key. Times are ISO 8601; `key` is raw, base64."""

    version: int
    id: str
    suite: str
    key: str
    made_at: str = ""
    retired_at: str = ""
    """Since then its private half is in the escrow only."""


class Reign(msgspec.Struct, frozen=True):
    """From `since` (ISO 8601; empty: from the beginning) the centre signs with this key what is of its suite."""

    suite: str
    id: str
    since: str = ""


class Line(msgspec.Struct, frozen=True):
    """How signing keys followed each other: for terminals, and for this centre's own hosts. The oldest first."""

    statements: tuple[Statement, ...] = ()
    reigns: tuple[Reign, ...] = ()

    @property
    def retired(self) -> frozenset[str]:
        """The ids of keys that are believed no more."""
        return frozenset(one.id for one in self.statements if one.says == Says.RETIRED)

    def reigning(self, suite_id: str) -> Reign | None:
        """The last of a suite; None where the first key was never followed by another."""
        return next((reign for reign in reversed(self.reigns) if reign.suite == suite_id), None)


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
    beside: tuple[SigningKey, ...] = ()
    """Believed and not signing: the next one, and those before that are not retired."""
    line: Line = field(default_factory=Line)

    def signing_as(self, suite_id: str) -> tuple[str, SigningKey]:
        """The key to answer a request of this suite with, and its id; our own suite's where there is no other."""
        return next(
            ((key_id("centre", key.public), key) for key in self.others if key.suite == suite_id),
            (self.signing_id, self.signing),
        )

    @property
    def all_signing(self) -> tuple[SigningKey, ...]:
        """Every key a terminal may meet an answer of."""
        return self.signing, *self.others, *self.beside

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
    if not signing.exists() and read_line(folder).reigning(suite_id) is None:
        write(signing, pem(suite_id, suite(suite_id).fresh_private(), "an Ed25519"))
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
        write(path, pem(suite_id, private, "an X25519"))
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
    line = read_line(folder)
    held = {key_id("centre", key.public): key for key in _signing_keys(folder)}
    first = {key.suite: name for name, key in reversed(held.items()) if name not in line.retired}
    signs = {other: reign.id if (reign := line.reigning(other)) else first.get(other, "") for other in SUITES}
    if not signs[suite_id]:
        read_private(folder / _SIGNING[suite_id], "an Ed25519")
    signing = held.get(signs[suite_id])
    if signing is None:
        message = f"{folder / SUCCESSION}: {signs[suite_id]} signs, and is not beside it; copy `signing*.pem` here"
        raise KeysError(message)
    others = tuple(held[signs[other]] for other in SUITES if other != suite_id and signs[other] in held)
    beside = tuple(key for name, key in held.items() if name not in line.retired and key not in {signing, *others})
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
    return Keys(key_id("centre", signing.public), signing, sealing, ordered, others, beside, line)


def _signing_keys(folder: Path) -> list[SigningKey]:
    """All that lie there, the oldest first. Raises KeysError."""
    first = [folder / name for name in _SIGNING.values()]
    return [SigningKey(*read_private(path, "an Ed25519")) for path in (*first, *_successors(folder)) if path.exists()]


def _successors(folder: Path) -> list[Path]:
    found = {int(named[1]): path for path in folder.glob("signing-*.pem") if (named := _NUMBERED.match(path.name))}
    return [found[number] for number in sorted(found)]


def add_signing(folder: Path, suite_id: str) -> SigningKey:
    """Another signing key, which nobody believes yet. Raises OSError."""
    last = _successors(folder)[-1:]
    used = sum(one.says == Says.SUCCEEDS for one in read_line(folder).statements) + 1
    number = max(used, int(last[0].stem.removeprefix("signing-")) if last else 1)
    key = SigningKey.fresh(suite_id)
    write(folder / f"signing-{number + 1}.pem", pem(suite_id, key.private, "an Ed25519"))
    return key


def drop_signing(folder: Path, gone: str) -> None:
    """Take the private half of a signing key off this host, by its id. Raises KeysError and OSError."""
    for path in (*(folder / name for name in _SIGNING.values()), *_successors(folder)):
        if path.exists() and key_id("centre", SigningKey(*read_private(path, "an Ed25519")).public) == gone:
            path.unlink()
            sync(folder)


def read_line(folder: Path) -> Line:
    """What `succession.json` says; nothing where no key was followed by another. Raises KeysError."""
    path = folder / SUCCESSION
    try:
        return msgspec.json.decode(path.read_bytes(), type=Line) if path.exists() else Line()
    except (OSError, ValueError) as error:
        message = f"{path}: expected what `central keys signing` wrote ({error}); restore it from a backup"
        raise KeysError(message) from error


def keep_line(folder: Path, line: Line) -> None:
    """Write it. Raises OSError."""
    replace(folder / SUCCESSION, msgspec.json.format(msgspec.json.encode(line)))


def key_id(role: str, public: bytes) -> str:
    """The name of a public key: part of its SHA-256, whatever the suite."""
    return f"{role}-{hashlib.sha256(public).hexdigest()[:16]}"


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
