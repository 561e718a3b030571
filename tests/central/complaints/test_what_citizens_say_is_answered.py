"""Complaints, questions, suggestions, surveys, wishes to be called, notices and paper left behind, as terminals send
them: each is kept once, nothing is lost, and whoever asked is answered.
"""

import msgspec
import pytest

from central.complaints import store
from central.surveys import answers as surveys
from central.surveys import rules
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import (
    Body,
    ComplaintContent,
    ComplaintFiled,
    HelpContent,
    HelpWanted,
    Matter,
    NoticeContent,
    NoticeGiven,
    PaperLeft,
    RatingGiven,
    SurveyGiven,
)
from contract.questions import Refused, ReplyAsked, ReplyFound, SurveyAsked, SurveyFilled, SurveyOffered, SurveyTaken
from tests.central.conftest import NAME, Running
from tests.central.services import put
from tests.central.terminal_double import TerminalDouble, local_now, seal

WORDS = "取号等了两个小时，没有人说明原因"
FILED = ComplaintFiled(
    "c-1", "TS2026112300000017", "H7K2QX", Matter.COMPLAINT, local_now(), "zh-Hans", named=True, masked_contact="张*"
)


def send(running: Running, terminal: TerminalDouble, body: Body, record_id: str, content: object = None) -> None:
    sealed = None if content is None else seal(terminal.id, record_id, content, running.sealing())  # type: ignore[arg-type]
    kind = str(body.__struct_config__.tag)
    terminal.file_raw(Lane.RATINGS, kind, msgspec.json.encode(body), sealed, record_id)
    running.push(terminal, Lane.RATINGS, len(terminal.lanes[Lane.RATINGS]))
    running.judged()


def post(running: Running, path: str, **form: str) -> int:
    return running.client.post(path, data={"csrf": running.csrf()} | form, follow_redirects=False).status_code


@pytest.fixture
def sender(embedded: Running) -> TerminalDouble:
    return embedded.enter(TerminalDouble())


@pytest.fixture
def complaint(embedded: Running, sender: TerminalDouble) -> Running:
    send(embedded, sender, FILED, "c-1", ComplaintContent(WORDS, "张三", "13812345678"))
    embedded.log_in()
    return embedded


def test_it_is_read_with_a_reason_passed_on_answered_and_heard(complaint: Running) -> None:
    asked = ReplyAsked(FILED.number, "h7k2-qx")
    found = put(complaint, asked)
    assert isinstance(found, ReplyFound)
    assert (found.state["zh-Hans"], found.answer) == ("已收到", {})
    for page in ("/complaints", "/complaints/c-1"):
        assert WORDS not in complaint.client.get(page).text
    assert post(complaint, "/complaints/c-1/look", reason=" ") == 422
    opened = complaint.client.post("/complaints/c-1/look", data={"csrf": complaint.csrf(), "reason": "核实"}).text
    assert all(part in opened for part in (WORDS, "张三", "13812345678"))
    assert complaint.query("SELECT kind, of_id, who, reason FROM openings") == [("complaint", "c-1", NAME, "核实")]
    assert post(complaint, "/complaints/c-1/move", what="passed_on", note="请大厅三楼核查") == 303
    assert put(complaint, asked).state["zh-Hans"] == "正在处理"
    assert post(complaint, "/complaints/c-1/answer", answer="") == 422
    assert post(complaint, "/complaints/c-1/answer", answer="已增加两个窗口，向您致歉。") == 303
    assert post(complaint, "/complaints/c-1/answer", answer="again") == 409
    assert post(complaint, "/complaints/c-1/move", what="taken") == 409
    found = put(complaint, asked)
    assert found.answer["zh-Hans"] == "已增加两个窗口，向您致歉。"
    assert [step.title["zh-Hans"] for step in found.steps] == ["已收到", "已转给有关部门", "已答复"]
    told = msgspec.json.encode(found).decode()
    assert NAME not in told
    assert "三楼" not in told


def test_without_number_and_code_nobody_hears_anything(complaint: Running) -> None:
    for number, code in ((FILED.number, "WRONG1"), ("TS000", FILED.code), ("", "")):
        assert put(complaint, ReplyAsked(number, code)) == Refused("number_or_code")


@pytest.mark.parametrize("typed", ["GL-01-20261122-ABC234", "gl0120261122abc234", " GL-01-20261122 ABC234"])
def test_a_number_is_found_with_its_hyphens_and_without(embedded: Running, sender: TerminalDouble, typed: str) -> None:
    filed = msgspec.structs.replace(FILED, number="GL-01-20261122-ABC234")
    send(embedded, sender, filed, "c-1", ComplaintContent(WORDS))
    assert isinstance(put(embedded, ReplyAsked(typed, filed.code)), ReplyFound)


