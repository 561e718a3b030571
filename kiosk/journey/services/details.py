"""The questions of an item's form outside of a filing: before a department is asked, before a form is printed. Pure.

The pages are those of a filing; it ends at the review, and nothing is kept of it.
"""

import msgspec

from contract.catalogue import Identity, Item
from contract.offering import Situation
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Then, Turn
from kiosk.journey.services.filing import drafting, moving, plan, reviewing
from kiosk.journey.services.filing.questions import every, form, is_personal, shown
from kiosk.journey.services.filing.service import FilingService


class Details(FilingService, frozen=True):
    """A filing's questions without its materials, its drafts and its case."""

    def page(self, known: Known) -> p.Page:
        """The question that stands now."""
        asked = super().page(known)
        second = tuple(action for action in asked.second if action.name != drafting.DRAFT)
        return msgspec.structs.replace(asked, second=second, steps=(), here=-1)

    def meet(self, event: Met, known: Known) -> Turn:
        """As in a filing; nothing can be put aside."""
        return Turn(self) if event == e.Acted(drafting.DRAFT) else super().meet(event, known)

    @property
    def complete(self) -> bool:
        """Whether everything is answered."""
        return self.at == plan.REVIEW


def begin(item: Item, known: Known) -> Details:
    """At the first question. What the holder's card says is offered."""
    details = Details(plan.NEEDS, item=only_form(item), seen=(plan.NEEDS,), carded=True)
    return _there(moving.arrive(details, known, plan.first(details, known)), details)


def met(details: Details, event: Met, known: Known) -> tuple[Details, bool]:
    """After an event; and whether its citizen went back out of it."""
    turn = details.meet(event, known)
    return _there(turn, details), turn.then is Then.BACK


def last(details: Details, known: Known) -> Details:
    """Back at the last question, from behind it."""
    return _there(moving.back(details, known), details)


def again(details: Details, key: str, known: Known) -> Details:
    """One answer is changed."""
    return _there(moving.reopen(details, known, f"{plan.FORM}{key}"), details)


def answers(details: Details, known: Known) -> dict[str, str]:
    """What was answered, by the keys of the form; what was left out is not there."""
    asked = {ask.key for ask in form(details)}
    return {key: value for key, value in reviewing.answers(details, known) if value and key in asked}


def rows(details: Details, known: Known) -> tuple[p.Row, ...]:
    """Each answer, to be checked."""
    asks = every(details)
    return tuple(
        p.Row(key, asks[key].label, shown(asks[key], value), is_personal(asks[key]))
        for key, value in answers(details, known).items()
    )


def review(details: Details, known: Known) -> tuple[p.Row, ...]:
    """Everything that was said, each with its "change"; what decides the form too."""
    body = reviewing.page(details, known).body
    return tuple(row for row in body.rows if row.key) if isinstance(body, p.Check) else ()


def deciding(item: Item) -> tuple[Situation, ...]:
    """The situations that decide what the form asks."""
    keys = {key for field in item.form for key in field.when}
    return tuple(situation for situation in item.situations if situation.key in keys)


def only_form(item: Item) -> Item:
    """The item with its form alone: of its situations those that decide what the form asks, and none ends the way."""
    situations = tuple(
        msgspec.structs.replace(
            situation, answers=tuple(msgspec.structs.replace(answer, stop={}) for answer in situation.answers)
        )
        for situation in deciding(item)
    )
    return msgspec.structs.replace(
        item,
        situations=situations,
        identity=Identity.NONE,
        materials=(),
        notes=(),
        delivery=(),
        fees=(),
        reach=(),
        agents=False,
        joint=None,
        tolerance=None,
        commitment=None,
    )


def _there(turn: Turn, otherwise: Details) -> Details:
    return turn.service if isinstance(turn.service, Details) else otherwise
