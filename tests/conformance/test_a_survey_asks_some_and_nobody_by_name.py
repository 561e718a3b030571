"""Surveys by quota (TS-11): invited at random after a service, three questions at most, each may be passed over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from central.surveys import rules
from central.surveys.answers import current
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.feed import RatingTag, RatingTags
from contract.messages import SurveyGiven
from contract.questions import SurveyAsked, SurveyOffered
from kiosk.journey import events as e
from tests.central.conftest import Running, start, write_config
from tests.central.terminal_double import TerminalDouble
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, VISIT

SURVEY = current()
OFFERED = SurveyOffered(SURVEY.survey, SURVEY.title, SURVEY.questions)
TAGS = RatingTags(7, {"satisfied": (RatingTag("quick", {"zh-Hans": "办得快"}),)})


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    for running in start(write_config(tmp_path)):
        running.log_in()
        yield running


def rated(citizen: Visitor) -> None:
    """To the end of a query and of its rating."""
    citizen.booth.journey = replace(citizen.booth.journey, tags=TAGS)
    citizen.happen(e.Started(), e.DutyChanged((), link_up=True, papers=True))
    citizen.happen(e.ItemChosen("social-insurance-record"), e.ItemBegun(), e.Acted("agree"))
    citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed(), e.Acted("done"))
    citizen.happen(e.Rated(Satisfaction.SATISFIED), e.Acted("done"))


def filled(citizen: Visitor) -> list[SurveyGiven]:
    return [one.record for one in citizen.asked(e.KeepRecord) if isinstance(one.record, SurveyGiven)]


def test_who_was_invited_answers_or_passes_over_and_nothing_says_by_whom(visit: MakeVisitor) -> None:
    citizen = visit({SurveyAsked: OFFERED})
    rated(citizen)
    assert page_name(citizen) == "survey.offer"
    assert "begin" not in citizen.glance()
    citizen.touch("main")
    first, second, *rest = SURVEY.questions[:3]
    assert first.text["zh-Hans"] in citizen.glance()
    citizen.touch(f"option.{first.choices[0][0]}")
    assert second.text["zh-Hans"] in citizen.glance()
    for _ in (second, *rest):
        citizen.happen(e.Acted("skip"))
    assert page_name(citizen) == "farewell"
    (given,) = filled(citizen)
    assert (given.survey, given.answers) == (SURVEY.survey, {first.key: first.choices[0][0]})
    said = repr(given)
    assert HOLDER.name not in said
    assert HOLDER.id_number not in said
    assert given.fill_id != citizen.booth.journey.case_id, "it leads back to no case"


def test_an_invitation_may_be_declined_and_none_is_shown_where_the_centre_wants_none(visit: MakeVisitor) -> None:
    citizen = visit({SurveyAsked: OFFERED})
    rated(citizen)
    citizen.happen(e.Acted("skip"))
    assert page_name(citizen) == "farewell"
    assert not filled(citizen)
    other = visit({SurveyAsked: SurveyOffered()})
    rated(other)
    assert page_name(other) == "farewell"


def test_two_hundred_a_quarter_are_asked_and_the_report_counts_them(centre: Running) -> None:
    assert SURVEY.quota == 200
    assert rules.offered(SURVEY, 199, 0.0).questions == SURVEY.questions
    assert not rules.offered(SURVEY, 200, 0.0).questions, "the quota of the quarter is filled"
    assert not rules.offered(SURVEY, 0, 0.99).questions, "not everybody is asked"
    terminal = centre.enter(TerminalDouble())
    question = SURVEY.questions[0]
    at = centre.clock().isoformat(timespec="seconds")
    for number, (value, _) in enumerate((*question.choices, question.choices[0])):
        body = msgspec.json.encode(SurveyGiven(f"f-{number}", SURVEY.survey, {question.key: value}, at))
        terminal.file_raw(Lane.RATINGS, "survey", body, None, f"f-{number}")
    centre.push(terminal, Lane.RATINGS)
    centre.judged()
    page = " ".join(centre.client.get("/surveys").text.split())
    count = len(question.choices) + 1
    assert f'id="filled">{count}<small> / 200</small>' in page
    assert question.text["zh-Hans"] in page
    assert f'<dd>2 <span class="quiet">{100 * 2 / count:.0f} %</span></dd>' in page
    assert 'id="filled">0<small> / 200' in centre.client.get("/surveys?quarter=2025Q1").text
