"""What a filing holds while it is made, and the few ways it changes. Pure values."""

from enum import StrEnum

import msgspec

from contract.catalogue import Item, Text
from contract.messages import Holder
from contract.questions import DraftHeld
from kiosk.journey import events as e
from kiosk.journey.service import Known, Service
from kiosk.journey.services.papers import Papers
from kiosk.journey.services.paying import Paying


class Way(StrEnum):
    """How a material is there."""

    SCAN = "scan"
    CARD = "card"
    LICENCE = "licence"
    DEPARTMENT = "department"
    COMMITMENT = "commitment"
    LATER = "later"
    """容缺: to be brought."""
    NONE = "none"
    """Not needed, or the citizen has none; only where it is not required."""


class Lodged(msgspec.Struct, frozen=True):
    """One material. `scans` are the ids of its pages, `found` what a department said of it."""

    code: str
    way: Way
    scans: tuple[str, ...] = ()
    found: str = ""

    @property
    def whole(self) -> bool:
        """Whether something is there."""
        return self.way is not Way.SCAN or bool(self.scans)


class Shot(msgspec.Struct, frozen=True):
    """A picture under judgement: nothing is kept of it yet. Without a `scan_id` it is being taken."""

    request: str
    since: float
    scan_id: str = ""
    picture: str = ""
    verdict: str = ""
    findings: tuple[str, ...] = ()
    keeping: bool = False

    @property
    def busy(self) -> bool:
        """Whether the camera or the store is at it."""
        return not self.scan_id or self.keeping


class Filing(Service, frozen=True):
    """A filing under way. `at` is a place of its plan (`plan.places`)."""

    item: Item | None = None
    parts: tuple[Item, ...] = ()
    """The items of 一件事 this terminal has."""
    told: tuple[tuple[str, str], ...] = ()
    """Every answer, by the key of its situation or question."""
    seen: tuple[str, ...] = ()
    """What was read and agreed to."""
    carded: bool = False
    """The card is settled: read, or skipped where the item allows it."""
    lodged: tuple[Lodged, ...] = ()
    principal: Holder | None = None
    """Whom the citizen files for, by their own card."""
    typed: str = ""
    picked: tuple[str, ...] = ()
    """What was picked on this page: several choices, or the way down to an address."""
    strokes: tuple[tuple[tuple[int, int], ...], ...] = ()
    blanks: tuple[tuple[str, str], ...] = ()
    """For the words of `fault`."""
    said: Text = msgspec.field(default_factory=dict)
    """What the centre or a department said in its own words."""
    shot: Shot | None = None
    bad_shots: int = 0
    asked: str = ""
    """The request whose answer is waited for."""
    tries: int = 0
    """How many questions were asked; the next gets another id."""
    revising: str = ""
    """The place to come back to when this answer is changed: the review, or the card's facts."""
    asked_at: float = 0.0
    agreed: bool = False
    """Their draft may be kept."""
    aside: str = ""
    """The place a draft was asked for from."""
    draft: DraftHeld | None = None
    draft_of: str = ""
    """The id of the draft this goes on with, from whichever end: it stays one draft."""
    saved: e.CaseSaved | None = None
    credit: tuple[str, str] = ("", "")
    """Whose papers may come later was asked about, and what became of it (`filing.credit`)."""
    credit_said: Text = msgspec.field(default_factory=dict)
    """Where a person decides, if it was refused."""
    began: float | None = None
    """When it was begun and, where a department has done it at once, when it ended (monotonic seconds)."""
    ended: float | None = None
    paying: Paying | None = None
    act: str = ""
    """What the department did once the case was kept and paid: its number, `refunded`, or `later`."""
    printed: tuple[Papers, ...] = ()
    """The papers that are handed over after the case is kept, by their templates."""

    @property
    def of(self) -> Item:
        """The item; a filing is never without one."""
        if self.item is None:
            message = "filing: there is no item"
            raise ValueError(message)
        return self.item

    @property
    def answers(self) -> dict[str, str]:
        """Every answer, by its key."""
        return dict(self.told)

    @property
    def waiting(self) -> str:
        """The request this filing waits for."""
        return self.asked or (self.shot.request if self.shot else "")

    @property
    def for_another(self) -> bool:
        """Whether somebody files for a principal."""
        return self.answers.get("whose") == "other"

    def paper(self, code: str) -> Lodged | None:
        """What is there of a material."""
        return next((lodged for lodged in self.lodged if lodged.code == code), None)

    def subject(self, known: Known) -> Holder | None:
        """Whom the case is about: the principal, by card or as typed, or whoever stands here."""
        return (self.principal or _typed_principal(self.answers)) if self.for_another else known.holder


def _typed_principal(told: dict[str, str]) -> Holder | None:
    """The day of birth stands in the number (GB 11643)."""
    name, number = told.get("principal_name", ""), told.get("principal_number", "")
    if not name or not number:
        return None
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    return Holder("resident", name, number, "", "", born, "", "", None, None)


def tell(f: Filing, key: str, value: str) -> Filing:
    """With this answer in place of an earlier one."""
    return msgspec.structs.replace(f, told=(*((k, v) for k, v in f.told if k != key), (key, value)))


def untell(f: Filing, *keys: str) -> Filing:
    """Without these answers."""
    return msgspec.structs.replace(f, told=tuple((k, v) for k, v in f.told if k not in keys))


def lodge(f: Filing, lodged: Lodged) -> Filing:
    """With this material in place of an earlier one."""
    return msgspec.structs.replace(f, lodged=(*(one for one in f.lodged if one.code != lodged.code), lodged))


def wrong(f: Filing, fault: str, *blanks: tuple[str, str], said: Text | None = None) -> Filing:
    """Here, with what is wrong."""
    return msgspec.structs.replace(f, fault=fault, blanks=blanks, said=said or {}, asked="")


def fresh(f: Filing) -> Filing:
    """What belonged to the page before is gone."""
    return msgspec.structs.replace(
        f, typed="", picked=(), strokes=(), fault="", blanks=(), said={}, shot=None, bad_shots=0, asked=""
    )
