"""`window-agent run`: waits for a card, tells the centre whose it is, sealed, and forgets it."""

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Final, Protocol

import msgspec

from contract.window_agent import CardLaid, CardNumber, CardTaken, card_context
from devices.id_card_reader.driver import IdCardReader
from devices.model import DeviceError
from devices.port import Deadline, open_port
from kiosk.visit.seal import Sealer
from kiosk.window_agent.pairing import Place
from offline_cache.link.client import LinkFailure

LOOK_SECONDS: Final = 0.3
AGAIN_SECONDS: Final = 2.0
READ_SECONDS: Final = 5.0


class Client(Protocol):
    """The part of the connection this needs."""

    def card(self, asked: CardLaid) -> CardTaken:
        """Raises LinkFailure."""


def sealed(place: Place, id_number: str, at: datetime) -> CardLaid:
    """A card as the centre hears of it: readable there alone, as this reading alone."""
    reading = secrets.token_hex(12)
    suite_id = place.sealing_keys[-1].suite
    recipients = {key.id: key.key for key in place.sealing_keys if key.suite == suite_id}
    plain = msgspec.json.encode(CardNumber(id_number, at.isoformat(timespec="seconds")))
    seal = Sealer(place.agent, suite_id, recipients).seal_bytes(plain, card_context(place.agent, reading))
    return CardLaid(secrets.token_urlsafe(18), place.agent, reading, seal)


def watch(
    place: Place, address: str, client: Client, say: Callable[[str], None], pause: Callable[[float], bool]
) -> None:
    """Until `pause` says to stop. A reader that is lost is looked for again; whoever it is, nothing of them is said."""
    while not pause(0):
        try:
            with closing(
                IdCardReader(open_port(address, Deadline.after(READ_SECONDS)), newest_address=False)
            ) as reader:
                say(f"window {place.window}: the reader at {address} answers ({reader.sam_id()})")
                _cards(reader, place, client, say, pause)
        except DeviceError as error:
            say(f"{address}: the card reader does not answer ({error}); look at its cable, it is tried again")
            pause(AGAIN_SECONDS)


def _cards(
    reader: IdCardReader, place: Place, client: Client, say: Callable[[str], None], pause: Callable[[float], bool]
) -> None:
    while not pause(LOOK_SECONDS):
        content = reader.read_card(Deadline.after(READ_SECONDS))
        if content is None:
            continue
        try:
            taken = client.card(sealed(place, content.id_number, datetime.now().astimezone()))
        except LinkFailure as error:
            say(f"window {place.window}: the centre did not take it ({error}); lay the card down again")
        else:
            say(f"window {place.window}: a card was read, {taken.found} records are shown on the page")
