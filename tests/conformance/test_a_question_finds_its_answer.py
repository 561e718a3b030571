"""Consultation (ZZ-02): frequent questions, 12345, a question that is left, and by when it is answered."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from contract.catalogue import Item
from contract.envelope import Lane
from contract.messages import ComplaintContent, ComplaintFiled, Matter
from contract.offering import Frequent
from contract.questions import ReplyAsked, ReplyFound
from kiosk import faq, services
from kiosk.journey import events as e
from tests.central.conftest import Running, start, write_config
from tests.central.services import put
from tests.central.terminal_double import TerminalDouble, local_now, seal
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import page_name

ITEMS = services.load().items


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    """A centre with somebody signed in."""
    for running in start(write_config(tmp_path)):
        running.log_in()
        yield running


def test_what_is_often_asked_is_answered_at_once_with_whom_to_call_and_a_way_on(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract", "door.saying", "option.faq")
    assert page_name(citizen) == "faq.list"
    asked = next(one for one in faq.load(ITEMS) if one.key == "no-card")
    assert asked.question["zh-Hans"] in citizen.glance()
    citizen.touch("option.no-card")
    assert asked.answer["zh-Hans"] in citizen.leaves()
    citizen.happen(e.Acted("call"))
    shown = citizen.leaves()
    assert "12345" in shown
    assert "便民热线" in shown
    citizen.happen(e.Acted("leave"))
    assert page_name(citizen) == "saying.about", "a question is left without looking for the way again"
    assert "方面" in citizen.glance()


def test_questions_come_down_with_an_item_and_lead_to_it(visit: MakeVisitor) -> None:
    own = Frequent("own-question", {"zh-Hans": "能寄到家里吗？"}, {"zh-Hans": "能，选邮寄就行。"})
    items: tuple[Item, ...] = tuple(
        msgspec.structs.replace(item, faq=(own,)) if item.slug == "residence-permit" else item for item in ITEMS
    )
    citizen = visit(items=items)
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("faq", "residence-permit"))
    shown = citizen.leaves()
    assert "能寄到家里吗？" in shown
    assert "没带身份证" not in shown, "about this item only"
    citizen.happen(e.Chose("own-question"))
    assert "选邮寄就行" in citizen.leaves()
    citizen.happen(e.Acted("item"))
    assert page_name(citizen) == "item"


def test_a_search_reads_the_questions_in_words_pinyin_and_initials() -> None:
    for one in faq.load(ITEMS):
        assert one.question["zh-Hans"] in faq.texts(one)
        assert all(word in faq.texts(one) for word in one.keywords)


@pytest.fixture
def consulted(centre: Running) -> Running:
    """Somebody has left a question at a terminal."""
    terminal = centre.enter(TerminalDouble())
    filed = ComplaintFiled("q-1", "GL01Q1", "ABC234", Matter.CONSULTATION, local_now(), "zh-Hans")
    content = ComplaintContent("租房能落户吗？")
    sealed = seal(terminal.id, "q-1", content, centre.sealing())  # type: ignore[arg-type]  # any content is sealed alike
    terminal.file_raw(Lane.RATINGS, "complaint", msgspec.json.encode(filed), sealed, "q-1")
    centre.push(terminal, Lane.RATINGS)
    centre.judged()
    return centre


def _post(running: Running, path: str, **form: str) -> int:
    return running.client.post(path, data={"csrf": running.csrf()} | form, follow_redirects=False).status_code


def test_a_question_has_its_last_day_an_extension_its_reason_and_both_are_read(
    consulted: Running, visit: MakeVisitor
) -> None:
    asked = ReplyAsked("GL01Q1", "ABC234")
    found = put(consulted, asked)
    assert isinstance(found, ReplyFound)
    promised = found.promised_until
    assert promised > consulted.centre.today().isoformat()
    assert promised in consulted.client.get("/complaints/q-1").text
    later = (date.fromisoformat(promised) + timedelta(days=7)).isoformat()
    assert _post(consulted, "/complaints/q-1/extend", until=later, reason=" ") == 422
    assert _post(consulted, "/complaints/q-1/extend", until=promised, reason="要问户籍部门") == 422
    assert _post(consulted, "/complaints/q-1/extend", until=later, reason="要问户籍部门") == 303
    consulted.clock.forward(days=30)
    consulted.log_in()
    found = put(consulted, asked)
    assert (found.extended_until, found.extension_reason) == (later, {"zh-Hans": "要问户籍部门"})
    assert found.overdue_days > 5
    assert "个工作日" in consulted.client.get("/complaints").text
    citizen = visit({ReplyAsked: found})
    citizen.touch("attract", "door.saying")
    citizen.happen(e.Chose("reply"), *(e.KeyPressed(letter) for letter in "GL01Q1"), e.Acted("go"))
    citizen.happen(*(e.KeyPressed(letter) for letter in "ABC234"), e.Acted("go"))
    shown = citizen.leaves()
    for said in ("最晚答复", "延期到", "要问户籍部门", f"超期 {found.overdue_days} 个工作日"):
        assert said in shown, said


def test_whoever_answers_a_question_says_whether_the_answer_is_complete(consulted: Running) -> None:
    assert _post(consulted, "/complaints/q-1/answer", answer="能，带租赁合同。") == 422
    assert _post(consulted, "/complaints/q-1/answer", answer="能，带租赁合同。", complete="yes") == 303
    assert 'id="complete">说全了' in consulted.client.get("/complaints/q-1").text
    assert "咨询一次答全 1 / 1" in consulted.client.get("/complaints").text