def test_nothing_said_stands_readable_in_the_database(complaint: Running) -> None:
    row = str(complaint.query("SELECT * FROM complaints"))
    raw = str(complaint.query("SELECT raw FROM envelopes"))
    for secret in (WORDS, "张三", "13812345678"):
        assert secret not in row
        assert secret not in raw


def test_another_record_under_the_same_id_waits_in_sight(complaint: Running, sender: TerminalDouble) -> None:
    sender.file_raw(Lane.RATINGS, "complaint", msgspec.json.encode(FILED), None, "another")
    complaint.push(sender, Lane.RATINGS, 2)
    complaint.judged()
    assert complaint.query("SELECT count(*) FROM complaints") == [(1,)]
    assert "c-1 is held" in str(complaint.query("SELECT reason FROM quarantine"))


def test_every_new_record_finds_its_table(running: Running, terminal: TerminalDouble) -> None:
    at = local_now()
    send(running, terminal, FILED, "c-1", ComplaintContent(WORDS))
    assert isinstance(put(running, ReplyAsked(FILED.number, FILED.code)), ReplyFound)
    notice = NoticeGiven("n-1", "item", 1, "ab" * 32, ("screen", "print"), at, "zh-Hans", "张*", "", {"kind": "house"})
    send(running, terminal, notice, "n-1", NoticeContent("请带身份证", "张三"))
    send(running, terminal, SurveyGiven("f-1", "service-2026", {"done": "done"}, "2026-11-23T09:00:00+08:00"), "f-1")
    send(running, terminal, HelpWanted("h-1", None, "form", at, "138****5678"), "h-1", HelpContent("13812345678"))
    send(running, terminal, PaperLeft("document_printer", "left", 2, at), "p-1")
    send(running, terminal, PaperLeft("document_printer", "taken", 2, at), "p-2")
    case = terminal.file_case()
    send(running, terminal, RatingGiven(case.case_id, Satisfaction.DISSATISFIED, at, ("slow",), 3), "r-1")
    send(running, terminal, RatingGiven(case.case_id, Satisfaction.SATISFIED, at, again=True), "r-2")
    assert running.query("SELECT reason FROM quarantine") == []
    assert running.query("SELECT given, situations FROM notices_given") == [('["screen","print"]', '{"kind":"house"}')]
    assert running.query("SELECT quarter, answers FROM survey_answers") == [("2026Q4", '{"done":"done"}')]
    assert running.query("SELECT outcome FROM papers_left ORDER BY outcome") == [("left",), ("taken",)]
    assert running.query("SELECT kind, detail FROM alarms") == [("paper_left", "document_printer")]
    assert running.query("SELECT tags, again FROM ratings ORDER BY again") == [('["slow"]', 0), ("[]", 1)]
    running.log_in()
    assert post(running, "/help/calls/h-1/answer") == 303
    page = running.client.post("/help/calls/h-1/look", data={"csrf": running.csrf(), "reason": "回电"}).text
    assert "13812345678" in page


def test_a_survey_invites_until_its_quota_is_filled(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = msgspec.structs.replace(surveys.current(), quota=2, one_in=1)
    monkeypatch.setattr(surveys, "current", lambda: survey)
    offered = put(embedded, SurveyAsked("item"))
    assert isinstance(offered, SurveyOffered)
    assert len(offered.questions) == 3
    answers = {question.key: question.choices[0][0] for question in offered.questions}
    for fill_id in ("f-1", "f-1", "f-2"):
        assert put(embedded, SurveyFilled(fill_id, offered.survey, answers)) == SurveyTaken(offered.survey)
    assert put(embedded, SurveyAsked("item")) == SurveyOffered()
    assert put(embedded, SurveyFilled("f-3", offered.survey, {"name": "张三"})) == Refused("survey_unknown")
    embedded.log_in()
    page = embedded.client.get("/surveys").text
    assert "100 %" in page


def test_chance_decides_who_is_invited() -> None:
    survey = surveys.current()
    assert rules.offered(survey, 0, 0.19).questions
    assert not rules.offered(survey, 0, 0.2).questions
    assert not rules.offered(survey, survey.quota, 0.0).questions


def test_negative_control_an_answer_given_twice_would_be_seen(complaint: Running) -> None:
    with complaint.centre.database.writing() as connection:
        assert store.answer(connection, "c-1", "one", NAME, complaint.clock())
        assert not store.answer(connection, "c-1", "two", NAME, complaint.clock())
    assert complaint.query("SELECT answer FROM complaints") == [("one",)]
