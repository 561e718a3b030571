"""Which items can be done here now, and why not: a pure function of the devices' states. Numbers never depend on
paper.
"""

from collections.abc import Collection, Iterable

from contract.catalogue import Identity, Item

READER = "id_card_reader"
STORE_GONE = "store"
ON_BATTERY = "power"
PRINTS = "document_printer"
SWITCHED_OFF = "centre"


def needs(item: Item) -> tuple[str, ...]:
    """The devices without which an item cannot be done, the first to be named first."""
    return (READER, *item.needs) if item.identity is Identity.REQUIRED else item.needs


def closed_items(
    items: Iterable[Item], *, lost: Collection[str], store_ok: bool, on_battery: bool = False, off: Collection[str] = ()
) -> dict[str, str]:
    """Slug -> key of the reason under `closed.` in the words, for every item that cannot be begun.

    `lost` names the devices that are known not to do their work. What nobody has looked at yet is not among them:
    a citizen may begin, and is told at the page that needs it. A dead ticket printer closes nothing at all: the number
    is shown large and bound to the card. On battery no new printing of documents is begun.
    `off` are the items the centre has switched off.
    """
    closed: dict[str, str] = {}
    for item in items:
        if item.slug in off:
            closed[item.slug] = SWITCHED_OFF
            continue
        wanted = needs(item)
        gone = next((name for name in wanted if name in lost), "")
        if not store_ok:
            closed[item.slug] = STORE_GONE
        elif gone:
            closed[item.slug] = gone
        elif on_battery and PRINTS in wanted:
            closed[item.slug] = ON_BATTERY
    return closed
