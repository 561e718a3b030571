"""The materials of a filing: which there are, how each can be there, what is still missing. Pure.

Trust levels (国办函〔2016〕108号): A from the authority that issued it, B checked by a window, C a picture the citizen
took, D the citizen's own word.
"""

from typing import Final

import msgspec

from contract import proofs
from contract.catalogue import Material
from contract.offering import holds
from kiosk.journey.service import Known
from kiosk.journey.services.filing import credit
from kiosk.journey.services.filing.questions import chosen_parts
from kiosk.journey.services.filing.state import Filing, Way

LEVELS: Final = {Way.CARD: "A", Way.LICENCE: "A", Way.DEPARTMENT: "A", Way.SCAN: "C", Way.COMMITMENT: "D"}
CAMERA: Final = "document_camera"


class Offered(msgspec.Struct, frozen=True):
    """A way a material can be there now. `off` is a key of the words: why it cannot."""

    way: Way
    off: str = ""


def materials(f: Filing) -> tuple[Material, ...]:
    """What is needed for these answers: the same paper once, whichever item wants it, strictest wish first (BJ-09)."""
    found: dict[str, Material] = {}
    for item in (f.of, *chosen_parts(f)):
        for material in item.materials:
            if not holds(material.when, f.answers):
                continue
            name = material.code or material.name["zh-Hans"]
            before = found.get(name)
            found[name] = material if before is None else _strictest(before, material)
    return tuple(found.values())


def wanted_by(f: Filing, material: Material) -> tuple[dict[str, str], ...]:
    """The titles of the items that want it, where several are done together."""
    parts = chosen_parts(f)
    return tuple(
        part.title for part in parts if any(other.code == material.code and material.code for other in part.materials)
    )


def ways(f: Filing, known: Known, material: Material) -> tuple[Offered, ...]:
    """How it can be there, the easiest first. Never empty for a material that has a place."""
    found: list[Offered] = []
    stood = proofs.stands(f.of, material)
    if "card" in stood and f.subject(known) is not None:
        return (Offered(Way.CARD),)
    found += [
        Offered(way, "" if known.link_up else "filing.off_link")
        for way in (Way.LICENCE, Way.DEPARTMENT)
        if way.value in stood and f.subject(known) is not None
    ]
    found.append(Offered(Way.SCAN, "closed.document_camera" if camera_lost(f, known) else ""))
    if "commitment" in stood:
        found.append(Offered(Way.COMMITMENT))
    if material.required and not material.main and f.of.tolerance is not None and not credit.refused(f, known):
        found.append(Offered(Way.LATER))
    if not material.required:
        found.append(Offered(Way.NONE))
    return tuple(found)


def never_later(f: Filing, known: Known, material: Material) -> bool:
    """Whether it could be brought later, but not by this citizen."""
    return material.required and not material.main and f.of.tolerance is not None and credit.refused(f, known)


def camera_lost(f: Filing, known: Known) -> bool:
    """Whether the terminal says that its camera does not work now."""
    return dict(known.closed).get(f.of.slug) == CAMERA


def asked_for(f: Filing, known: Known) -> tuple[Material, ...]:
    """Those that have a page of their own: a paper without a code is only told of, and what the card shows is there."""
    return tuple(
        material
        for material in materials(f)
        if material.code and [offered.way for offered in ways(f, known, material)] != [Way.CARD]
    )


def by_card(f: Filing, known: Known) -> tuple[Material, ...]:
    """Those the card stands for."""
    return tuple(
        material
        for material in materials(f)
        if material.code and [offered.way for offered in ways(f, known, material)] == [Way.CARD]
    )


def lodged_as(f: Filing, known: Known, way: Way) -> tuple[Material, ...]:
    """Those that are there in this way."""
    return tuple(
        material
        for material in asked_for(f, known)
        if (lodged := f.paper(material.code)) is not None and lodged.way is way
    )


def left_out(f: Filing, known: Known) -> tuple[Material, ...]:
    """容缺: those that are to be brought."""
    return lodged_as(f, known, Way.LATER)


def promised(f: Filing, known: Known) -> tuple[Material, ...]:
    """告知承诺: those a signed promise stands for."""
    return lodged_as(f, known, Way.COMMITMENT)


def find(f: Filing, code: str) -> Material | None:
    """A material by its code."""
    return next((material for material in materials(f) if material.code == code), None)


def _strictest(one: Material, other: Material) -> Material:
    """Required by one is required; main for one is main; what stands for it must be good enough for both."""
    both = tuple(way for way in one.instead if way in other.instead)
    return msgspec.structs.replace(
        one,
        required=one.required or other.required,
        main=one.main or other.main,
        instead=both,
        pages=max(one.pages, other.pages),
    )
