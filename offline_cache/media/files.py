"""Pictures as files named by the hash of their bytes: whole or not there, and how far those are that still come."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from contract.media import HASH

_COMING: Final = ".part"


class MediaFiles:
    """One folder; its one thread writes, others only read what is whole. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def held(self) -> dict[str, int]:
        """Hash -> bytes of all that is whole."""
        return {path.name: path.stat().st_size for path in self._files() if HASH.fullmatch(path.name)}

    def sound(self, name: str) -> bool:
        """Whether a file still is what its name says."""
        try:
            return hashlib.sha256((self.folder / name).read_bytes()).hexdigest() == name
        except OSError:
            return False

    def coming(self, name: str) -> int:
        """How many bytes of it have come."""
        try:
            return (self.folder / f"{name}{_COMING}").stat().st_size
        except OSError:
            return 0

    def add(self, name: str, offset: int, piece: bytes) -> None:
        """The next piece; what lies behind `offset` is written over."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / f"{name}{_COMING}").open("r+b" if offset else "wb") as file:
            file.seek(offset)
            file.write(piece)
            file.truncate()

    def finish(self, name: str) -> bool:
        """All of it came: it is called by its name from now on; False, and begun anew, where that is not its hash."""
        part = self.folder / f"{name}{_COMING}"
        with part.open("rb") as file:
            good = hashlib.file_digest(file, "sha256").hexdigest() == name
            os.fsync(file.fileno())
        if good:
            part.replace(self.folder / name)
        else:
            part.unlink()
        return good

    def drop(self, name: str) -> None:
        """Away with it, and with what came of it."""
        for path in (self.folder / name, self.folder / f"{name}{_COMING}"):
            path.unlink(missing_ok=True)

    def only(self, names: frozenset[str]) -> None:
        """Nothing on its way but these."""
        for path in self._files():
            if path.suffix == _COMING and path.stem not in names:
                path.unlink(missing_ok=True)

    def free(self) -> int:
        """Bytes left on the disk."""
        return shutil.disk_usage(self.folder if self.folder.is_dir() else self.folder.parent).free

    def _files(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from self.folder.iterdir()
