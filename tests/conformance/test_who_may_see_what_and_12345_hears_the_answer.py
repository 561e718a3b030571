"""Security and privacy (AQ-01) and work orders of 12345 (TS-08), on the real pages and the real screen."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pyotp
import pytest

from central.hotline import exchanging, protocol
from central.hotline.protocol import WorkOrder
from central.hotline.simulator.program import HotlineProgram, World
from central.people import store as people
from central.people.rights import Role
from central.settings import HotlineSettings
from contract.envelope import Lane
from contract.messages import CaseContent, Holder
from kiosk.journey import events as e
from tests.central.conftest import NAME, PASSWORD, Running, password_hash, start, token_of, write_config
from tests.central.terminal_double import TerminalDouble
from tests.conformance.clerk import words
from tests.conformance.conftest import MakeVisitor
from tests.screens.album import HOLDER, NUMBER, SITE, VISIT
from tests.waiting import until

KEY = b"a key both have"
ORDER = WorkOrder("12345-7001", "投诉", "2026-11-22T09:00:00+08:00", "等了三个小时", "张三", "13812345678")
SECRET = "610117199001011234"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Running]:
    yield from start(write_config(tmp_path))


def become(running: Running, name: str, *roles: Role) -> str:
    """Log in as somebody of these roles; where the answer leads."""
    with running.centre.database.writing() as connection:
        if not people.exists(connection, name):
            people.set_user(connection, name, password_hash(), running.clock(), roles=roles)
    running.client.cookies.clear()
    form = {"csrf": token_of(running.client.get("/login").text), "name": name, "password": PASSWORD}
    return str(running.client.post("/login", data=form, follow_redirects=False).headers["location"])


def send(running: Running, path: str, page: str = "", **form: str) -> int:
    token = token_of(running.client.get(page or path).text)
    return running.client.post(path, data={"csrf": token} | form, follow_redirects=False).status_code


def prove(running: Running) -> str:
    """Set the second factor up; the code that was used."""
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', running.client.get("/account/second-factor").text)
    assert secret
    code = pyotp.TOTP(secret[1].replace(" ", "")).generate_otp(int(running.clock().timestamp()) // 30)
    assert send(running, "/account/second-factor", code=code) == 200
    return code


def test_each_sees_what_their_work_needs_and_nothing_else(embedded: Running) -> None:
    assert become(embedded, "guide", Role.GUIDE) != "/login"
    assert embedded.client.get("/help").status_code == 200
    for path in ("/cases", "/payments", "/complaints", "/accounts", "/audit", "/exports"):
        assert embedded.client.get(path).status_code == 403, path
    assert become(embedded, "editor", Role.CATALOGUE_EDITOR)
    assert (embedded.client.get("/items").status_code, embedded.client.get("/cases").status_code) == (200, 403)


def test_administration_takes_two_people_and_a_second_factor_that_is_good_once(embedded: Running) -> None:
    assert become(embedded, "sys", Role.SYSTEM_ADMIN) == "/account/second-factor"
    code = prove(embedded)
    assert send(embedded, "/accounts", name="new") == 200
    assert become(embedded, "sys") == "/account/code"
    assert send(embedded, "/account/code", code=code) == 401
    assert become(embedded, "sec", Role.SECURITY_ADMIN) == "/account/second-factor"
    prove(embedded)
    both = {"role.window": "1", "role.audit_admin": "1", "halls": "all"}
    assert send(embedded, "/accounts/new/grant", "/accounts/new", **both) == 422
    assert send(embedded, "/accounts", name="mine") == 403


def test_what_is_personal_is_sealed_and_every_look_and_act_is_in_a_chain_nobody_can_mend(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    holder = Holder("resident", "张三", SECRET, "", "", None, "", "", None, None)
    case = terminal.file_case(content=CaseContent(holder, {}), keys=embedded.sealing())
    embedded.push(terminal, Lane.NUMBERS)
    embedded.judged()
    assert become(embedded, NAME)
    assert SECRET not in embedded.client.get(f"/cases/{case.case_id}").text
    assert SECRET not in repr(embedded.query("SELECT raw FROM envelopes"))
    page = f"/cases/{case.case_id}"
    assert send(embedded, f"{page}/look", page, reason="核对电话") == 200
    assert become(embedded, "aud", Role.AUDIT_ADMIN)
    prove(embedded)
    shown = words(embedded.client.get("/audit?check=1").text)
    assert "核对电话" in shown
    assert "审计链完整" in shown
    assert embedded.client.get(page).status_code == 403
    with embedded.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_log SET who = 'nobody' WHERE seq = 2")
    assert "审计链在第 2 条处断开" in words(embedded.client.get("/audit?check=1").text)


@pytest.fixture
def hotline(embedded: Running, tmp_path: Path) -> Iterator[HotlineProgram]:
    program = HotlineProgram(KEY)
    program.start()
    (tmp_path / "hotline.key").write_bytes(KEY)
    settings = HotlineSettings(url=program.url, key_file=str(tmp_path / "hotline.key"))
    embedded.centre.settings = msgspec.structs.replace(embedded.centre.settings, hotline=settings)
    yield program
    program.stop()


def test_an_order_of_12345_is_answered_by_staff_and_the_hotline_hears_it(
    embedded: Running, hotline: HotlineProgram
) -> None:
    said = msgspec.json.encode(World(orders=(ORDER,)))
    httpx.post(f"{hotline.url}/_world", content=said, trust_env=False).raise_for_status()
    exchanging.round_of(embedded.centre)
    embedded.judged()
    assert embedded.log_in() == 303
    assert ORDER.order_number in words(embedded.client.get("/hotline").text)
    [(complaint_id,)] = embedded.query("SELECT complaint_id FROM complaints")
    page = f"/complaints/{complaint_id}"
    assert send(embedded, f"{page}/answer", page, answer="窗口已经加开，向您致歉。") == 303

    def answers() -> list[str]:
        embedded.clock.forward(minutes=10)
        exchanging.round_of(embedded.centre)
        return [one.words for one in hotline.statuses.values() if one.status == protocol.ANSWERED]

    until(lambda: answers() == ["窗口已经加开，向您致歉。"], "the answer at the hotline", 20)
    assert ORDER.contact not in json.dumps(embedded.query("SELECT number, masked_contact FROM complaints"))


def test_the_number_of_the_hotline_is_on_every_page(visit: MakeVisitor) -> None:
    citizen = visit(site=msgspec.structs.replace(SITE, supervision_phone="12345"))
    for touched in (None, e.Started(), e.ItemChosen(NUMBER), e.DifficultyOpened(), e.OverlayClosed(), e.ItemBegun()):
        if touched is not None:
            citizen.booth.happen(touched)
        assert "12345" in citizen.glance()
    citizen.booth.happen(e.CardRead(VISIT, HOLDER))
    assert "12345" in citizen.glance()
