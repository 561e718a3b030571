"""Whether this citizen may bring papers later: asked of the centre before it is offered (BJ-04). Pure.

Only a no takes it away: where nobody answers it is offered, and the case says that nobody could be asked.
"""

from typing import Final

import msgspec

from contract.catalogue import Material
from contract.handling import ToleranceAsked, ToleranceStands
from kiosk.journey import events as e
from kiosk.journey.service import Known, Turn
from kiosk.journey.services.filing.state import Filing

ASKING: Final = "asking"
ASKED: Final = "asked"
UNASKED: Final = "unasked"
REFUSED: Final = "refused"
SECONDS: Final = 6.0


def wanted(f: Filing, known: Known, material: Material | None) -> bool:
    """Whether it has to be asked before this paper's ways are shown."""
    tolerable = material is not None and material.required and not material.main and f.of.tolerance is not None
    number = _number(f, known)
    return tolerable and bool(number) and f.credit[0] != number


def ask(f: Filing, known: Known) -> Turn:
    """Ask; the page waits for it."""
    request, number = known.id(f"tolerance/{f.tries + 1}"), _number(f, known)
    asking = msgspec.structs.replace(f, asked=request, tries=f.tries + 1, credit=(number, ASKING), credit_said={})
    return Turn(asking, (e.AskCentre(known.visit, request, ToleranceAsked(f.of.slug, number), SECONDS),))


def heard(f: Filing, event: e.News) -> Filing | None:
    """With what was answered; None where this is no answer to it."""
    if f.credit[1] != ASKING:
        return None
    match event:
        case e.Answered(_, request, ToleranceStands(allowed, text)) if request == f.asked:
            stands, said = (ASKED, {}) if allowed else (REFUSED, text)
        case e.Answered(_, request) | e.Unanswered(_, request) if request == f.asked:
            stands, said = UNASKED, {}
        case _:
            return None
    return msgspec.structs.replace(f, asked="", credit=(f.credit[0], stands), credit_said=said)


def is_asking(f: Filing) -> bool:
    """Whether the answer is waited for."""
    return bool(f.asked) and f.credit[1] == ASKING


def refused(f: Filing, known: Known) -> bool:
    """Whether nothing may be brought later this time."""
    return f.credit[1] == REFUSED and f.credit[0] == _number(f, known)


def outcome(f: Filing, known: Known) -> str:
    """What the case says of it: `asked` or `unasked`."""
    return ASKED if f.credit == (_number(f, known), ASKED) else UNASKED


def _number(f: Filing, known: Known) -> str:
    subject = f.subject(known)
    return "" if subject is None else subject.id_number or subject.pass_number
