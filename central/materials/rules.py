"""What trust a picture of a paper deserves (国办函〔2016〕108号). Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from central.scans.rules import State
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.scans import ScanRef

CHECKED: Final = "B"
UPLOADED: Final = "C"
WATERMARK: Final = "此件经与原件核对无误"


class Check(msgspec.Struct, frozen=True):
    """A picture that was compared with its original."""

    case_id: str
    hash: str
    material: str
    trust: str
    by_whom: str
    at: datetime


class Paper(msgspec.Struct, frozen=True):
    """One picture of a case as its page lists it. `held` says whether its bytes are here."""

    hash: str
    material: str
    name: str
    held: bool
    check: Check | None

    @property
    def trust(self) -> str:
        """B once a window has checked it, C until then."""
        return CHECKED if self.check is not None else UPLOADED


def papers(refs: Sequence[tuple[ScanRef, State]], checks: Mapping[str, Check], item: Item | None) -> list[Paper]:
    """Every picture with its name, in the order of the catalogue's materials."""
    names = {one.code: one.name[DEFAULT_LANGUAGE] for one in item.materials} if item is not None else {}
    order = list(names)
    found = [
        Paper(ref.hash, ref.what, names.get(ref.what, ref.what), state is State.HELD, checks.get(ref.hash))
        for ref, state in refs
    ]
    return sorted(found, key=lambda one: (order.index(one.material) if one.material in order else len(order), one.hash))
