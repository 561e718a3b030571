"""The pages between choosing an item and its result: card, person, saving. Pure."""

from typing import Final

import msgspec

from contract.catalogue import Identity
from contract.messages import Holder
from kiosk.journey.display import Offer
from kiosk.journey.masking import mask_id_number, mask_name
from kiosk.journey.progress import Journey
from kiosk.journey.services.green import is_offered
from ui.views.scene import Scene, bullets

_LINE: Final = ("port.", "device.")
"""Faults of the reader itself: laying the card again would be in vain."""


class CardView(msgspec.Struct, frozen=True):
    """Where to put the card; `skip` is empty where the item needs one."""

    title: str
    why: str
    how: str
    hint: str
    trouble: str
    trouble_why: str
    skip: str
    skip_why: str


class LineView(msgspec.Struct, frozen=True):
    """One line of what is known: a label and its value; `key` is empty where it cannot be changed here. `whole` is for
    headphones only, where `value` is masked.
    """

    key: str
    label: str
    value: str
    whole: str = ""


class PersonView(msgspec.Struct, frozen=True):
    """Who the card says it is, masked."""

    title: str
    why: str
    lines: tuple[LineView, ...]
    kept: str
    yes: str
    no: str
    trouble: str
    offer: str
    """Larger text is offered here, where a card has just said how old its holder is; empty where it is not."""
    offer_why: str
    offer_yes: str
    offer_no: str
    green: str = ""
    """绿色通道 beside "it is me", where the card says 60 or more; empty elsewhere."""


class SavingView(msgspec.Struct, frozen=True):
    """The moment nothing can be touched."""

    title: str
    why: str


def card_view(scene: Scene) -> CardView:
    """The page that waits for a card."""
    j = scene.journey
    optional = j.item is not None and j.item.identity is Identity.OPTIONAL
    away = j.fault.startswith(_LINE)
    trouble = scene.say("card.away" if away else "card.trouble")
    return CardView(
        title=scene.say("card.title"),
        why=scene.say("card.why"),
        how=scene.say("card.away_how" if away else "card.how"),
        hint=scene.say("card.hint"),
        trouble=trouble if j.fault and not scene.is_not_saved() else "",
        trouble_why=scene.trouble(),
        skip=scene.say("card.skip") if optional else "",
        skip_why=scene.say("card.skip_why" if optional else "card.no_card"),
    )


def person_view(scene: Scene) -> PersonView:
    """Surname, and the ends of the number."""
    holder = scene.journey.holder
    return PersonView(
        title=scene.say("person.title"),
        why=scene.say("person.why"),
        lines=_person(scene, holder) if holder else (),
        kept=scene.say("person.kept"),
        yes=scene.say("person.yes"),
        no=scene.say("person.no"),
        trouble=scene.trouble(),
        offer=scene.say("display.offer") if scene.journey.offer is Offer.STANDS else "",
        offer_why=scene.say("display.offer_why"),
        offer_yes=scene.say("display.offer_yes"),
        offer_no=scene.say("display.offer_no"),
        green=scene.say("green.me") if _is_green(scene.journey) else "",
    )


def _is_green(j: Journey) -> bool:
    return j.service is None and is_offered(j.item, j.holder, j.wall[:10])


def saving_view(scene: Scene) -> SavingView:
    """One sentence."""
    return SavingView(title=scene.say("saving.title"), why=scene.say("saving.why"))


def _hidden(scene: Scene, text: str) -> str:
    return bullets(text) if scene.journey.hidden else text


def _person(scene: Scene, holder: Holder) -> tuple[LineView, ...]:
    kind = f"person.card.{holder.card_kind}"
    name, number = holder.name or holder.latin_name, holder.id_number or holder.pass_number
    whole = (lambda _: "") if scene.journey.hidden else str
    return (
        LineView("", scene.say("person.name"), _hidden(scene, mask_name(name)), whole(name)),
        LineView("", scene.say("person.number"), _hidden(scene, mask_id_number(number)), whole(number)),
        LineView("", scene.say("person.kind"), scene.say(kind if scene.knows(kind) else "person.card.other")),
    )
