"""Taking a terminal away: what it still owes goes into one sealed file; it is wiped or signed out once it owes nothing.

The terminal must not be running: its store has one owner.
"""

import base64
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from contract.suites import SigningKey
from kiosk import composition, keys
from kiosk.durable import replace_file
from kiosk.noticeboard import wall_clock
from kiosk.settings import Settings, SettingsError
from offline_cache.disk import beside
from offline_cache.disk.salvage import Salvaged
from offline_cache.export import export_unsent
from offline_cache.records import Unsent
from offline_cache.scans.files import SCANS
from offline_cache.store import Store

_BEGUN: Final = ".wiping"
"""In the data folder from the moment nothing was owed until everything is gone: cut off, it is simply gone on with."""
_OF_CITIZENS: Final = (SCANS, "recorder")
"""Folders beside the store. Counts of devices and the reserve of numbers say nothing of anybody and stay."""


def write_export(found: Settings, target: Path) -> Unsent:
    """Write the sealed file, mode 0600, durably: whole or not at all. What is in it.

    Raises SettingsError and StoreError, each saying what to do.
    """
    signer = keys.signing_key(found.signing_key, found.centre.suite)
    part = target.with_name(f".{target.name}.part")
    try:
        with closing(_opened(found)) as store:
            descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                held = _write(found, store, signer, file)
                file.flush()
                os.fsync(file.fileno())
        beside.move(part, target)
    except OSError as error:
        message = f"{target}: {error.strerror or error}; name a file on a disk with room for all that is unsent."
        raise SettingsError(message) from None
    finally:
        part.unlink(missing_ok=True)
    return held


def reset(found: Settings) -> None:
    """Take everything of citizens from this machine; it stays the terminal it is. Raises SettingsError, StoreError."""
    _settle_debts(found)
    _wipe(found)
    (found.folder / _BEGUN).unlink(missing_ok=True)


def sign_out(found: Settings) -> None:
    """As `reset`, and its keys and certificate go too: it is no terminal any more. Raises SettingsError, StoreError."""
    _settle_debts(found)
    _wipe(found)
    keys.forget_database_key(found.database_key)
    for path in (found.certificate, found.tls_key, found.signing_key):
        if path is not None:
            keys.forget(path)
    (found.folder / _BEGUN).unlink(missing_ok=True)


def _write(found: Settings, store: Store, signer: SigningKey, file: BinaryIO) -> Unsent:
    suite = found.centre.suite
    down = {one.id: base64.b64decode(one.key) for one in store.feed.directions().sealing_keys if one.suite == suite}
    told = {key.id: key.raw() for key in found.centre.sealing_keys if key.suite == suite}
    return export_unsent(
        store,
        file,
        suite_id=suite,
        key_id=found.terminal.id,
        holders=down or told,
        made_at=wall_clock().isoformat(timespec="seconds"),
        sign=signer.sign,
    )


def _settle_debts(found: Settings) -> None:
    """Returns where the centre holds everything this machine was ever promised to keep."""
    if (found.folder / _BEGUN).exists():
        return
    if found.database.exists():
        with closing(_opened(found)) as store:
            unsent = store.unsent()
        if unsent:
            raise SettingsError(_owed(found, unsent))
    elif beside.was_there(found.database):
        message = (
            f"{found.database} is missing; start the terminal once, so that it goes on from its backup, then repeat."
        )
        raise SettingsError(message)
    for folder in beside.damaged(found.database):
        if not _salvaged(folder):
            message = f"{folder}: a damaged store that could not be read to its end lies here; have it looked at first."
            raise SettingsError(message)
    if found.folder.exists():
        replace_file(found.folder / _BEGUN, b"")


def _owed(found: Settings, unsent: Unsent) -> str:
    return (
        f"{found.terminal.id}: {unsent.records} records and {unsent.scans} scans are not at the centre yet; "
        f"connect it until they are, or save them first: ./suiban kiosk export --config {found.path} --out FILE"
    )


def _salvaged(folder: Path) -> bool:
    try:
        return msgspec.json.decode((folder / "report.json").read_bytes(), type=Salvaged).nothing_left
    except (OSError, ValueError):
        return False


def _wipe(found: Settings) -> None:
    for path in (*(found.folder / name for name in _OF_CITIZENS), *beside.belongings(found.database)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if found.folder.exists():
            beside.sync(found.folder)


def _opened(found: Settings) -> Store:
    return composition.open_store(found, keys.read(found.database_key))
