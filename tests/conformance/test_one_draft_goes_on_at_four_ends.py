"""One draft and one number at terminal, phone, computer and window, begun at any of them (ZZ-11)."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central.drafts import fields
from contract import questions as q
from contract.drafts import DraftContent
from kiosk import services
from kiosk.journey import events as e
from kiosk.journey.services.filing import drafting
from tests.central.conftest import AUTHORITY, Running, start, write_config
from tests.central.services import ZHANG, item, publish, put
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, VISIT

SLUG = "flexible-employment-insurance"


@contextmanager
def a_centre(folder: Path) -> Iterator[Running]:
    for running in start(write_config(folder, public_url=f"http://{AUTHORITY}")):
        publish(running, item(SLUG))
        yield running


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A centre inside a test leaves no log handler behind."""
    yield
    root = logging.getLogger()
    for handler in [kept for kept in root.handlers if type(kept) is logging.StreamHandler]:
        root.removeHandler(handler)


def mark(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found, text
    return found[1]


def shown(text: str, place: str) -> str:
    found = re.search(rf'id="{place}">([^<]+)<', text)
    assert found, text
    return found[1].replace(" ", "")


def put_aside(visit: MakeVisitor, running: Running) -> tuple[Visitor, q.DraftHeld]:
    """A citizen at the terminal fills in half of it and agrees that it is kept."""
    citizen = visit()
    citizen.begin(SLUG)
    citizen.go_on("filing.form.mobile")
    (kept,) = ask_to_keep(citizen)
    held = put(running, kept)
    assert isinstance(held, q.DraftHeld)
    return citizen, held


def ask_to_keep(citizen: Visitor) -> list[q.DraftKept]:
    citizen.said[q.DraftKept] = q.Unavailable("down")
    citizen.happen(e.Acted(drafting.DRAFT), e.Acted(drafting.AGREE))
    return citizen.questions(q.DraftKept)[-1:]


def go_on_at_terminal(visit: MakeVisitor, running: Running, code: str, who: q.Person | None) -> Visitor:
    """The code is typed; what the centre holds comes back and the filing goes on."""
    found = put(running, q.DraftAsked(code, who))
    citizen = visit({q.DraftAsked: found})
    citizen.touch("attract", "door.progress", "option.draft")
    citizen.happen(*(e.KeyPressed(letter) for letter in code), e.Acted("ask"))
    if page_name(citizen) == "card":
        citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    return citizen


def held_at(running: Running, code: str, who: q.Person | None = None) -> DraftContent:
    found = put(running, q.DraftAsked(code, who))
    assert isinstance(found, q.DraftFound), found
    return msgspec.json.decode(found.content, type=DraftContent)


@pytest.mark.slow
def test_begun_at_a_terminal_it_goes_on_by_phone_and_ends_at_a_window(  # noqa: PLR0915 - one way through the four ends
    visit: MakeVisitor, tmp_path: Path
) -> None:
    with a_centre(tmp_path) as running:
        citizen, held = put_aside(visit, running)
        citizen.said[q.DraftKept] = held
        citizen.happen(e.Acted(drafting.AGREE))
        glass = citizen.leaves()
        assert held.code in glass
        assert held.pin in glass, "the second thing a phone asks for"
        assert held.pin not in held.url, "and it is in no QR code"
        me = q.Person(HOLDER.name, HOLDER.id_number)
        # the phone: nothing without the PIN, nothing personal with it
        door = running.client.get(f"/draft/{held.code}").text
        form = {"csrf": mark(door, "csrf")}
        wrong = running.client.post(f"/draft/{held.code}", data=form | {"pin": "222222", "what": "open"})
        assert wrong.status_code == 403
        assert "缴费档次" not in wrong.text
        opened = running.client.post(f"/draft/{held.code}", data=form | {"pin": held.pin, "what": "open"}).text
        assert "缴费档次" in opened
        assert HOLDER.id_number not in opened
        said = form | {"pin": held.pin, "what": "keep", "f_mobile": "13900001111", "f_contribution": "base-100"}
        bad = running.client.post(f"/draft/{held.code}", data=said | {"f_mobile": "139"})
        assert bad.status_code == 422
        kept = running.client.post(f"/draft/{held.code}", data=said).text
        assert "已经保存" in kept
        assert "13900001111" not in kept
        assert "139****1111" in kept
        # the terminal sees what the phone said, under the same id
        told = dict(held_at(running, held.code, me).told)
        assert (told["mobile"], told["contribution"]) == ("13900001111", "base-100")
        assert "13900001111" not in str(running.query("SELECT sealed FROM drafts"))
        again = go_on_at_terminal(visit, running, held.code, me)
        assert "filing" in page_name(again)
        assert dict(again.filing.told)["mobile"] == "13900001111"
        assert ask_to_keep_id(again) == held.draft_id, "it stays one draft"
        # the window: a reason first, then a case
        running.log_in()
        token = mark(running.client.get("/drafts").text, "csrf")
        assert running.client.post("/drafts/open", data={"csrf": token, "code": held.code}).status_code == 422
        opened = running.client.post(
            "/drafts/open", data={"csrf": token, "code": held.code, "reason": "本人在窗口"}
        ).text
        assert "13900001111" in opened
        file = {"csrf": token, "code": held.code, "what": "file", "name": HOLDER.name}
        papers = {f"paper_{one}": "1" for one in re.findall(r'name="paper_([^"]+)"', opened)}
        other = running.client.post("/drafts/keep", data=file | papers | {"id_number": ZHANG.id_number})
        assert other.status_code == 422
        answers = {"f_employment": "own-business"}
        done = running.client.post("/drafts/keep", data=file | papers | answers | {"id_number": HOLDER.id_number})
        number = shown(done.text, "case-number")
        assert len(number) == 25
        running.judged()
        assert running.query("SELECT count(*) FROM cases WHERE terminal = 'window'") == [(1,)]
        assert running.query("SELECT reason FROM openings WHERE kind = 'draft'") == [("本人在窗口",)]
        # the same code leads to the case at every end, and it is filed once
        assert number in running.client.get(f"/draft/{held.code}").text
        assert put(running, q.DraftAsked(held.code, me)) == q.Refused("draft_filed")
        assert running.client.post("/drafts/keep", data=file | papers).status_code == 404
        found = put(running, q.CasesAsked(me))
        assert [one.case_number for one in found.cases] == [number]


def ask_to_keep_id(citizen: Visitor) -> str:
    """The id under which it would be kept again."""
    return citizen.filing.draft_of


@pytest.mark.slow
def test_begun_on_a_phone_or_at_a_window_it_goes_on_at_a_terminal(visit: MakeVisitor, tmp_path: Path) -> None:
    with a_centre(tmp_path) as running:
        begin = running.client.get("/begin").text
        form = {"csrf": mark(begin, "csrf")}
        assert running.client.post(f"/begin/{SLUG}", data=form).status_code == 422, "only with consent"
        begun = running.client.post(f"/begin/{SLUG}", data=form | {"agree": "yes"}).text
        code, pin = shown(begun, "code"), shown(begun, "pin")
        said = form | {"pin": pin, "what": "keep", "f_employment": "platform", "f_mobile": "13900001111"}
        running.client.post(f"/draft/{code}", data=said)
        citizen = go_on_at_terminal(visit, running, code, None)
        assert dict(citizen.filing.told)["employment"] == "platform"
        running.log_in()
        token = mark(running.client.get("/drafts").text, "csrf")
        window = running.client.post("/drafts/begin", data={"csrf": token, "item": SLUG, "agree": "yes"}).text
        code = mark(window, "code")
        running.client.post("/drafts/keep", data={"csrf": token, "code": code, "what": "keep", "f_employment": "other"})
        assert dict(go_on_at_terminal(visit, running, code, None).filing.told)["employment"] == "other"


@pytest.mark.slow
def test_a_case_filed_at_a_terminal_is_found_by_the_code_of_its_draft(visit: MakeVisitor, tmp_path: Path) -> None:
    with a_centre(tmp_path) as running:
        _, held = put_aside(visit, running)
        citizen = go_on_at_terminal(visit, running, held.code, q.Person(HOLDER.name, HOLDER.id_number))
        citizen.go_on("result")
        (save,) = citizen.asked(e.SaveCase)
        assert save.filed.draft == held.draft_id


@pytest.mark.slow
def test_a_phone_that_guesses_is_locked_and_the_window_is_not(visit: MakeVisitor, tmp_path: Path) -> None:
    with a_centre(tmp_path) as running:
        _, held = put_aside(visit, running)
        form = {"csrf": mark(running.client.get(f"/draft/{held.code}").text, "csrf"), "what": "open"}
        for _ in range(5):
            running.client.post(f"/draft/{held.code}", data=form | {"pin": "333333"})
        locked = running.client.post(f"/draft/{held.code}", data=form | {"pin": held.pin})
        assert locked.status_code == 403
        assert "太多" in locked.text
        running.log_in()
        token = mark(running.client.get("/drafts").text, "csrf")
        told = running.client.post("/drafts/open", data={"csrf": token, "code": held.code, "reason": "手机打不开"})
        assert told.status_code == 200


def test_what_a_phone_types_is_kept_as_a_terminal_keeps_it() -> None:
    shop = next(one for one in services.load().items if one.slug == "individual-business-registration")
    today = date(2026, 11, 22)
    chosen = {"premises": "rented", "trade": "retail", "staff": "2", "mobile": "13900001111"}
    form: dict[str, Any] = chosen | {"capital": "5000.5"}
    told, faults = fields.filled(shop, {}, form, today, full=False)
    assert (told, faults) == (chosen | {"capital": "500050"}, {})
    wrong = {"capital": "viel", "staff": "0", "trade": "dangerous"}
    assert set(fields.filled(shop, told, form | wrong, today, full=False)[1]) == set(wrong)
