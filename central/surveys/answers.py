"""Whether a survey wants this visit, and what was filled."""

import secrets
from functools import cache
from importlib.resources import files

import msgspec

from central.centre import Centre
from central.questions.answering import Handler, in_thread
from central.surveys import rules, store
from central.surveys.rules import Filled, Survey
from contract.questions import Answer, Refused, SurveyAsked, SurveyFilled, SurveyTaken

_CHANCES = 1 << 32


@cache
def current() -> Survey:
    """The survey of this release."""
    text = files("central").joinpath("surveys", "standard.toml").read_bytes()
    return msgspec.toml.decode(text, type=Survey)


def _asked(centre: Centre, _: str, __: SurveyAsked) -> Answer:
    survey = current()
    with centre.database.reading() as connection:
        filled = store.count(connection, survey.survey, rules.quarter_of(centre.today()))
    return rules.offered(survey, filled, secrets.randbelow(_CHANCES) / _CHANCES)


def _filled(centre: Centre, terminal: str, asked: SurveyFilled) -> Answer:
    survey = current()
    answers = rules.cleaned(survey, asked.answers)
    if asked.survey != survey.survey or not answers:
        return Refused("survey_unknown")
    encoded = msgspec.json.encode(answers).decode()
    filled = Filled(asked.fill_id, asked.survey, rules.quarter_of(centre.today()), terminal, encoded)
    with centre.database.writing() as connection:
        store.fill(connection, filled, centre.clock())
    return SurveyTaken(asked.survey)


ANSWERS: dict[type, Handler] = {SurveyAsked: in_thread(_asked), SurveyFilled: in_thread(_filled)}
