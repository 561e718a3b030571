"""After a case is filed: a paper brought later, the result by post, a claim with its bills, a set of licences (BJ-02,
BJ-19, BJ-20, BJ-31, BJ-32).
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from central.supplements import upkeep
from contract import questions as q
from contract.catalogue import ItemKind
from contract.deliveries import Licence, Movement, Posted
from contract.envelope import Lane
from contract.messages import CaseContent, DocumentReported, Holder
from contract.supplements import SupplementContent, SupplementGiven
from kiosk import services
from kiosk.journey import events as e
from kiosk.paper import receipt as receipt_paper
from offline_cache.records import PrintState, StoredCase, StoredDocument
from tests.central.conftest import Running, start, write_config
from tests.central.departments_world import ask as at_centre
from tests.central.departments_world import centre_with, departments
from tests.central.services import ZHANG, item, publish
from tests.central.terminal_double import TerminalDouble, local_now
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, SITE, VISIT

SHOP = "individual-business-registration"
CLAIM = "medical-claim-filing"
NUMBER = "610117GL01202611220000178"
ITEMS = {one.slug: one for one in services.load().items}
NAME = {"zh-Hans": "个体工商户设立登记", "en": "Registering a small business"}
LEASE = {"zh-Hans": "租赁合同", "en": "Lease"}
STATE = {"zh-Hans": "已受理", "en": "Accepted"}
JPEG = b"\xff\xd8\xff\xe0" + bytes(400)


def case(**more: Any) -> q.CaseStands:  # noqa: ANN401 - any field of it
    step = q.CaseStep("2026-11-20T10:00:00+08:00", STATE)
    return q.CaseStands(NUMBER, SHOP, NAME, "2026-11-20T10:00:00+08:00", STATE, (step,), **more)


LACKING = case(missing=(LEASE,), missing_codes=("premises-lease",), missing_until="2026-12-14")


def at_progress(visit: MakeVisitor, stands: q.CaseStands) -> Visitor:
    """By card, at this case."""
    citizen = visit({q.CasesAsked: q.CasesFound((stands,))})
    citizen.touch("attract", "door.progress", "option.card")
    citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    citizen.touch(f"option.{NUMBER}")
    assert page_name(citizen) == "progress.one"
    return citizen


def scan_all(citizen: Visitor) -> None:
    """Every paper under the camera, as many pictures as it has pages, to the check. No finger: the live picture of the
    camera is drawn anew without end, and a finger waits until all is drawn.
    """
    for _ in range(12):
        shown = citizen.journey.page
        if shown is None or shown.main is None or shown.name == "supplement.check":
            return
        citizen.happen(e.Acted(shown.main.name))


# --- BJ-02 ----------


def test_a_missing_paper_is_handed_in_at_any_terminal(visit: MakeVisitor) -> None:
    citizen = at_progress(visit, LACKING)
    assert "租赁合同" in citizen.leaves()
    citizen.happen(e.Acted("supplement"))
    assert page_name(citizen) == "supplement.which"
    scan_all(citizen)
    assert page_name(citizen) == "supplement.check"
    assert "租赁合同" in citizen.leaves()
    citizen.touch("main")
    (keep,) = citizen.asked(e.KeepRecord)
    record, content = keep.record, keep.content
    assert isinstance(record, SupplementGiven)
    assert isinstance(content, SupplementContent)
    assert (record.case_number, record.materials) == (NUMBER, ("premises-lease",))
    assert keep.scans
    assert content.id_number == HOLDER.id_number
    assert HOLDER.id_number not in repr(record)
    assert page_name(citizen) == "supplement.kept"
    citizen.happen(e.Acted("print"))
    (printed,) = citizen.asked(e.PrintPaper)
    assert NUMBER in str(printed.data)


def test_it_is_kept_without_a_network_by_number_and_code(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract", "door.progress", "option.supplement", "option.number")
    citizen.happen(e.KeyPressed(NUMBER), e.Acted("go"), e.KeyPressed("ABC234"), e.Acted("go"))
    assert page_name(citizen) == "supplement.item"
    citizen.happen(e.Chose(SHOP), e.Chose("premises-lease"))
    scan_all(citizen)
    citizen.touch("main")
    (keep,) = citizen.asked(e.KeepRecord)
    assert isinstance(keep.record, SupplementGiven)
    assert (keep.record.case_number, keep.record.code) == (NUMBER, "ABC234")
    assert page_name(citizen) == "supplement.kept"


def test_what_may_come_later_is_published_and_printed(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract", "door.progress", "option.supplement", "option.list")
    tolerant = [one for one in ITEMS.values() if one.tolerance is not None]
    assert tolerant
    assert tolerant[0].title["zh-Hans"] in citizen.leaves()
    citizen.happen(e.Chose(SHOP))
    shown = citizen.leaves()
    assert "租赁合同" in shown
    assert "15 个工作日" in shown
    citizen.happen(e.WentBack(), e.Acted("print"))
    (printed,) = citizen.asked(e.PrintPaper)
    assert "租赁合同" in str(printed.data)


@contextmanager
def a_centre(folder: Path) -> Iterator[Running]:
    yield from start(write_config(folder))


def filed(running: Running, terminal: TerminalDouble, **more: Any) -> Any:  # noqa: ANN401 - any field of a case
    holder = Holder("resident", ZHANG.name, ZHANG.id_number, "男", "汉", "1990-01-01", "", "", None, None)
    content = CaseContent(holder, {})
    one = terminal.file_case(ItemKind.FILING, content, running.sealing(), item=SHOP, **more)
    running.push(terminal, Lane.CASES, len(terminal.lanes[Lane.CASES]))
    running.judged()
    return one


def receipt(running: Running, terminal: TerminalDouble, case_id: str, code: str) -> None:
    """The paper with the case's verification code."""
    body = DocumentReported(
        case_id, f"d-{code}", f"S{code}", code, "receipt", 1, 1, 1, "ab" * 32, "printed", "pages", "", local_now()
    )
    terminal.file(body, Lane.CASES)
    running.push(terminal, Lane.CASES, len(terminal.lanes[Lane.CASES]))
    running.judged()


