"""Filled surveys in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.database import add_if_new, read
from central.surveys import rules
from central.surveys.rules import Filled
from central.surveys.tables import survey_answers
from contract.messages import SurveyGiven


def fill(connection: Connection, filled: Filled, at: datetime) -> bool:
    """Keep one once. False where it is held."""
    return add_if_new(connection, survey_answers, msgspec.structs.asdict(filled) | {"at": at})


def keep(connection: Connection, told: Sequence[tuple[str, SurveyGiven]]) -> None:
    """Keep what terminals took while they were alone, once."""
    for terminal, body in told:
        at = datetime.fromisoformat(body.at)
        answers = msgspec.json.encode(body.answers).decode()
        fill(connection, Filled(body.fill_id, body.survey, rules.quarter_of(at.date()), terminal, answers), at)


def count(connection: Connection, survey: str, quarter: str) -> int:
    """How many of a quarter there are."""
    place = (survey_answers.c.survey == survey) & (survey_answers.c.quarter == quarter)
    return connection.execute(select(func.count()).select_from(survey_answers).where(place)).scalar_one()


def of_quarter(connection: Connection, survey: str, quarter: str) -> list[Filled]:
    """Those of a quarter."""
    place = (survey_answers.c.survey == survey) & (survey_answers.c.quarter == quarter)
    return [read(row, Filled) for row in connection.execute(select(survey_answers).where(place)).mappings()]
