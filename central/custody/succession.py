"""How the key that signs replies and what comes down is followed by the next, with no terminal cut off.

Announced, it is believed; after the switch, it signs; then the one before it is retired. Each step may be said again.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from central import keys
from central.clock import now
from central.custody import store
from central.database import Database
from central.enrolment import Refused, opened
from central.feed import store as feed
from central.keys import Keys, Reign, key_id
from central.settings import Settings
from contract.feed import FeedKind
from contract.succession import Says, Statement, Succession, stated
from contract.suites import SigningKey

SETTLES_AFTER: Final = timedelta(minutes=10)
"""Every host that runs has read its folder again by then, and signs with the new key."""
_KEY: Final = "signing"
_AT_ONCE: Final = 500


def listed(settings: Settings) -> list[dict[str, str]]:
    """Every signing key that is believed, and what it is to this centre."""
    ours = _load(settings)
    signing = {ours.signing, *ours.others}
    return [
        {
            "id": _id(key),
            "suite": key.suite,
            "state": "signs" if key in signing else "next" if key == _next(ours) else "believed",
        }
        for key in ours.all_signing
    ]


def announce(settings: Settings, at: datetime | None = None) -> str:
    """Make the next key and tell every terminal, signed by the one in force. Returns its id.

    Raises Refused, KeysError.
    """
    moment, folder = at or now(), Path(settings.keys_dir)
    ours = _load(settings)
    fresh = _next(ours) or _made(folder, settings.suite)
    if not any(one.id == _id(fresh) for one in ours.line.statements):
        about = _id(fresh), fresh.public_key
        reigns = ours.line.reigns
        if ours.line.reigning(settings.suite) is None:
            reigns += (Reign(settings.suite, ours.signing_id),)
        _state(folder, ours, stated(Says.SUCCEEDS, about, (ours.signing_id, ours.signing), _text(moment)), reigns)
    with opened(settings) as database:
        publish(database, _load(settings), moment)
    return _id(fresh)


def switch(settings: Settings, at: datetime | None = None) -> str:
    """Sign with the key that was announced. Returns its id. Raises Refused and KeysError."""
    moment, folder = at or now(), Path(settings.keys_dir)
    ours = _load(settings)
    fresh = _next(ours)
    if fresh is None or not any(one.id == _id(fresh) for one in ours.line.statements):
        raise Refused("no signing key was announced; `central keys signing announce` makes the next one")
    reigns = (*ours.line.reigns, Reign(fresh.suite, _id(fresh), _text(moment)))
    keys.keep_line(folder, msgspec.structs.replace(ours.line, reigns=reigns))
    return _id(fresh)


def retire(settings: Settings, gone: str, at: datetime | None = None) -> None:
    """Have nobody believe a key any more, and take its private half away. Raises Refused and KeysError.

    What is in force and signed by it is signed anew first: who reads it later knows only keys that are believed.
    """
    moment, folder = at or now(), Path(settings.keys_dir)
    ours = _load(settings)
    old = next((key for key in ours.all_signing if _id(key) == gone), None)
    if old is None and gone not in ours.line.retired:
        raise Refused(f"signing key {gone}: not known here; `central keys signing list` names them")
    if old in {ours.signing, *ours.others}:
        raise Refused(f"signing key {gone}: the centre signs with it; announce the next one and switch first")
    reign = ours.line.reigning(settings.suite)
    if reign and reign.since and moment - datetime.fromisoformat(reign.since) < SETTLES_AFTER:
        minutes = SETTLES_AFTER // timedelta(minutes=1)
        raise Refused(f"the switch was less than {minutes} minutes ago: hosts may still sign with {gone}; wait")
    with opened(settings) as database:
        _sign_again(database, ours, gone)
        if old is not None:
            about = gone, old.public_key
            _state(
                folder, ours, stated(Says.RETIRED, about, (ours.signing_id, ours.signing), _text(moment)),
                ours.line.reigns,
            )  # fmt: skip
        publish(database, _load(settings), moment)
    keys.drop_signing(folder, gone)


def publish(database: Database, ours: Keys, at: datetime) -> None:
    """Tell every terminal the whole line of keys, signed by the one in force."""
    with database.writing() as connection:
        feed.publish(connection, ours, "*", FeedKind.SIGNING_KEYS, _KEY, Succession(ours.line.statements), at)


def _sign_again(database: Database, ours: Keys, gone: str) -> None:
    last = 0
    while True:
        with database.writing() as connection:
            found = store.sign_again(connection, ours, gone, last, _AT_ONCE)
        if found is None:
            return
        last = found


def _made(folder: Path, suite_id: str) -> SigningKey:
    try:
        return keys.add_signing(folder, suite_id)
    except OSError as error:
        raise Refused(f"{folder}: {error.strerror}; expected a folder of the centre with room") from error


def _next(ours: Keys) -> SigningKey | None:
    """The key that never signed yet, where there is one."""
    signed = {reign.id for reign in ours.line.reigns}
    return next((key for key in ours.beside if key.suite == ours.signing.suite and _id(key) not in signed), None)


def _state(folder: Path, ours: Keys, statement: Statement, reigns: tuple[Reign, ...]) -> None:
    keys.keep_line(folder, keys.Line((*ours.line.statements, statement), reigns))


def _id(key: SigningKey) -> str:
    return key_id("centre", key.public)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _load(settings: Settings) -> Keys:
    return keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)