def page(running: Running, one: Any) -> str:  # noqa: ANN401 - a case
    return running.client.get(f"/cases/{one.case_id}").text


def token(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found
    return found[1]


@pytest.mark.slow
def test_a_paper_is_taken_once_from_terminal_window_and_phone(tmp_path: Path) -> None:
    with a_centre(tmp_path) as running:
        terminal = running.enter(TerminalDouble())
        publish(running, item(SHOP))
        running.log_in()
        assert "租赁合同" in running.client.get("/tolerance").text
        missing = {"missing": ("premises-lease",), "missing_until": "2027-01-31"}
        at_terminal, at_window, by_phone = (filed(running, terminal, **missing) for _ in range(3))
        # at a terminal: the same record twice is one, and completes the case
        receipt(running, terminal, at_terminal.case_id, "ABC234")
        given = SupplementGiven(
            "s-1", at_terminal.case_number, ("premises-lease",), at_terminal.filed_at, "zh-Hans", "ABC234"
        )
        for _ in range(2):
            terminal.file(given, Lane.RATINGS, record_id="s-1")
            running.push(terminal, Lane.RATINGS, len(terminal.lanes[Lane.RATINGS]))
        running.judged()
        assert running.query("SELECT count(*) FROM supplements") == [(1,)]
        # at a window
        form = {"csrf": token(page(running, at_window)), "paper_premises-lease": "1", "reason": "带来了原件"}
        running.client.post(f"/cases/{at_window.case_id}/supplement", data=form)
        assert "带来了原件" in page(running, at_window)
        # by phone
        receipt(running, terminal, by_phone.case_id, "XYZ789")
        phone = running.client.get("/supplement").text
        who = {"csrf": token(phone), "number": by_phone.case_number, "code": "XYZ789"}
        wrong = running.client.post("/supplement", data=who | {"code": "WRONG2"}, files={"none": b""})
        assert wrong.status_code == 404
        asked = running.client.post("/supplement", data=who, files={"none": b""}).text
        assert "租赁合同" in asked
        once = re.search(r'name="once" value="([^"]+)"', asked)
        assert once
        for _ in range(2):
            files = {"premises-lease": ("a.jpg", JPEG, "image/jpeg")}
            assert running.client.post("/supplement", data=who | {"once": once[1]}, files=files).status_code == 200
        assert running.query("SELECT count(*) FROM supplement_pictures") == [(1,)]
        assert str(JPEG[:8])[2:-1] not in str(running.query("SELECT sealed FROM supplement_pictures"))
        upkeep.settle(running.centre)
        steps = running.query("SELECT case_id, step FROM case_steps ORDER BY id")
        assert sorted(steps) == sorted((one.case_id, "completed") for one in (at_terminal, at_window, by_phone))
        # what came with a wrong code waits for staff, and what is no picture is not taken
        doubtful = filed(running, terminal, **missing)
        receipt(running, terminal, doubtful.case_id, "QQQ222")
        terminal.file(
            SupplementGiven("s-2", doubtful.case_number, ("premises-lease",), doubtful.filed_at, "zh-Hans", "WRONG2"),
            Lane.RATINGS,
            record_id="s-2",
        )
        running.push(terminal, Lane.RATINGS, len(terminal.lanes[Lane.RATINGS]))
        running.judged()
        upkeep.settle(running.centre)
        assert "对不上" in page(running, doubtful)
        assert (doubtful.case_id, "completed") not in running.query("SELECT case_id, step FROM case_steps")


# --- BJ-19, BJ-20 ----------


@pytest.mark.slow
def test_how_the_result_is_given_is_chosen_and_no_address_stays_here(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.choices = {"delivery": "post", "certificate": "yes", "ask.premises": "rented"}
    citizen.begin(SHOP)
    citizen.go_on("filing.delivery")
    shown = citizen.leaves()
    for way in ("到窗口领取", "自助取件柜", "邮寄到家", "免费"):
        assert way in shown
    citizen.go_on("filing.certificate")
    assert "不收费" in citizen.leaves()
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert (save.filed.delivery, save.filed.certificate) == ("post", True)
    told = dict(save.answers)
    assert told["post_address"]
    assert told["post_address"] not in repr(save.filed)
    assert told["certificate"] == "yes"


@pytest.mark.slow
def test_staff_enter_the_waybill_and_the_citizen_sees_where_it_is(visit: MakeVisitor, tmp_path: Path) -> None:
    with departments() as outside, centre_with(tmp_path, outside.url) as running:
        terminal = running.enter(TerminalDouble())
        publish(running, item(SHOP))
        running.log_in()
        one = filed(running, terminal, delivery="post")
        shown = page(running, one)
        assert "免费寄送" in shown
        form = {
            "csrf": token(shown),
            "waybill": "1234 5678 9001",
            "sent_on": "2026-11-20",
            "sender_unit": "市场监督管理局",
            "sender": "李四",
            "grade": "满意",
        }
        bad = running.client.post(f"/cases/{one.case_id}/delivery", data=form | {"waybill": "短"})
        assert "8 到 30 位" in bad.text
        running.client.post(f"/cases/{one.case_id}/delivery", data=form)
        for text in ("123456789001", "市场监督管理局", "满意"):
            assert text in page(running, one)
        asked = q.CasesAsked(q.Person(ZHANG.name, ZHANG.id_number))
        found = at_centre(running, asked)
        assert isinstance(found, q.CasesFound)
        posted = found.cases[0].posted
        assert posted is not None
        assert posted.free
        assert posted.moves
        assert not posted.stale
        heard = outside.told()["asked"][-1]
        assert heard["call"] == "track"
        outside.be("down", "courier")
        running.clock.forward(minutes=30)
        again = at_centre(running, asked)
        assert isinstance(again, q.CasesFound)
        assert again.cases[0].posted is not None
        assert again.cases[0].posted.moves == posted.moves, "the last that is known"
        assert again.cases[0].posted.stale
    citizen = at_progress(visit, case(posted=posted))
    shown = citizen.leaves()
    for text in ("123456789001", "已收寄", "免费寄送", "到达"):
        assert text in shown


def test_a_courier_that_is_silent_is_told_with_the_age_of_its_last_word(visit: MakeVisitor) -> None:
    moves = (Movement("2026-11-21T09:00:00+08:00", {"zh-Hans": "到达"}, "西安市高陵区营业部"),)
    posted = Posted("EX123456789", "市场监督管理局", "2026-11-20", True, moves, "2026-11-21T10:30+08:00", True)
    shown = at_progress(visit, case(posted=posted)).leaves()
    assert "没有回音" in shown
    assert "11月21日" in shown
    assert "高陵区营业部" in shown
    never = Posted("EX123456789", "市场监督管理局", "2026-11-20", False, stale=True)
    assert "还没有回音" in at_progress(visit, case(posted=never)).leaves()


# --- BJ-31 ----------


@pytest.mark.slow
def test_bills_are_scanned_for_a_claim_and_its_payment_is_seen(visit: MakeVisitor, tmp_path: Path) -> None:
    with departments() as outside, centre_with(tmp_path, outside.url) as running:

        class Real:
            """The departments behind a real line."""

            def __call__(self, question: q.Question) -> q.Answer:
                return at_centre(running, question)

        citizen = visit()
        citizen.world.department = Real()
        citizen.begin(CLAIM)
        citizen.go_on("filing.paper.medical-bills.scan")
        citizen.go_on("filing.after")
        assert "BX" in citizen.leaves()
        citizen.go_on("result")
        (save,) = citizen.asked(e.SaveCase)
        assert dict(save.answers)["paper.medical-bills"].startswith("scan C")
        acted = citizen.questions(q.DepartmentToldToAct)
        assert [(one.connector, one.act) for one in acted] == [("medical_insurance", "claim")]
        assert "hospital" in acted[0].args
        assert outside.told()["done"] == {acted[0].act_id: 1}
        asked = visit()
        asked.world.department = Real()
        asked.begin("medical-claims")
        asked.happen(e.Acted("agree"))
        asked.happen(e.CardRead(VISIT, citizen.journey.holder or HOLDER), e.PersonConfirmed())
        assert page_name(asked) == "query.found"
        shown = asked.leaves()
    assert "已收件" in shown
    assert "预计到账" in shown


# --- BJ-32 ----------


def test_one_application_gives_a_set_and_each_licence_is_named(visit: MakeVisitor) -> None:
    given = ITEMS[SHOP].results
    assert len(given) == 3
    ready = {"zh-Hans": "可以领取"}
    stands = case(licences=tuple(Licence(one.name, ready, f"N-{at}") for at, one in enumerate(given)))
    shown = at_progress(visit, stands).leaves()
    for at, one in enumerate(given):
        assert one.name["zh-Hans"] in shown
        assert f"N-{at}" in shown
    things = tuple(
        q.Pickup(f"p{at}", one.name, "", 0, "2026-12-20", {}, f"{one.connector}/{one.document}")
        for at, one in enumerate(given)
    )
    issued = (
        q.DocumentIssued(f"ZZ-{at}", f"CODE{at}", "", "2026-11-22T10:00:00+08:00", "query", {"title": "x"})
        for at in range(3)
    )
    citizen = visit({q.PickupsAsked: q.PickupsFound(things)})
    citizen.touch("attract", "door.pickup", "option.card")
    citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    for thing, document in zip(things, issued, strict=True):
        citizen.said[q.DocumentWanted] = document
        assert page_name(citizen) == "pickup.things"
        citizen.happen(e.Chose(thing.pickup_id))
        citizen.happen(e.Acted("more"))
    printed = [dict(one.data)["serial"] for one in citizen.asked(e.PrintPaper)]
    assert printed == ["ZZ-0", "ZZ-1", "ZZ-2"], "each with a serial of its own"


@pytest.mark.slow
def test_each_licence_lies_ready_and_is_printed_as_the_department_issued_it(tmp_path: Path) -> None:
    with departments() as outside, centre_with(tmp_path, outside.url) as running:
        terminal = running.enter(TerminalDouble())
        publish(running, item(SHOP))
        running.log_in()
        one = filed(running, terminal)
        who = q.Person(ZHANG.name, ZHANG.id_number)
        assert isinstance(at_centre(running, q.CasesAsked(who)), q.CasesFound)
        for licence in ITEMS[SHOP].results:
            form = {"csrf": token(page(running, one)), "code": licence.code, "serial": f"N-{licence.code}"}
            running.client.post(f"/cases/{one.case_id}/licence", data=form)
        found = at_centre(running, q.CasesAsked(who))
        assert isinstance(found, q.CasesFound)
        assert [licence.serial for licence in found.cases[0].licences] == [
            f"N-{licence.code}" for licence in ITEMS[SHOP].results
        ]
        ready = at_centre(running, q.PickupsAsked(who))
        assert isinstance(ready, q.PickupsFound)
        assert len(ready.pickups) == 3
        serials = set()
        for at, thing in enumerate(ready.pickups):
            wanted = q.DocumentWanted(
                f"d-{at}", "", "pickups", thing.document, who, {"pickup": thing.pickup_id, "code": ""}
            )
            document = at_centre(running, wanted)
            assert isinstance(document, q.DocumentIssued), document
            serials.add(document.serial)
            stranger = at_centre(
                running,
                q.DocumentWanted(
                    f"x-{at}", "", "pickups", thing.document, q.Person("李四", "610117198502024321"), wanted.args
                ),
            )
            assert isinstance(stranger, q.Refused)
        assert len(serials) == 3


def test_the_receipt_names_every_licence() -> None:
    stored = StoredCase(
        "c", NUMBER, "D1-001", "D", "2026-11-22", "2026-11-22T14:05:09+08:00", "p", PrintState.PRINTED,
        "2026-11-23", ItemKind.FILING, SHOP, 1, "个体工商户设立登记", "张*", "zh-Hans",
    )  # fmt: skip
    document = StoredDocument("d", "S1", "ABCD1234", "receipt", 1, None, PrintState.SENT, 1, None, stored)
    told = "\n".join(receipt_paper.plain(receipt_paper.content(document, ITEMS[SHOP], SITE)))
    for licence in ITEMS[SHOP].results:
        assert licence.name["zh-Hans"] in told


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A centre inside a test leaves no log handler behind."""
    yield
    root = logging.getLogger()
    for handler in [kept for kept in root.handlers if type(kept) is logging.StreamHandler]:
        root.removeHandler(handler)
