"""Whether who stands here is who the card says, before something personal is handed out (人证核验). Pure.

The machine compares; what it saw is kept nowhere. Three times not the same, and a person looks.
"""

from typing import Final

import msgspec

from kiosk.journey import machines as m
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met
from kiosk.journey.services.courtesies import AGAIN, known_word, waiting

MOST_TRIES: Final = 3
WAYS: Final = ("face", "finger")
SAME: Final = "same"


class Proof(msgspec.Struct, frozen=True):
    """Tries so far, the way that is being tried, and how the last one ended."""

    tries: int = 0
    """Those that ended with somebody else, or nobody; a device that could not look is none."""
    wishes: int = 0
    way: str = ""
    tried: str = ""
    """The way that was tried last."""
    verdict: str = ""
    fault: str = ""

    @property
    def request(self) -> str:
        """Of the last comparison."""
        return f"proof/{self.wishes}"

    @property
    def same(self) -> bool:
        """Whether it is the card's holder."""
        return self.verdict == SAME

    @property
    def over(self) -> bool:
        """Whether a person has to look at it."""
        return not self.same and self.tries >= MOST_TRIES


def begin(proof: Proof, way: str, known: Known) -> tuple[Proof, tuple[m.ComparePerson, ...]]:
    """Compare; not while it is under way, nor once it is over."""
    if proof.over or proof.way or way not in WAYS:
        return proof, ()
    asked = Proof(proof.tries, proof.wishes + 1, way, way)
    return asked, (m.ComparePerson(known.visit, asked.request, way),)


def heard(proof: Proof, event: Met) -> Proof:
    """How it ended."""
    match event:
        case m.PersonCompared(_, request, verdict, fault) if request == proof.request and proof.way:
            tries = proof.tries + (verdict not in (SAME, "unable"))
            return Proof(tries, proof.wishes, "", proof.tried, verdict, fault)
        case _:
            return proof


def page(proof: Proof) -> p.Page:
    """Choose how; look; or what came of it."""
    if proof.way:
        looking = waiting("proof.looking", p.word(f"proof.{proof.way}_do"), usually=6, icon=_ICONS[proof.way])
        return msgspec.structs.replace(looking, title=p.word(f"proof.{proof.way}_now"))
    if proof.over:
        return p.Page(
            "proof.over",
            p.word("proof.over"),
            p.Read((p.Line(p.word("proof.over_why"), p.Tone.ATTENTION), p.Bullet(p.word("proof.way_person")))),
            main=p.Action("done", p.word("pickup.done"), "check"),
            may_back=False,
        )
    options = tuple(p.Option(way, p.word(f"proof.{way}"), p.word(f"proof.{way}_note"), _ICONS[way]) for way in WAYS)
    return p.Page(
        "proof.how",
        p.word("proof.how"),
        p.Choose(options),
        why=p.word("proof.why"),
        second=(p.Action(AGAIN, p.word("page.again"), "refresh-cw"),) if proof.tried else (),
        trouble=_trouble(proof),
    )


_ICONS: Final = {"face": "user-round", "finger": "hand"}


def _trouble(proof: Proof) -> p.Said:
    if not proof.verdict:
        return ""
    if proof.verdict == "unable":
        return known_word(proof.fault, "proof.unable")
    said = known_word(f"proof.{proof.verdict}", "proof.other")
    return p.Listed((said, p.word("proof.left", count=str(MOST_TRIES - proof.tries))), "clause")
