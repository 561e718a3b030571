"""The terminal's secrets: the key it signs with, a file; the key of its database, from a file, systemd or the TPM.

Files have mode 0600 and are made once. Nothing here ever overwrites a key.
"""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from contract.suites import PRIVATE_BYTES, SigningKey, suite
from kiosk.durable import give, make_folder
from kiosk.settings import KeySource, SettingsError
from kiosk.setup import tpm

_KEY_BYTES = 32


def make_database_key(source: KeySource | Path) -> None:
    """32 fresh random bytes in a file, unless a key is there already; another source is made by other commands.

    Raises SettingsError saying which, where no key can be had from it.
    """
    if isinstance(source, Path) or source.kind == "file":
        _make(Path(source if isinstance(source, Path) else source.where), secrets.token_bytes(_KEY_BYTES))
    else:
        read(source)


def seal_database_key(source: KeySource, existing: Path | None = None) -> None:
    """Put the key into the TPM: that of the file `existing`, or a fresh one. A key that is there already stays.

    Raises SettingsError.
    """
    if source.kind != "tpm":
        message = f'[storage] database_key is {source}; write database_key = "tpm:0x81000001" first, then seal.'
        raise SettingsError(message)
    key = _read(existing, _KEY_BYTES) if existing else secrets.token_bytes(_KEY_BYTES)
    try:
        if tpm.holds(source.where):
            if existing is not None and read(source) != key:
                message = f"{source} holds another key than {existing}; name a handle that is free in [storage]."
                raise SettingsError(message)
            read(source)
            return
        tpm.seal(source.where, key)
    except tpm.TpmError as error:
        message = f"{source}: the key could not be sealed ({error}); check the TPM with `tpm2_getcap properties-fixed`."
        raise SettingsError(message) from None


def forget_database_key(source: KeySource) -> None:
    """Take the key away: nobody opens what it closed any more. A credential of systemd stays with whoever set it up.

    Raises SettingsError and OSError.
    """
    if source.kind == "file":
        forget(Path(source.where))
    elif source.kind == "tpm":
        try:
            if tpm.holds(source.where):
                tpm.forget(source.where)
        except tpm.TpmError as error:
            message = f"{source}: the key could not be removed ({error}); remove it with `tpm2_evictcontrol`."
            raise SettingsError(message) from None


def forget(path: Path) -> None:
    """Remove a file of ours, durably; one that is not there is gone already. Raises OSError."""
    if path.exists():
        path.unlink()
        _sync(path.parent)


def make_signing_key(path: Path, suite_id: str) -> None:
    """A fresh signing key of this suite in `path`, unless a key is there already."""
    if not path.exists():
        _make(path, suite(suite_id).fresh_private())


def _make(path: Path, key: bytes) -> None:
    """Durably, whole or not at all, never over another: a half key in its place would be in the way for ever."""
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            give(descriptor, path.parent.stat())
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(source: KeySource | Path) -> bytes:
    """The 32 bytes of the database's key. Raises SettingsError naming the source and what to do."""
    if isinstance(source, Path):
        return _read(source, _KEY_BYTES)
    match source.kind:
        case "credential":
            return _credential(source.where)
        case "tpm":
            return _unsealed(source)
        case _:
            return _read(Path(source.where), _KEY_BYTES)


def _credential(name: str) -> bytes:
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    try:
        key = (Path(folder) / name).read_bytes() if folder else b""
    except OSError:
        key = b""
    if len(key) != _KEY_BYTES:
        message = (
            f"credential:{name}: {_KEY_BYTES} bytes expected from systemd, {len(key)} found; add "
            f"LoadCredentialEncrypted={name} to suiban-terminal.service (docs/operations/storage.md)."
        )
        raise SettingsError(message)
    return key


def _unsealed(source: KeySource) -> bytes:
    try:
        key = tpm.unseal(source.where)
    except tpm.TpmError as error:
        message = (
            f"{source}: the TPM does not give the key ({error}); start this machine as it was started when the key was "
            "sealed, or follow docs/operations/storage.md."
        )
        raise SettingsError(message) from None
    if len(key) != _KEY_BYTES:
        message = f"{source}: {_KEY_BYTES} bytes expected, {len(key)} found; name the handle the key was sealed at."
        raise SettingsError(message)
    return key


def signing_key(path: Path, suite_id: str) -> SigningKey:
    """The key this terminal signs its requests with. Raises SettingsError."""
    key = SigningKey(suite_id, _read(path, PRIVATE_BYTES[suite_id]))
    try:
        key.public  # noqa: B018 - whether it is a key at all
    except ValueError as error:
        message = f"{path}: {error}; restore it from the backup of this terminal."
        raise SettingsError(message) from None
    return key


def public_half(path: Path, suite_id: str) -> str:
    """What the centre must know of it: the raw public key in base64."""
    return base64.b64encode(signing_key(path, suite_id).public).decode()


def _read(path: Path, size: int) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror or error}; make it with `./suiban kiosk keys --config FILE`."
        raise SettingsError(message) from None
    if len(key) != size:
        message = f"{path}: {size} bytes expected, {len(key)} found; restore it from the backup of this terminal."
        raise SettingsError(message)
    return key
