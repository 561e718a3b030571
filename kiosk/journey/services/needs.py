"""What an item needs once its situations are answered: materials, conditions, notes. Pure."""

from typing import NamedTuple

from contract.catalogue import Item, Material
from contract.offering import Note, Situation, SituationAnswer, holds

Answers = dict[str, str]
"""Situation key -> value."""


class Need(NamedTuple):
    """One material. `by_card`: what the card says stands for it; `later`: it may be brought later (容缺)."""

    material: Material
    by_card: bool
    later: bool


def asked(item: Item, answers: Answers) -> tuple[Situation, ...]:
    """The situations that are asked, given what was answered to those before."""
    return tuple(situation for situation in item.situations if holds(situation.when, answers))


def following(item: Item, answers: Answers, after: str) -> Situation | None:
    """The next situation after the one with this key (the first for an empty one); None where all is answered."""
    keys = [situation.key for situation in asked(item, answers)]
    at = keys.index(after) + 1 if after in keys else 0
    return asked(item, answers)[at] if at < len(keys) else None


def answered(item: Item, answers: Answers) -> tuple[tuple[Situation, SituationAnswer], ...]:
    """What was asked with what was answered."""
    return tuple(
        (situation, answer)
        for situation in asked(item, answers)
        for answer in situation.answers
        if answers.get(situation.key) == answer.value
    )


def stopped(item: Item, answers: Answers) -> SituationAnswer | None:
    """The answer with which it cannot go on here, where there is one."""
    return next((answer for _, answer in answered(item, answers) if answer.stop), None)


def materials(item: Item, answers: Answers) -> tuple[Need, ...]:
    """What has to be handed in."""
    return tuple(
        Need(
            material,
            by_card="card" in material.instead,
            later=item.tolerance is not None and not material.main,
        )
        for material in item.materials
        if holds(material.when, answers)
    )


def notes(item: Item, answers: Answers) -> tuple[Note, ...]:
    """The hints that hold: those of the answers given, and the item's own."""
    of_answers = (Note(answer.note) for _, answer in answered(item, answers) if answer.note)
    return (*of_answers, *(note for note in item.notes if holds(note.when, answers)))
