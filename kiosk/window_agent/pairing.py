"""`window-agent pair`: makes a key, shows the code at the centre, and keeps what the centre says."""

import secrets
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from contract.enrolment import CentreKey
from contract.suites import INTL, PublicKey, SigningKey
from contract.window_agent import PairAsked, Paired
from kiosk.durable import make_folder, replace_file
from kiosk.setup import keys
from offline_cache.link.client import CentreClient, LinkFailure
from offline_cache.link.tls import Tls

_KEY: Final = "window.key"
_PAIRED: Final = "window.json"


class Place(msgspec.Struct, frozen=True):
    """Which window this program serves, and whom it believes and seals to."""

    url: str
    agent: str
    window: str
    hall: str
    signing_keys: tuple[CentreKey, ...]
    sealing_keys: tuple[CentreKey, ...]


class NotPaired(Exception):
    """One sentence: what is missing, and what to do."""


def pair(folder: Path, url: str, code: str, ca: Path | None = None) -> Place:
    """Pair with the window the code is of. Said again with the same code it is the same. Raises NotPaired."""
    make_folder(folder)
    keys.make_signing_key(folder / _KEY, INTL)
    signing = keys.signing_key(folder / _KEY, INTL)
    asked = PairAsked(secrets.token_urlsafe(18), code, signing.suite, signing.public)
    try:
        with closing(CentreClient(url, "window", "window-new", signing, {}, tls=Tls(ca))) as client:
            answer: Paired = client.pair(asked)
    except (LinkFailure, ValueError) as error:
        message = f"window-agent: not paired ({error}); look at the address, or ask the manager for a new code"
        raise NotPaired(message) from error
    place = Place(url, answer.agent, answer.window, answer.hall, answer.signing_keys, answer.sealing_keys)
    replace_file(folder / _PAIRED, msgspec.json.encode(place))
    return place


def read(folder: Path) -> tuple[Place, SigningKey]:
    """What was paired. Raises NotPaired."""
    try:
        place = msgspec.json.decode((folder / _PAIRED).read_bytes(), type=Place)
        return place, keys.signing_key(folder / _KEY, INTL)
    except (OSError, ValueError) as error:
        message = f"{folder}: no window is paired here; begin with `window-agent pair URL CODE`"
        raise NotPaired(message) from error


def client_of(place: Place, signing: SigningKey, ca: Path | None = None) -> CentreClient:
    """A connection to the centre as this window's reader."""
    believed = {key.id: PublicKey(key.suite, key.key) for key in place.signing_keys}
    return CentreClient(place.url, place.agent, place.agent, signing, believed, tls=Tls(ca))
