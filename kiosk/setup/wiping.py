"""Takes everything of citizens from the disk, under the store's own lock; cut off, the next opening goes on with it.

What lies there once it was begun was owed to nobody. So whoever opens the store finishes it first: nothing that is kept
afterwards can be among what is wiped.
"""

import shutil
from pathlib import Path
from typing import Final

from kiosk.durable import replace_file
from kiosk.settings import Settings
from offline_cache.disk import beside
from offline_cache.disk.database import locked
from offline_cache.scans.files import SCANS

_BEGUN: Final = ".wiping"
"""In the data folder from the moment nothing was owed until everything is gone."""
_OF_CITIZENS: Final = (SCANS, "recorder")
"""Folders beside the store. Counts of devices and the reserve of numbers say nothing of anybody and stay."""


def begun(found: Settings) -> bool:
    """Whether a wipe was begun and did not come to its end."""
    return _mark(found).exists()


def begin(found: Settings) -> None:
    """Nothing is owed: from now on it goes. By whoever holds the store open, or where there is none. Raises OSError."""
    if found.folder.exists():
        replace_file(_mark(found), b"")


def finish(found: Settings) -> None:
    """Nothing is left of citizens when this returns; without `begin` it does nothing.

    Raises OSError, and StoreError while somebody has the store open.
    """
    if not begun(found):
        return
    with locked(found.database):
        if not begun(found):  # another process did it meanwhile, and may have kept something since
            return
        lock = beside.lock_of(found.database)
        for path in (*(found.folder / name for name in _OF_CITIZENS), *beside.belongings(found.database)):
            if path == lock:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            beside.sync(found.folder)
        _mark(found).unlink()
        lock.unlink()
        beside.sync(found.folder)


def _mark(found: Settings) -> Path:
    return found.folder / _BEGUN
