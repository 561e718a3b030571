"""Cases by card or by paper, steps, the trace of a person's data, pick-ups and drafts: theirs, and nobody else's."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from central.lifecycle import acting
from central.lifecycle import store as life
from central.lifecycle.rules import Action, waiting
from central.persons import Blind
from central.progress import index, store
from central.unseal import CannotOpen
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import CaseContent, DocumentReported, Holder, RatingGiven
from contract.questions import (
    CasesAsked,
    DraftAsked,
    DraftFound,
    DraftHeld,
    DraftKept,
    PickupMoved,
    PickupsAsked,
    Refused,
    TraceAsked,
)
from tests.central.conftest import NAME, Running
from tests.central.services import LI, ZHANG, item, publish, put
from tests.central.terminal_double import TerminalDouble, local_now

SLUG = "flexible-employment-insurance"


def holder(name: str, number: str) -> Holder:
    return Holder("resident", name, number, "男", "汉", "1990-01-01", "某路 1 号", "某局", "2015-05-01", None)


def file(running: Running, terminal: TerminalDouble, person: Any = ZHANG, **changes: Any) -> str:  # noqa: ANN401
    content = CaseContent(holder(person.name, person.id_number), {"mobile": "13800000000"})
    case = terminal.file_case(ItemKind.FILING, content, running.sealing(), **changes)
    running.push(terminal, Lane.CASES, len(terminal.lanes[Lane.CASES]))
    running.judged()
    return case.case_id


def receipt(running: Running, terminal: TerminalDouble, case_id: str, code: str) -> None:
    at = local_now()
    body = DocumentReported(
        case_id, f"d-{code}", f"S{code}", code, "receipt", 1, 1, 1, "ab" * 32, "printed", "pages", "", at
    )
    terminal.file_raw(Lane.CASES, "document", msgspec.json.encode(body))
    running.push(terminal, Lane.CASES, len(terminal.lanes[Lane.CASES]))
    running.judged()


def step(running: Running, case_id: str, what: str, note: str = "") -> int:
    form = {"csrf": running.csrf(), "step": what, "note": note}
    return running.client.post(f"/cases/{case_id}/step", data=form, follow_redirects=False).status_code


def approve(running: Running, case_id: str) -> None:
    """Whoever has to say something about it does: whoever accepted it is none of them (受审分离)."""
    with running.centre.database.writing() as connection:
        while open_links := waiting(life.links(connection, [case_id])[case_id]):
            for link in open_links:
                assert acting.say(running.centre, connection, link, Action.PASS, "同意", "somebody-else")


def correct(running: Running, case_id: str) -> int:
    wrong = {"what_1": "照片", "wrong_1": "模糊", "mend_1": "重新拍摄", "until": "2099-01-01", "all_named": "yes"}
    form = {"csrf": running.csrf(), **wrong}
    return running.client.post(f"/cases/{case_id}/correction", data=form, follow_redirects=False).status_code


def stands(running: Running, person: Any = ZHANG) -> Any:  # noqa: ANN401
    return put(running, CasesAsked(person)).cases


def test_a_card_finds_its_cases_and_no_others(running: Running, terminal: TerminalDouble) -> None:
    file(running, terminal)
    file(running, terminal, LI)
    assert [(len(stands(running, one)), stands(running, one)[0].state["zh-Hans"]) for one in (ZHANG, LI)] == [
        (1, "中心已收到")
    ] * 2
    stranger = msgspec.structs.replace(ZHANG, id_number="610117199001011235")
    assert stands(running, stranger) == ()
    written = msgspec.structs.replace(ZHANG, id_number=" 61011719900101 1234")
    assert len(stands(running, written)) == 1
    index_rows = str(running.query("SELECT * FROM case_people"))
    assert ZHANG.id_number not in index_rows
    assert len(running.centre.blind.person(ZHANG.id_number)) == 64


def test_number_and_code_of_the_paper_find_one(running: Running, terminal: TerminalDouble) -> None:
    case_id = file(running, terminal)
    receipt(running, terminal, case_id, "7KQ2HX")
    [(number,)] = running.query("SELECT case_number FROM cases")
    found = put(running, CasesAsked(case_number=str(number), verification_code="7kq2-hx"))
    assert [case.case_number for case in found.cases] == [number]
    for code in ("WRONG1", ""):
        assert put(running, CasesAsked(case_number=str(number), verification_code=code)) == Refused("number_or_code")
    assert put(running, CasesAsked()) == Refused("nobody_named")


def test_staff_set_steps_and_the_citizen_knows_what_comes_next(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    publish(embedded, item(SLUG))
    embedded.log_in()
    soon = (embedded.centre.today() + timedelta(days=5)).isoformat()
    case_id = file(embedded, terminal, missing=("photo",), missing_until=soon, promise_date=soon)
    [case] = stands(embedded)
    assert (case.missing[0]["zh-Hans"], case.missing_until) == ("photo", soon)
    assert soon in case.next["zh-Hans"]
    assert case.title["zh-Hans"]
    assert step(embedded, case_id, "accepted") == 303
    assert step(embedded, case_id, "completed") == 303
    [case] = stands(embedded)
    assert (case.missing, case.missing_until, case.may_rate_again) == ((), "", False)
    assert step(embedded, case_id, "correction", "照片请重新拍摄") == 404, "it is a notice that names everything"
    assert correct(embedded, case_id) == 303
    assert stands(embedded)[0].steps[-1].note["zh-Hans"] == "照片：模糊，重新拍摄"
    terminal.file(RatingGiven(case_id, Satisfaction.SATISFIED, local_now()), Lane.RATINGS)
    embedded.push(terminal, Lane.RATINGS)
    embedded.judged()
    assert not stands(embedded)[0].may_rate_again, "nothing is decided yet"
    approve(embedded, case_id)
    assert step(embedded, case_id, "decided") == 303
    [case] = stands(embedded)
    assert (case.state["zh-Hans"], case.may_rate_again) == ("已办结", True)
    terminal.file(RatingGiven(case_id, Satisfaction.SATISFIED, local_now(), again=True), Lane.RATINGS)
    embedded.push(terminal, Lane.RATINGS, 2)
    embedded.judged()
    assert not stands(embedded)[0].may_rate_again
    assert "办结" in embedded.client.get(f"/cases/{case_id}").text
    assert step(embedded, case_id, "burnt") == 404
    assert step(embedded, "nothing", "decided") == 404


def test_an_overdue_promise_is_not_glossed_over(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    past = (embedded.centre.today() - timedelta(days=1)).isoformat()
    file(embedded, terminal, promise_date=past)
    assert "超期" in stands(embedded)[0].next["zh-Hans"]


def test_everything_done_with_the_data_is_traced(running: Running, terminal: TerminalDouble) -> None:
    running.log_in()
    case_id = file(running, terminal)
    file(running, terminal, LI)
    receipt(running, terminal, case_id, "7KQ2HX")
    form = {"csrf": running.csrf(), "reason": "窗口核对材料"}
    assert running.client.post(f"/cases/{case_id}/look", data=form).status_code == 200
    step(running, case_id, "accepted")
    found = [(one.title["zh-Hans"], one.note.get("zh-Hans", "")) for one in put(running, TraceAsked(ZHANG)).steps]
    assert ("工作人员 boss 查看了您的材料", "窗口核对材料") in found
    assert any("索引" in title for title, _ in found)
    assert any("打印" in title and note == "S7KQ2HX" for title, note in found)
    assert any("已受理" in title for title, _ in found)
    assert not any(
        NAME in title for title, _ in [(one.title["zh-Hans"], "") for one in put(running, TraceAsked(LI)).steps]
    )
    times = [one.at for one in put(running, TraceAsked(ZHANG)).steps]
    assert times == sorted(times, reverse=True)


def test_a_case_that_does_not_open_here_is_entered_as_nobodys(
    embedded: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> CaseContent:
        raise CannotOpen("retired")

    monkeypatch.setattr(index, "open_case", closed)
    file(embedded, embedded.enter(TerminalDouble()))
    index.catch_up(embedded.centre)
    assert embedded.query("SELECT person FROM case_people") == [("",)]
    assert stands(embedded) == ()


def test_a_lost_key_makes_the_index_anew(embedded: Running) -> None:
    file(embedded, embedded.enter(TerminalDouble()))
    assert len(stands(embedded)) == 1
    embedded.centre.__dict__["blind"] = Blind(b"k" * 32)
    assert len(stands(embedded)) == 1
    with embedded.centre.database.reading() as connection:
        assert store.unnamed(connection, embedded.centre.blind.key_id, "2000-01-01", 9) == []


# --- pick-up ----------


@pytest.fixture
def locker(embedded: Running) -> tuple[Running, dict[str, str]]:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    running.log_in()
    form = {"csrf": running.csrf(), "name": ZHANG.name, "id_number": ZHANG.id_number, "title": "不动产权证书"}
    form |= {"terminal": terminal.id, "door": "7", "until": (running.centre.today() + timedelta(days=9)).isoformat()}
    return running, form


def test_what_lies_in_a_door_is_fetched_by_its_person_once(locker: tuple[Running, dict[str, str]]) -> None:
    running, form = locker
    wrong = ({"door": "1000"}, {"door": "0"}, {"until": "2001-01-01"}, {"name": ""}, {"terminal": "XX-99"})
    for change in wrong:
        assert running.client.post("/pickups", data=form | change).status_code == 422
    page = running.client.post("/pickups", data=form).text
    assert running.client.post("/pickups", data=form).status_code == 409, "the door is taken"
    assert ZHANG.id_number not in str(running.query("SELECT * FROM pickups"))
    [lies] = put(running, PickupsAsked(ZHANG)).pickups
    assert (lies.door, lies.title["zh-Hans"]) == (7, "不动产权证书")
    [(code,)] = running.query("SELECT code FROM pickups")
    assert str(code)[:4] in page
    assert put(running, PickupsAsked(code=str(code).lower())).pickups == (lies,)
    assert put(running, PickupsAsked(LI)).pickups == ()
    for what, left in (("opened", 1), ("left", 1), ("opened", 1), ("stuck", 1), ("taken", 0), ("opened", 0)):
        put(running, PickupMoved(lies.pickup_id, what))
        assert len(put(running, PickupsAsked(ZHANG)).pickups) == left
    assert put(running, PickupMoved(lies.pickup_id, "eaten")) == Refused("pickup_unknown")
    assert put(running, PickupMoved("nothing", "taken")) == Refused("pickup_unknown")
    assert "已取走" in running.client.get("/pickups").text
    assert any("取件" in one.title["zh-Hans"] for one in put(running, TraceAsked(ZHANG)).steps)


def test_what_nobody_fetched_is_taken_back_and_its_door_is_free(locker: tuple[Running, dict[str, str]]) -> None:
    running, form = locker
    running.client.post("/pickups", data=form)
    [lies] = put(running, PickupsAsked(ZHANG)).pickups
    back = f"/pickups/{lies.pickup_id}/back"
    assert running.client.post(back, data={"csrf": form["csrf"]}, follow_redirects=False).status_code == 303
    assert running.client.post(back, data={"csrf": form["csrf"]}).status_code == 404
    assert put(running, PickupsAsked(ZHANG)).pickups == ()
    assert running.client.post("/pickups", data=form).status_code == 200


# --- drafts ----------

CONTENT = "张三的申请，电话 13812345678".encode()


def keep(running: Running, **changes: Any) -> Any:  # noqa: ANN401
    usual: dict[str, Any] = {"draft_id": "d-1", "item": SLUG, "item_version": 1, "content": CONTENT, "person": ZHANG}
    return put(running, DraftKept(**(usual | changes)))


def test_a_draft_is_gone_on_with_by_whose_it_is(running: Running) -> None:
    held = keep(running)
    assert isinstance(held, DraftHeld)
    assert keep(running).code == held.code
    kept = running.query("SELECT lookup, sealed FROM drafts")
    assert held.code not in str(kept)
    assert CONTENT not in bytes(kept[0][1])  # type: ignore[call-overload]
    found = put(running, DraftAsked(held.code.lower(), ZHANG))
    assert found == DraftFound("d-1", SLUG, 1, CONTENT)
    for person in (LI, None):
        assert put(running, DraftAsked(held.code, person)) == Refused("draft_not_yours")
    assert put(running, DraftAsked("WRONGONE", ZHANG)) == Refused("draft_gone")
    assert keep(running, person=LI) == Refused("draft_not_yours")
    assert keep(running, content=b"x" * 300_000) == Refused("draft_too_large")
    assert isinstance(put(running, DraftAsked(held.code, ZHANG)), DraftFound)
    changed = keep(running, content=b"more of it")
    assert put(running, DraftAsked(changed.code, ZHANG)).content == b"more of it"


def test_a_draft_ends_and_its_page_shows_nothing_of_it(embedded: Running) -> None:
    publish(embedded, item(SLUG))
    held = keep(embedded)
    page = embedded.client.get(f"/draft/{held.code}")
    assert page.status_code == 200
    assert held.code[:4] in page.text
    for secret in ("张三", "13812345678", ZHANG.id_number):
        assert secret not in page.text
    assert embedded.client.get(f"/draft/{held.code}?lang=en").text.count("Go on where you left") > 0
    assert embedded.client.get("/draft/NOTHING2").status_code == 404
    embedded.clock.forward(days=8)
    assert put(embedded, DraftAsked(held.code, ZHANG)) == Refused("draft_gone")
    assert embedded.client.get(f"/draft/{held.code}").status_code == 404


def test_negative_control_an_index_by_name_would_find_strangers(embedded: Running) -> None:
    """Two of the same name are two people."""
    terminal = embedded.enter(TerminalDouble())
    file(embedded, terminal)
    other = msgspec.structs.replace(LI, name=ZHANG.name)
    file(embedded, terminal, other)
    assert {case.case_number for case in stands(embedded)} & {
        case.case_number for case in stands(embedded, other)
    } == set()
