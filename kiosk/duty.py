"""Which items can be done here now, and why not: a pure function of the devices' states. Numbers never depend on
paper.
"""

from collections.abc import Iterable

from contract.catalogue import Identity, Item

READER_GONE = "id_card_reader"
STORE_GONE = "store"


def closed_items(items: Iterable[Item], *, reader: str, store_ok: bool) -> dict[str, str]:
    """Slug -> key of the reason under `closed.` in the words, for every item that cannot be begun.

    `reader` is the presence of the ID-card reader: `online`, `offline` or `unknown`. Unknown closes nothing: while
    nobody has
    looked yet a citizen may begin, and is told at the card page. A dead ticket printer closes nothing at all: the
    number is
    shown large and bound to the card.
    """
    closed: dict[str, str] = {}
    for item in items:
        if not store_ok:
            closed[item.slug] = STORE_GONE
        elif item.identity is Identity.REQUIRED and reader == "offline":
            closed[item.slug] = READER_GONE
    return closed
