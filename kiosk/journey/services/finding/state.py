"""What the search for an item holds. Pure."""

from typing import Final

from contract.catalogue import Item
from contract.classing import Tag, tags
from kiosk.journey.service import Known, Service

LONGEST: Final = 40
"""Letters of a question."""
SHORTEST: Final = 2


class Finding(Service, frozen=True, kw_only=True):
    """`at`: begin (life events), need, of_need, others (departments), of_department, outcome (what to do for the item), tags,
    tagged, cities, city, ask, answers, answer.
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
    return tuple(item for item in known.items if set(finding.chosen) <= set(tags(item)))


def cities(known: Known) -> dict[str, dict[str, str]]:
    """The places elsewhere that items reach, by their Chinese names, in the order of the items."""
    return {place["zh-Hans"]: place for item in known.items for place in item.reach}


def reaching(city: str, known: Known) -> tuple[Item, ...]:
    """What can be done here for that place."""
    return tuple(item for item in known.items if any(place["zh-Hans"] == city for place in item.reach))
