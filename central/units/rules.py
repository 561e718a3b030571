"""Which unit answers for something: 分级负责、属地管理，谁主管、谁负责. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

NAME_LIMIT = 40
LIST_LIMIT = 1000
SUBJECT = "subject."
"""What the boxes of a form begin with."""


class Why(StrEnum):
    """Why a unit was chosen."""

    ITEM = "item"
    """谁主管: it is in charge of the item."""
    SUBJECT = "subject"
    """It is in charge of what it is about."""
    AREA = "area"
    """属地: the terminal or hall lies in its area."""
    NOBODY = "nobody"
    """No unit is named for it: the coordinator decides."""


class Unit(msgspec.Struct, frozen=True):
    """A unit. `areas`, `items` and `subjects` are lists with blanks between; `rank` is 1 for the district, 2 for a
    town, 3 for a village: of several the nearest goes first (分级负责).
    """

    unit: str
    rank: int
    areas: str
    items: str
    subjects: str
    leader: str

    def covers(self, areas: Iterable[str]) -> bool:
        """Whether one of these (terminal, hall) lies in its area; no area is the whole district."""
        own = self.areas.split()
        return not own or any(area in own for area in areas)


class Malformed(ValueError):
    """What was typed cannot be kept; the message is a key of the words."""


def route(units: Sequence[Unit], item: str, subject: str, areas: Iterable[str]) -> tuple[str, Why]:
    """The unit that answers, and why. Who is in charge of the item goes before who is in charge of the subject, and
    both before the area; of several the one nearest to the place.
    """
    there = list(areas)
    near = sorted((one for one in units if one.covers(there)), key=lambda one: (-one.rank, one.unit))
    for one in near:
        if item and item in one.items.split():
            return one.unit, Why.ITEM
    for one in near:
        if subject and subject in one.subjects.split():
            return one.unit, Why.SUBJECT
    for one in near:
        if one.areas and not one.items and not one.subjects:
            return one.unit, Why.AREA
    return "", Why.NOBODY


def read_unit(form: Mapping[str, str]) -> Unit:
    """A unit as somebody typed it. Raises Malformed."""
    name = " ".join(form.get("unit", "").split())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise Malformed("units.name_wrong")
    rank = form.get("rank", "1")
    if rank not in {"1", "2", "3"}:
        raise Malformed("units.rank_wrong")
    areas, items, subjects = (" ".join(form.get(field, "").split()) for field in ("areas", "items", "subjects"))
    ticked = (key.removeprefix(SUBJECT) for key in form if key.startswith(SUBJECT))
    subjects = " ".join(dict.fromkeys([*subjects.split(), *ticked]))
    if any(len(text) > LIST_LIMIT for text in (areas, items, subjects)):
        raise Malformed("units.name_wrong")
    return Unit(name, int(rank), areas, items, subjects, " ".join(form.get("leader", "").split()))
