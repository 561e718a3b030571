"""Whom to believe about a release: TUF's client over whatever brings the files (github.com/theupdateframework).

An expired timestamp is no reason to stop: what runs goes on, and nothing is installed until the centre is heard again.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    EqualVersionNumberError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from contract.releases import Manifest, Shelf, manifest_name

SOURCE: Final = "suiban:/"
_LARGEST_METADATA: Final = 2_000_000
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ExpiredMetadataError, "release.expired"),
    (EqualVersionNumberError, "release.older"),
    (BadVersionNumberError, "release.older"),
    (UnsignedMetadataError, "release.unsigned"),
    (DownloadLengthMismatchError, "release.changed"),
    (LengthOrHashMismatchError, "release.changed"),
    (RepositoryError, "release.unsigned"),
    (DownloadError, "release.not_reached"),
)


class NotTrusted(Exception):
    """`key` is a `release.…` key: what was found is not what its makers signed, or could not be fetched."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(f"{key}: {detail}")
        self.key = key
        self.detail = detail


class NotThere(Exception):
    """The other side has no such file."""


Bring = Callable[[Shelf, str, int], Iterator[bytes]]
"""A file in pieces from an offset on; raises NotThere, or OSError for what could not be brought."""


class _Fetcher(FetcherInterface):
    """What TUF asks for by URL, brought by our own line."""

    def __init__(self, bring: Bring) -> None:
        self._bring = bring

    def _fetch(self, url: str) -> Iterator[bytes]:
        shelf, _, name = url.removeprefix(f"{SOURCE}/").partition("/")
        return self._pieces(Shelf(shelf), name)

    def _pieces(self, shelf: Shelf, name: str) -> Iterator[bytes]:
        try:
            yield from self._bring(shelf, name, 0)
        except NotThere as error:
            raise DownloadHTTPError(str(error), 404) from error


class Library:
    """The releases one repository offers. `folder` is written by whoever looks: it keeps the versions seen."""

    def __init__(self, root: bytes, folder: Path, bring: Bring) -> None:
        """`root` is the first root metadata, as it came with the installation. Raises NotTrusted."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._bring = bring
        try:
            self._updater = Updater(
                str(folder),
                f"{SOURCE}/{Shelf.METADATA.value}/",
                target_base_url=f"{SOURCE}/{Shelf.TARGETS.value}/",
                fetcher=_Fetcher(bring),
                config=UpdaterConfig(targets_max_length=_LARGEST_METADATA, snapshot_max_length=_LARGEST_METADATA),
                bootstrap=root,
            )
        except RepositoryError as error:
            raise _not_trusted(error) from error

    def look(self) -> None:
        """Read what is signed now. Raises NotTrusted."""
        try:
            self._updater.refresh()
        except (RepositoryError, DownloadError) as error:
            raise _not_trusted(error) from error

    def target(self, name: str) -> TargetFile:
        """What is signed of one file. Raises NotTrusted."""
        try:
            found = self._updater.get_targetinfo(name)
        except (RepositoryError, DownloadError) as error:
            raise _not_trusted(error) from error
        if found is None:
            raise NotTrusted("release.withdrawn", f"{name} is not offered")
        return found

    def fetch(self, name: str, into: Path) -> Path:
        """The file, proven, at `into`; what has come of it is gone on with. Raises NotTrusted, OSError."""
        info = self.target(name)
        if is_right(info, into):
            return into
        part = part_of(into)
        have = part.stat().st_size if part.exists() else 0
        try:
            with part.open("ab") as file:
                for piece in self._bring(Shelf.TARGETS, hashed_name(info), have) if have < info.length else ():
                    have += file.write(piece)
                    if have > info.length:
                        break
                file.flush()
                os.fsync(file.fileno())
        except NotThere as error:
            raise NotTrusted("release.not_reached", str(error)) from error
        if not is_right(info, part):
            part.unlink()
            raise NotTrusted("release.changed", f"{name}: other bytes than were signed")
        part.replace(into)
        return into

    def manifest(self, release: str, folder: Path) -> Manifest:
        """What a release is made of. Raises NotTrusted, OSError."""
        name = manifest_name(release)
        raw = self.fetch(name, folder / hashed_name(self.target(name))).read_bytes()
        try:
            found = msgspec.json.decode(raw, type=Manifest)
        except ValueError as error:
            raise NotTrusted("release.form", f"{name}: {error}") from error
        if found.release != release:
            raise NotTrusted("release.form", f"{name}: it says release {found.release!r}")
        return found


def is_right(info: TargetFile, path: Path) -> bool:
    """Whether the file there is the one that is signed."""
    try:
        with path.open("rb") as file:
            info.verify_length_and_hashes(file)
    except (OSError, LengthOrHashMismatchError):
        return False
    return True


def hashed_name(info: TargetFile) -> str:
    """The name under which a file is served: with its hash before it, so that it is never another."""
    return f"{info.hashes['sha256']}.{info.path}"


def part_of(path: Path) -> Path:
    """Where a file is as long as not all of it has come."""
    return path.with_name(f".{path.name}.part")


def first_root(path: Path) -> bytes:
    """The root that came with the installation. Raises NotTrusted for a file that is none."""
    try:
        raw = path.read_bytes()
        json.loads(raw)
    except (OSError, ValueError) as error:
        raise NotTrusted("release.no_root", f"{path}: {error}") from error
    return raw


def _not_trusted(error: Exception) -> NotTrusted:
    key = next(key for kind, key in _FAULTS if isinstance(error, kind))
    return NotTrusted(key, str(error) or type(error).__name__)
