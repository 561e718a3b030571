"""Which card on the reader may be read: one laid down since the watch began, never one that somebody left behind."""

from typing import Final

from devices.id_card_reader.driver import IdCardReader
from devices.id_card_reader.layouts import CardContent
from devices.port import Deadline
from kiosk.link import CardLying

CARD_EVERY: Final = 0.2
"""How often the watch looks, in seconds."""
_READ_SECONDS: Final = 4.0


class CardWatch:
    """Reads the next card that is laid down. A card that lay there before is left alone until it is lifted."""

    def __init__(self) -> None:
        self._cleared = False

    def __call__(self, reader: IdCardReader) -> CardContent | CardLying | None:
        """One look, on the reader's thread."""
        if not self._cleared:
            if reader.reset_and_find():
                return CardLying(lying=True)
            self._cleared = True
            return CardLying(lying=False)
        return reader.read_card(Deadline.after(_READ_SECONDS))
