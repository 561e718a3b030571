"""The pages of a filing that are signed: what may be brought later, what is promised, who acts for whom. Pure."""

from typing import Final

import msgspec

from contract.offering import AGENCY_DAYS
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Turn
from kiosk.journey.services.filing import papers, plan
from kiosk.journey.services.filing.moving import onward
from kiosk.journey.services.filing.state import Filing, tell, wrong
from kiosk.paper.signature import consent, is_signature, svg

SIGNED: Final = "signed"
AGREED: Final = "agree"
"""Whoever cannot write by hand (five keys, voice only) consents instead; it says so where the signature stands."""
MOST_POINTS: Final = 400
"""A signature that is longer is thinned: up to four travel with a case, whose envelope holds 128 KiB."""


def page(f: Filing, known: Known) -> p.Page | None:
    """What is signed here; None at any other place."""
    if not f.at.startswith(plan.SIGN):
        return None
    return p.Page(
        f"filing.{f.at}",
        p.word(f"filing.sign_{f.at.removeprefix(plan.SIGN)}"),
        p.Sign(_text(f, known), f.strokes),
        why=p.word("filing.sign_why"),
        main=p.Action(SIGNED, p.word("filing.signed"), "check"),
        second=(p.Action(AGREED, p.word("page.agree"), "hand"),),
        personal=True,
    )


def touched(f: Filing, known: Known, event: e.Touch) -> Turn:
    """The pen, and being done."""
    match event:
        case e.Signed(strokes):
            return Turn(msgspec.structs.replace(f, strokes=_thinned(strokes), fault=""))
        case e.Acted(action) if action == SIGNED:
            if not is_signature(f.strokes):
                return Turn(wrong(f, "filing.not_signed"))
            return onward(tell(f, f.at, svg(f.strokes)), known)
        case e.Acted(action) if action == AGREED:
            return onward(tell(f, f.at, consent(known.wall)), known)
        case _:
            return Turn(f)


def _text(f: Filing, known: Known) -> tuple[p.Said, ...]:
    match f.at.removeprefix(plan.SIGN):
        case "tolerance":
            missing = p.Listed(tuple(material.name for material in papers.left_out(f, known)))
            return (f.of.tolerance.commitment if f.of.tolerance else "", p.word("filing.sign_missing", papers=missing))
        case "promise":
            return (f.of.commitment.promised if f.of.commitment else "",)
        case _:
            principal = f.answers.get("principal_name", "") or (f.principal.name if f.principal else "")
            return (
                p.word("filing.authorise", principal=principal, item=f.of.title),
                p.word("filing.authorise_term", days=str(AGENCY_DAYS)),
            )


def _thinned(strokes: tuple[tuple[tuple[int, int], ...], ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
    points = sum(map(len, strokes))
    step = points // MOST_POINTS + 1
    return tuple((*stroke[:-1:step], stroke[-1]) for stroke in strokes if stroke)
