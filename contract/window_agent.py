"""The card reader at a window: how its program is paired with the window, and what it says of a card. Pure.

Signed like a terminal's requests (`contract.signing`). The number of a card is sealed to the centre; nothing of it is
kept at either end.
"""

import msgspec

from contract.enrolment import CentreKey
from contract.envelope import Sealed

PAIR_PATH = "/v1/window-agent/pair"
CARD_PATH = "/v1/window-agent/card"


class PairAsked(msgspec.Struct, frozen=True):
    """The code a manager reads out, and the key the program signs with from now on. The same again is the same."""

    nonce: str
    code: str
    suite: str
    public_key: bytes


class Paired(msgspec.Struct, frozen=True):
    """Which reader it is now, at which window, and whom it believes and seals to."""

    nonce: str
    server_time: str
    agent: str
    window: str
    hall: str
    signing_keys: tuple[CentreKey, ...]
    sealing_keys: tuple[CentreKey, ...]


class CardNumber(msgspec.Struct, frozen=True):
    """What is sealed: the number of the identity card, and when it was read (ISO 8601 with offset)."""

    id_number: str
    at: str


class CardLaid(msgspec.Struct, frozen=True):
    """A citizen's card lies on the reader. `reading` binds the seal to this request."""

    nonce: str
    agent: str
    reading: str
    sealed: Sealed


class CardTaken(msgspec.Struct, frozen=True):
    """The window's page shows what was found; `found` says how much."""

    nonce: str
    server_time: str
    found: int


def card_context(agent: str, reading: str) -> bytes:
    """What the sealed number is bound to."""
    return f"suiban window card 1|{agent}|{reading}".encode()
