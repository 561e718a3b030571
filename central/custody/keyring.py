"""What is done to the centre's sealing keys over their life: the next one, an old one put away, all in escrow."""

import base64
from datetime import datetime
from pathlib import Path

import msgspec

from central import key_files, keys
from central.clock import now
from central.custody import escrow
from central.database import Database
from central.enrolment import Refused, opened
from central.feed import store as feed
from central.keys import Keys, SealingVersion
from central.settings import Settings
from contract.feed import FeedKind, SealingKey, SealingKeys

_KEY = "sealing"


def listed(settings: Settings) -> list[dict[str, object]]:
    """Every sealing key there ever was, the oldest first."""
    ours = _load(settings)
    newest = {found.id for found in ours.newest}
    return [
        msgspec.to_builtins(found)
        | {"state": _state(found, found.id in newest), "opens_here": found.id in ours.sealing}
        for found in ours.versions
    ]


def rotate(settings: Settings, at: datetime | None = None) -> SealingVersion:
    """The next sealing key, and word of it to every terminal. Older ones stay: what was sealed to them opens.

    Raises Refused or KeysError. Killed in between, `publish` says it again.
    """
    moment = at or now()
    folder = Path(settings.keys_dir)
    if not settings.opens_sealed:
        message = "`opens_sealed = false`: expected the host that opens; copy its new sealing-N.pub here afterwards"
        raise Refused(message)
    made = keys.add_sealing(folder, settings.suite, moment)
    with opened(settings) as database:
        publish(database, _load(settings), moment)
    return made


def publish(database: Database, ours: Keys, at: datetime) -> None:
    """Tell every terminal what to seal to from now on; it is in force when the terminal has pulled it."""
    found = tuple(SealingKey(each.id, each.key, each.suite) for each in ours.newest)
    with database.writing() as connection:
        feed.publish(connection, ours, "*", FeedKind.SEALING_KEYS, _KEY, SealingKeys(found), at)


def publish_again(settings: Settings, at: datetime | None = None) -> str:
    """The id of the newest key, told to every terminal once more."""
    ours = _load(settings)
    with opened(settings) as database:
        publish(database, ours, at or now())
    return ours.newest[0].id


def retire(settings: Settings, version: int, bundle: Path, at: datetime | None = None) -> SealingVersion:
    """Take the private half of an old key off this host; from now on it is in the escrow only.

    Raises Refused for the newest key, and where the bundle does not hold it.
    """
    ours, folder = _load(settings), Path(settings.keys_dir)
    found = next((each for each in ours.versions if each.version == version), None)
    private = folder / f"sealing-{version}.pem"
    # Killed between its two steps, a retired key still lies here: asked again, it goes.
    if found is None or (found.retired_at and not private.exists()):
        raise Refused(f"sealing key {version}: not in use here; `central keys list` names them")
    if found in ours.newest:
        raise Refused(f"sealing key {version}: terminals seal to it; `central keys rotate` makes the next one first")
    if found.id not in escrow.read_bundle(bundle).sealing_ids:
        raise Refused(
            f"{bundle}: does not hold sealing key {version}; make a new escrow first, with `central keys escrow`"
        )
    at_last = found.retired_at or (at or now()).isoformat(timespec="seconds")
    retired = msgspec.structs.replace(found, retired_at=at_last)
    keys.describe(folder, retired)
    private.unlink(missing_ok=True)
    key_files.sync(folder)
    return retired


def make_escrow(settings: Settings, out: Path) -> list[Path]:
    """Bundle and shares of every private key here. Raises KeysError."""
    return escrow.make(Path(settings.keys_dir), out, tuple(_load(settings).sealing), now())


def fingerprint(found: SealingVersion) -> str:
    """What two people compare over the telephone."""
    raw = base64.b64decode(found.key).hex().upper()
    return " ".join(raw[start : start + 4] for start in range(0, 16, 4))


def _load(settings: Settings) -> Keys:
    return keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)


def _state(found: SealingVersion, newest: bool) -> str:  # noqa: FBT001 - one of two words
    if found.retired_at:
        return "retired"
    return "sealed to" if newest else "opens only"
