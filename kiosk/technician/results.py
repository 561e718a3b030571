"""What health checks found, kept until the next one of the same level: one small file a device."""

from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.durable import replace_file
from kiosk.technician.values import Checked


class Results:
    """The files under one folder. A result that cannot be written is still on the screen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, checked: Checked) -> None:
        """In place of the last result of its level."""
        rest = tuple(old for old in self.read(name) if old.level != checked.level)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self._folder / f"{name}.json", msgspec.json.encode((*rest, checked)))

    def read(self, name: str) -> tuple[Checked, ...]:
        """What was found; nothing where there is nothing readable."""
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode((self._folder / f"{name}.json").read_bytes(), type=tuple[Checked, ...])
        return ()
