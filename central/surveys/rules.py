"""Whom a survey invites: at random, until the quota of the quarter is filled. Pure: chance comes in as a number."""

from collections.abc import Iterable
from datetime import date

import msgspec

from contract.catalogue import Text
from contract.questions import SurveyOffered, SurveyQuestion


class Survey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A survey as its file says it. `quota` is of a quarter; one visit in `one_in` is invited."""

    survey: str
    quota: int
    one_in: int
    title: Text
    questions: tuple[SurveyQuestion, ...]


class Filled(msgspec.Struct, frozen=True):
    """One that was filled. Nothing says by whom."""

    fill_id: str
    survey: str
    quarter: str
    terminal: str
    answers: str


def quarter_of(day: date) -> str:
    """Such as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def offered(survey: Survey, filled: int, chance: float) -> SurveyOffered:
    """The invitation, or none. `chance` is drawn evenly from 0 to 1."""
    if filled >= survey.quota or chance >= 1 / survey.one_in:
        return SurveyOffered()
    return SurveyOffered(survey.survey, survey.title, survey.questions)


def cleaned(survey: Survey, answers: dict[str, str]) -> dict[str, str]:
    """What of the answers are answers to its questions."""
    choices = {question.key: {value for value, _ in question.choices} for question in survey.questions}
    return {key: value for key, value in answers.items() if value in choices.get(key, ())}


def report(survey: Survey, filled: Iterable[Filled]) -> dict[str, dict[str, int]]:
    """How often each choice was taken, by question."""
    counted = {question.key: {value: 0 for value, _ in question.choices} for question in survey.questions}
    for one in filled:
        for key, value in msgspec.json.decode(one.answers, type=dict[str, str]).items():
            if value in counted.get(key, {}):
                counted[key][value] += 1
    return counted
