"""The trace of a case on the public site: with number and code alone, masked, not kept by browsers, not guessed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.identity.knocks import BY_ADDRESS, Knocks
from central.progress import store as progress
from central.progress.rules import Did, Step
from central.trace import phone
from central.web import doorstep
from tests.central.conftest import token_of
from tests.conformance.clerk import SHOP, ZHANG, Clerk, clerk, words

CODE = "K7Q29FMX"


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    for one in clerk(tmp_path):
        clock = one.running.clock
        for module, name in ((doorstep, "_knocks"), (phone, "_of_number")):
            monkeypatch.setattr(module, name, Knocks(lambda clock=clock: clock().timestamp()))  # type: ignore[misc]
        yield one


def read(staff: Clerk, number: str, code: str, lang: str = "zh-Hans") -> tuple[int, str]:
    client = staff.running.client
    token = token_of(client.get(f"/my-case?lang={lang}").text)
    answer = client.post(f"/my-case?lang={lang}", data={"csrf": token, "number": number, "code": code})
    return answer.status_code, words(answer.text)


def test_number_and_code_open_what_was_done_and_nothing_of_anybody_else(staff: Clerk) -> None:
    case = staff.filed(SHOP)
    staff.receipt(case, CODE)
    number = str(staff.running.query("SELECT case_number FROM cases")[0][0])
    with staff.running.centre.database.writing() as connection:
        at = staff.running.clock()
        progress.add_step(connection, case, Step(Did.ACCEPTED, "材料齐全，电话13812345678", "boss", at))
    staff.sends(f"/cases/{case}/look", reason="核对材料")
    staff.running.client.cookies.clear()
    status, shown = read(staff, number.lower(), f"{CODE[:4]}-{CODE[4:].lower()}")
    assert status == 200
    for line in (number, "张*", "已受理", "工作人员 boss 查看了您的材料", "核对材料"):
        assert line in shown, line
    for personal in (ZHANG.name, ZHANG.id_number, "13812345678"):
        assert personal not in shown, personal
    assert "looked at your papers" in read(staff, number, CODE, "en")[1]
    wrong = [read(staff, number, "K7Q29FMY"), read(staff, number[:-1] + "9", CODE), read(staff, number, "")]
    assert [status for status, _ in wrong] == [404, 404, 404]
    assert len({re.sub(r"[0-9A-Z]{20,}", "", text) for _, text in wrong}) == 1
    assert "已受理" not in wrong[0][1]
    page = staff.running.client.get("/my-case")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"


def test_a_code_is_not_guessed_and_a_form_of_another_site_is_refused(staff: Clerk) -> None:
    tries = [read(staff, "6101160001202611230000001", f"AAAA{at}")[0] for at in range(BY_ADDRESS + 1)]
    assert tries == [404] * BY_ADDRESS + [429]
    staff.running.clock.forward(minutes=2)
    assert read(staff, "6101160001202611230000001", "AAAA")[0] == 404
    data = {"csrf": "of-another-site", "number": "1", "code": "1"}
    assert staff.running.client.post("/my-case", data=data).status_code == 403
