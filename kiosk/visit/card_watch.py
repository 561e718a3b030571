"""Which card on the reader may be read: one laid down since the watch began, never one that somebody left behind; and
whose may lie there while a visit is somebody's (experience 2.3).
"""

from typing import Final

from devices.id_card_reader.driver import IdCardReader
from devices.id_card_reader.layouts import CardContent
from devices.port import Deadline
from kiosk.link import CardLying

CARD_EVERY: Final = 0.2
"""How often the watch looks, in seconds."""
GUARD_EVERY: Final = 0.5
"""How often the guard looks, in seconds."""
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


class CardGuard:
    """Looks for a card of somebody else. What such a card says is compared on the reader's thread and dropped there."""

    def __init__(self) -> None:
        self._own: set[tuple[str, ...]] = set()
        self._other = False

    def belongs(self, card: CardContent) -> None:
        """A card this visit has read: it may be lifted and laid down again."""
        self._own.add(_whose(card))

    def is_own(self, card: CardContent) -> bool:
        """Whether this visit has read it before."""
        return _whose(card) in self._own

    def __call__(self, reader: IdCardReader) -> bool | None:
        """One look, on the reader's thread: True at each while another's card lies there."""
        if not (self._other and reader.is_present()):
            card = reader.read_card(Deadline.after(_READ_SECONDS))
            self._other = card is not None and _whose(card) not in self._own
        return self._other or None


def _whose(card: CardContent) -> tuple[str, ...]:
    return card.kind.value, card.id_number or card.pass_number or "", card.name or card.latin_name or ""
