"""Taking a terminal away: what it still owes goes into one sealed file; it is wiped or signed out once it owes nothing.

The terminal must not be running: its store has one owner.
"""

import base64
import os
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import msgspec

from contract.suites import SigningKey
from kiosk import composition
from kiosk.settings import Settings, SettingsError
from kiosk.setup import keys, wiping
from kiosk.terminal.noticeboard import wall_clock
from offline_cache.disk import beside
from offline_cache.disk.salvage import Salvaged
from offline_cache.export import export_unsent
from offline_cache.records import Unsent
from offline_cache.store import Store


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


def sign_out(found: Settings) -> None:
    """As `reset`, and its keys and certificate go too: it is no terminal any more. Raises SettingsError, StoreError."""
    _settle_debts(found)
    _wipe(found)
    keys.forget_database_key(found.database_key)
    for path in (found.certificate, found.tls_key, found.signing_key):
        if path is not None:
            keys.forget(path)


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
    """Returns where the centre holds everything this machine was ever promised to keep: then the wipe is begun."""
    if wiping.begun(found):
        return
    if not found.database.exists():
        if beside.was_there(found.database):
            message = (
                f"{found.database} is missing; start the terminal once, so that it goes on from its backup, then"
                " repeat."
            )
            raise SettingsError(message)
        _refuse_damaged(found)
        wiping.begin(found)
        return
    with closing(_opened(found)) as store:
        if unsent := store.unsent():
            raise SettingsError(_owed(found, unsent))
        _refuse_damaged(found)
        wiping.begin(found)  # while it is still ours: what a terminal keeps from here on is not wiped unseen


def _wipe(found: Settings) -> None:
    wiping.finish(found)
    if found.database.exists():
        message = (
            f"{found.terminal.id}: it was started meanwhile; stop it (systemctl stop suiban-terminal), then repeat."
        )
        raise SettingsError(message)


def _refuse_damaged(found: Settings) -> None:
    for folder in beside.damaged(found.database):
        if not _salvaged(folder):
            message = f"{folder}: a damaged store that could not be read to its end lies here; have it looked at first."
            raise SettingsError(message)


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


def _opened(found: Settings) -> Store:
    return composition.open_store(found, keys.read(found.database_key))
