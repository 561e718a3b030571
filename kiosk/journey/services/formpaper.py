"""What stands on a form of an item: blank with boxes to tick, as a sample, or filled in. Official, so in Chinese.

Pure.
"""

from typing import Final

from contract.catalogue import DEFAULT_LANGUAGE, FieldKind, Item, say
from contract.offering import BlankForm, Situation
from contract.papers import FormField, FormPaper, FormSection
from kiosk.journey import page as p
from kiosk.journey.saying import day, said
from kiosk.journey.service import Known
from kiosk.journey.services import details
from kiosk.journey.services.filing import plan
from kiosk.journey.services.filing.questions import Ask, ask_of, form, shown

_SAMPLES: Final = frozenset(
    {
        FieldKind.NAME,
        FieldKind.ID_NUMBER,
        FieldKind.MOBILE,
        FieldKind.DATE,
        FieldKind.MONEY,
        FieldKind.NUMBER,
        FieldKind.TEXT,
        FieldKind.ADDRESS,
        FieldKind.CODE,
    }
)
_WIDE: Final = frozenset({FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.CHOICE, FieldKind.SEVERAL})
_SUCH_AS: Final = "例如："
_BOX: Final = "\u25a1"
_TWO_LINES: Final = 36
"""More boxes than fit beside one another, in characters of a line."""


def blank(item: Item, form_: BlankForm) -> FormPaper:
    """To be filled in by hand: every question the form may have."""
    questions = [_boxes(_zh(one.question), [_zh(answer.label) for answer in one.answers]) for one in _deciding(item)]
    fields = [_empty(ask_of(field)) for field in item.form]
    return _paper(item, form_, "blank", (*_applicant(item, "", ""), *questions, *fields))


def sample(item: Item, form_: BlankForm) -> FormPaper:
    """As somebody would fill it in."""
    fields = tuple(
        FormField(label=_zh(label), value=_zh(value).removeprefix(_SUCH_AS), wide=True, lines=1)
        for label, value in samples(item)
    )
    return _paper(item, form_, "sample", fields)


def samples(item: Item) -> tuple[tuple[p.Said, p.Said], ...]:
    """Every question of the form with an example of an answer."""
    who = tuple((label, p.word(f"forms.example.{fact}")) for fact, label in _unasked(item))
    asked = tuple((one.question, one.answers[0].label) for one in _deciding(item))
    return (*who, *asked, *((field.label, _example(ask_of(field))) for field in item.form))


def filled(item: Item, form_: BlankForm, told: details.Details, known: Known) -> FormPaper:
    """With what was answered, and the card's name and number where a card was read."""
    answers = told.answers
    chosen = [
        FormField(label=_zh(one.question), value=_zh(answer.label), wide=True)
        for one in plan.situations(told)
        for answer in one.answers
        if answer.value == answers.get(one.key)
    ]
    fields = [
        FormField(
            label=_zh(ask.label),
            value=_written(ask, answers.get(ask.key, "")),
            wide=ask.kind in _WIDE,
        )
        for ask in form(told)
    ]
    holder = known.holder
    name = (holder.name or holder.latin_name) if holder else ""
    number = (holder.id_number or holder.pass_number) if holder else ""
    every = (*_applicant(item, name, number), *chosen, *fields)
    return _paper(item, form_, "filled", every, known.today)


def _paper(item: Item, form_: BlankForm, kind: str, fields: tuple[FormField, ...], on: str = "") -> FormPaper:
    until = day(DEFAULT_LANGUAGE, form_.valid_until.isoformat()) if form_.valid_until else ""
    valid = p.word("forms.paper_until", day=until) if until else p.word("forms.no_end")
    return FormPaper(
        title=say(form_.name, DEFAULT_LANGUAGE),
        sections=(FormSection(title=say(item.title, DEFAULT_LANGUAGE), fields=fields),),
        kind=kind,
        office=say(item.department, DEFAULT_LANGUAGE),
        notes=(
            _zh(p.word("forms.note_pen")) if kind == "blank" else "",
            _zh(p.word("forms.note_version", version=form_.version, valid=valid)),
            _zh(p.word("forms.note_hand_in", window=item.window, phone=item.consultation_phone)),
        )[0 if kind == "blank" else 1 :],
        declaration=_zh(p.word("forms.declaration")),
        day=on,
    )


def _applicant(item: Item, name: str, number: str) -> tuple[FormField, ...]:
    """Who it is, where no question asks for it."""
    values = {"name": name, "id_number": number}
    return tuple(FormField(label=_zh(label), value=values[fact]) for fact, label in _unasked(item))


def _unasked(item: Item) -> tuple[tuple[str, p.Said], ...]:
    """What a card says of somebody and no question of the form does."""
    asked = {field.card for field in item.form}
    who = (("name", p.word("person.name")), ("id_number", p.word("person.number")))
    return tuple((fact, label) for fact, label in who if fact not in asked)


def _deciding(item: Item) -> tuple[Situation, ...]:
    return details.deciding(item)


def _empty(ask: Ask) -> FormField:
    label = _zh(ask.label)
    if ask.choices:
        return _boxes(label, [_zh(choice) for _, choice in ask.choices])
    return FormField(label=label, wide=ask.kind in _WIDE, lines=2 if ask.kind is FieldKind.ADDRESS else 1)


def _boxes(label: str, choices: list[str]) -> FormField:
    value = "　".join(f"{_BOX} {choice}" for choice in choices)
    return FormField(label=label, value=value, wide=True, lines=1 + len(value) // _TWO_LINES)


def _example(ask: Ask) -> p.Said:
    if ask.choices:
        return ask.choices[0][1]
    if ask.example:
        return ask.example
    return p.word(f"forms.example.{ask.kind.value}" if ask.kind in _SAMPLES else "forms.example.text")


def _written(ask: Ask, kept: str) -> str:
    """As it is written on a form; what was left out stays empty."""
    if kept and ask.kind is FieldKind.DATE:
        return day(DEFAULT_LANGUAGE, kept)
    return _zh(shown(ask, kept)) if kept else ""


def _zh(what: p.Said) -> str:
    return said(DEFAULT_LANGUAGE, what)
