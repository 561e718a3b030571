"""The card of whoever is filed for. Their own card never ends the visit of the one who stands here. Pure."""

from typing import Final

import msgspec

from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Turn
from kiosk.journey.services.filing import moving
from kiosk.journey.services.filing.state import Filing, tell, wrong

PLACE: Final = "principal"
YES: Final = "principal.yes"
OTHER: Final = "principal.other"
TYPE: Final = "principal.type"


def page(f: Filing) -> p.Page:
    """Lay the card down; or whose it is."""
    typing = p.Action(TYPE, p.word("filing.principal_type"), "keyboard")
    if f.principal is None:
        return p.Page(
            "filing.principal",
            p.word("filing.principal_lay"),
            p.Read(
                (p.Bullet(p.word("filing.principal_lay_1"), mark="id-card"), p.Bullet(p.word("filing.principal_lay_2")))
            ),
            why=p.word("filing.principal_why"),
            second=(typing,),
        )
    return p.Page(
        "filing.principal.read",
        p.word("filing.principal_right"),
        p.Read(
            (
                p.Entry(p.word("filing.principal_name"), f.principal.name or f.principal.latin_name, True),
                p.Entry(p.word("filing.principal_number"), f.principal.id_number, True),
            )
        ),
        why=p.word("person.why"),
        main=p.Action(YES, p.word("filing.principal_yes"), "check"),
        second=(p.Action(OTHER, p.word("filing.principal_again"), "rotate-ccw"), typing),
        personal=True,
    )


def met(f: Filing, known: Known, event: e.Event) -> Turn:
    """A card, or what is typed instead."""
    match event:
        case e.CardRead(_, holder) if f.principal is None:
            own = known.holder
            if own is not None and own.id_number and own.id_number == holder.id_number:
                return Turn(wrong(f, "filing.principal_same"))
            return Turn(msgspec.structs.replace(f, principal=holder, fault="", blanks=()))
        case e.CardFailed(_, fault) if f.principal is None:
            return Turn(wrong(f, "filing.card_failed", ("cause", fault)))
        case e.ReaderRecovered():
            return Turn(msgspec.structs.replace(f, fault="", blanks=()))
        case e.Acted(action) if action == YES and f.principal is not None:
            return moving.onward(f, known)
        case e.Acted(action) if action == OTHER:
            return Turn(msgspec.structs.replace(f, principal=None, fault=""))
        case e.Acted(action) if action == TYPE:
            typed = tell(msgspec.structs.replace(f, principal=None, at="by_card"), "by_card", "typed")
            return moving.onward(typed, known)
        case _:
            return Turn(f)
