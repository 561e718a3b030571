"""What handing in later holds while it is done. Pure values."""

from typing import Final

import msgspec

from contract.catalogue import Item, Material
from contract.questions import CaseStands
from kiosk.journey import page as p
from kiosk.journey.service import Known, Service
from kiosk.journey.services.details import Details, only_form
from kiosk.journey.services.filing.state import Lodged
from kiosk.journey.services.papers import Papers

UNNAMED: Final = "paper"
"""The code of a paper whose item this terminal does not know."""


class Supplement(Service, frozen=True, kw_only=True):
    """`at`: how, number, code, asking, failed, cases, item, which, papers, check, keeping, kept, paper, list, listed,
    list_paper.
    """

    number: str = ""
    code: str = ""
    request: str = ""
    asked: int = 0
    cases: tuple[CaseStands, ...] = ()
    item: Item | None = None
    wanted: str = ""
    """The case this was opened for, by its number."""
    picked: tuple[str, ...] = ()
    """Codes of what is handed in now."""
    details: Details | None = None
    """The papers under the camera."""
    tries: int = 0
    """How many times it was handed in: each has an id of its own."""
    papers: Papers = Papers("supplement")
    listing: Papers = Papers("tolerances")
    said: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request or (self.details.waiting if self.details is not None and self.at == "papers" else "")

    @property
    def case(self) -> CaseStands | None:
        """The case as the centre told it; None where nobody could be asked."""
        return next((case for case in self.cases if case.case_number == self.number), None)

    @property
    def lodged(self) -> tuple[Lodged, ...]:
        """What was scanned."""
        held = self.details.lodged if self.details is not None else ()
        return tuple(one for one in held if one.scans)

    def record_id(self, known: Known) -> str:
        """Of what is handed in now: the same until it is kept."""
        return known.id(f"supplement/{self.tries}")


def tolerant(known: Known) -> tuple[Item, ...]:
    """The items of this terminal that let a paper come later."""
    return tuple(item for item in known.items if item.tolerance is not None and later(item))


def later(item: Item) -> tuple[Material, ...]:
    """容缺: the papers of an item that may come later."""
    return tuple(material for material in item.materials if material.required and not material.main and material.code)


def choices(s: Supplement) -> tuple[tuple[str, p.Said], ...]:
    """What can be handed in: what the centre says is missing; where it could not be asked, what the item lets wait."""
    if s.case is not None:
        return tuple(zip(s.case.missing_codes, s.case.missing, strict=False))
    named: tuple[tuple[str, p.Said], ...] = (
        tuple((material.code, material.name) for material in later(s.item)) if s.item is not None else ()
    )
    return (*named, (UNNAMED, p.word("supplement.other_paper"))) if s.item is None or not named else named


def only_papers(s: Supplement, known: Known) -> Item:
    """An item that asks for nothing but these papers, each under the camera; some item lends its name and place."""
    names = dict(choices(s))
    lender = s.item or (known.find(s.case.item) if s.case is not None else None) or known.items[0]
    own = {material.code: material for material in lender.materials}
    papers = tuple(
        msgspec.structs.replace(own[code], required=True, main=True, instead=(), when={})
        if code in own
        else Material(name=_plain(names.get(code, "")), required=True, code=code)
        for code in s.picked
    )
    return msgspec.structs.replace(only_form(lender), materials=papers, form=(), situations=())


def _plain(name: p.Said) -> dict[str, str]:
    return name if isinstance(name, dict) else {"zh-Hans": "补交的材料", "en": "The paper you bring"}
