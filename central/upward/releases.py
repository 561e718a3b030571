"""A hall's own copy of the releases its terminals want: fetched once, served to all of them, byte for byte.

The hall believes nothing of it and need not: every terminal checks what its makers signed. What it does see to is that
a terminal finds all that is named, or the copy of before: files first, what names them last.
"""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
import structlog

from central.database import Database
from central.releases import store
from central.releases.repository import Repository, write
from contract.releases import FILE_NAME, PIECE, Manifest, Shelf, manifest_name

LOOK_SECONDS: Final = 900.0
_ROOTS_AT_MOST: Final = 200

log = structlog.get_logger()


class Far(Protocol):
    """What `ReleaseLine` does; raises LinkFailure."""

    def piece(self, shelf: Shelf, name: str, offset: int) -> bytes | None: ...


class _NotAsNamed(ValueError):
    """What the centre gave is not of the form TUF's files have, or has another hash than its name."""


class Releases:
    """Belongs to the thread that calls `step`; `folder` is what this node serves."""

    def __init__(self, database: Database, line: Far, folder: Path, rest: Callable[[float], None] = time.sleep) -> None:
        self._database = database
        self._line = line
        self._copy = Repository(folder)
        self._rest = rest

    def step(self) -> float:
        """Look what the centre has, fetch what is wanted here; seconds until the next look. Raises LinkFailure."""
        with self._database.reading() as connection:
            told = store.wanted(connection).values()
        wanted = {one.release for _, one in told if one.release}
        if not wanted:
            return LOOK_SECONDS
        for shelf in (self._copy.metadata, self._copy.targets):
            shelf.mkdir(parents=True, exist_ok=True)
        try:
            self._take(wanted)
        except _NotAsNamed as error:
            log.warning("releases_not_copied", error=str(error))
        return LOOK_SECONDS

    def _take(self, wanted: set[str]) -> None:
        timestamp = self._metadata("timestamp.json")
        if timestamp is None:
            return
        snapshot_name = f"{_version(timestamp, 'snapshot.json')}.snapshot.json"
        snapshot = self._needed(snapshot_name)
        targets_name = f"{_version(snapshot, 'targets.json')}.targets.json"
        targets = self._needed(targets_name)
        listed = _listed(targets)
        kept = set()
        for release in sorted(wanted):
            kept |= self._release(release, listed)
        self._roots()
        write(self._copy.metadata / targets_name, targets)
        write(self._copy.metadata / snapshot_name, snapshot)
        write(self._copy.metadata / "timestamp.json", timestamp)
        for one in self._copy.targets.iterdir():
            if one.name not in kept:
                one.unlink()

    def _release(self, release: str, listed: dict[str, str]) -> set[str]:
        """Every file of one release that is offered; their names as they are served."""
        name = manifest_name(release)
        if name not in listed:
            return set()
        try:
            made_of = msgspec.json.decode(self._file(listed[name]).read_bytes(), type=Manifest)
        except ValueError as error:
            message = f"{name}: {error}"
            raise _NotAsNamed(message) from error
        parts = [part for part in (made_of.requirements, *made_of.files) if part in listed]
        return {listed[name], *(self._file(listed[part]).name for part in parts)}

    def _file(self, name: str) -> Path:
        """One target, gone on with where it was cut off. Half of the line is left to whoever else needs it."""
        place = self._copy.targets / name
        part = place.with_name(f".{name}.part")
        if place.exists():
            return place
        have = part.stat().st_size if part.exists() else 0
        while True:
            began = time.monotonic()
            piece = self._line.piece(Shelf.TARGETS, name, have)
            if piece is None:
                message = f"{name}: the centre names it and has it not"
                raise _NotAsNamed(message)
            with part.open("ab") as file:
                have += file.write(piece)
            if len(piece) < PIECE:
                break
            self._rest(time.monotonic() - began)
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != name.partition(".")[0]:
            part.unlink()
            message = f"{name}: its bytes have another hash"
            raise _NotAsNamed(message)
        part.replace(place)
        return place

    def _roots(self) -> None:
        """All of them, each next one until there is none: terminals follow one by one."""
        for version in range(1, _ROOTS_AT_MOST):
            place = self._copy.metadata / f"{version}.root.json"
            if not place.exists():
                raw = self._metadata(place.name)
                if raw is None:
                    return
                write(place, raw)

    def _metadata(self, name: str) -> bytes | None:
        whole = bytearray()
        while True:
            piece = self._line.piece(Shelf.METADATA, name, len(whole))
            if piece is None:
                return None
            whole += piece
            if len(piece) < PIECE:
                return bytes(whole)

    def _needed(self, name: str) -> bytes:
        raw = self._metadata(name)
        if raw is None:
            message = f"{name}: the centre names it and has it not"
            raise _NotAsNamed(message)
        return raw


def _signed(raw: bytes) -> dict[str, Any]:
    try:
        found: Any = msgspec.json.decode(raw)["signed"]
    except (ValueError, KeyError, TypeError) as error:
        message = f"no metadata of TUF: {error!r}"
        raise _NotAsNamed(message) from error
    if not isinstance(found, dict):
        message = "no metadata of TUF: `signed` is no object"
        raise _NotAsNamed(message)
    return found


def _version(raw: bytes, of: str) -> int:
    try:
        found = _signed(raw)["meta"][of]["version"]
    except (KeyError, TypeError) as error:
        message = f"{of}: no version"
        raise _NotAsNamed(message) from error
    if not isinstance(found, int):
        message = f"{of}: a whole number expected as its version"
        raise _NotAsNamed(message)
    return found


def _listed(raw: bytes) -> dict[str, str]:
    """Target -> the name it is served under, for names that are names of files."""
    listed = _signed(raw).get("targets")
    found = {}
    for name, info in (listed if isinstance(listed, dict) else {}).items():
        digest = info.get("hashes", {}).get("sha256", "") if isinstance(info, dict) else ""
        served = f"{digest}.{name}"
        if re.fullmatch(r"[0-9a-f]{64}", str(digest)) and re.fullmatch(FILE_NAME, served):
            found[str(name)] = served
    return found
