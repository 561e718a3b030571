"""What the search for an item holds. Pure."""

from typing import Final

from contract.catalogue import Item
from contract.classing import Tag, tags
from kiosk.journey.service import Known, Service

LONGEST: Final = 40
"""Letters of a question."""
SHORTEST: Final = 2


class Finding(Service, frozen=True, kw_only=True):
    """`at`: begin (life events), need, of_need, others (departments), of_department, outcome (what to do for the item),
    tags, tagged, cities, city, ask, answers, answer.
    """

    event: str = ""
    need: int = 0
    department: str = ""
    slug: str = ""
    """The item this came to."""
    chosen: tuple[Tag, ...] = ()
    city: str = ""
    """The Chinese name of a place elsewhere."""
    question: str = ""
    passage: str = ""


def tagged(finding: Finding, known: Known) -> tuple[Item, ...]:
    """The items with every chosen tag, in their order."""
    wanted = set(finding.chosen)
    return tuple(item for item, own in classed(known) if wanted <= own)


_held: list[tuple[tuple[Item, ...], tuple[tuple[Item, frozenset[Tag]], ...]]] = []


def classed(known: Known) -> tuple[tuple[Item, frozenset[Tag]], ...]:
    """Every item with its tags; worked out once for the items of a terminal."""
    if not _held or _held[0][0] is not known.items:
        _held[:] = [(known.items, tuple((item, frozenset(tags(item))) for item in known.items))]
    return _held[0][1]


def cities(known: Known) -> dict[str, dict[str, str]]:
    """The places elsewhere that items reach, by their Chinese names, in the order of the items."""
    return {place["zh-Hans"]: place for item in known.items for place in item.reach}


def reaching(city: str, known: Known) -> tuple[Item, ...]:
    """What can be done here for that place."""
    return tuple(item for item in known.items if any(place["zh-Hans"] == city for place in item.reach))
