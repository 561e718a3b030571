"""One ticket for several things, any qualified window, a stand-in for whoever is away (JH-12, 13, 14): on the real
pages of windows and on the hall's screen.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from central.people import store as people
from contract.envelope import Lane
from contract.messages import CaseFiled
from tests.central.conftest import PASSWORD, password_hash
from tests.central.screens.hall_screens import make
from tests.conformance.clerk import Clerk, clerk

HALL = "长安大厅"
JOINT = ("water-account", "gas-account")


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """A manager, and two who sit at windows."""
    for one in clerk(tmp_path):
        centre = one.running.centre
        with centre.database.writing() as connection:
            for name in ("甲", "乙"):
                people.set_user(connection, name, password_hash(), centre.clock())
        yield one


def window(staff: Clerk, code: str, serves: str) -> str:
    """A window as the manager makes it; its id."""
    status, _ = staff.sends("/windows", hall=HALL, code=code, skills=serves, name="综合窗口")
    assert status == 303
    page = staff.running.client.get("/windows", params={"hall": HALL}).text
    found = {
        number: window_id for window_id, number in re.findall(r'<option value="(w[0-9a-f]+)">(\S+) 综合窗口', page)
    }
    return str(found[code])


def as_(staff: Clerk, name: str) -> None:
    staff.running.client.cookies.clear()
    assert staff.running.log_in(name, PASSWORD) == 303


def sit(staff: Clerk, name: str, window_id: str, state: str = "on") -> None:
    as_(staff, name)
    assert staff.sends("/window/sign", window=window_id, state=state)[0] == 303


def taken(staff: Clerk, **changes: Any) -> CaseFiled:  # noqa: ANN401 - any field of a case
    case = staff.terminal.file_case(**changes)
    staff.arrive(Lane.NUMBERS)
    return case


def press(staff: Clerk, do: str, case: CaseFiled | None = None) -> str:
    """One act, and what the page says then."""
    case_id = case.case_id if case else ""
    answer = staff.running.client.post(
        "/window/act", data={"csrf": staff.running.csrf(), "do": do, "case_id": case_id}, follow_redirects=False
    )
    return staff.page(answer.headers["location"])


def done(staff: Clerk, case: CaseFiled, item: str) -> None:
    assert staff.sends("/window/item-done", do="item", case_id=case.case_id, item=item)[0] == 303


def test_a_ticket_for_several_things_shows_them_all_and_closes_with_the_last(staff: Clerk) -> None:
    sit(staff, "甲", window(staff, "3", "A"))
    case = taken(staff, joint=JOINT)
    page = press(staff, "next")
    assert case.item_title in page
    for item in JOINT:
        assert item in page, "every thing of the ticket is on the page of its window"
    press(staff, "came", case)
    for item in (case.item, *JOINT):
        assert "还有没办好的事" in press(staff, "finish", case)
        done(staff, case, item)
    assert "窗口空闲" in press(staff, "finish", case)
    assert "办完" in staff.page("/queue")


def test_a_thing_that_is_added_at_the_window_keeps_the_ticket_open_too(staff: Clerk) -> None:
    staff.publish("individual-business-registration")
    sit(staff, "甲", window(staff, "3", "A"))
    case = taken(staff)
    press(staff, "next")
    press(staff, "came", case)
    assert "加办" in staff.page("/window/more")
    assert staff.sends("/window/add", case_id=case.case_id, item="individual-business-registration")[0] == 303
    assert "还有没办好的事" in press(staff, "finish", case)
    done(staff, case, case.item)
    done(staff, case, "individual-business-registration")
    assert "窗口空闲" in press(staff, "finish", case)


def test_any_window_that_can_calls_one_queue_and_one_that_cannot_calls_nobody(staff: Clerk) -> None:
    three, five, item_only = window(staff, "3", "A"), window(staff, "5", "A B"), window(staff, "7", "tax-certificate")
    first, second = taken(staff), taken(staff)
    third = taken(staff, queue="C", number="C1-901", item="tax-certificate")
    for name, place, case in (("甲", three, first), ("乙", five, second)):
        sit(staff, name, place)
        assert case.number in press(staff, "next"), "two windows call one queue, in its order"
    as_(staff, "甲")
    press(staff, "came", first)
    press(staff, "finish", first)
    assert "没有人在等本窗口能办的事" in press(staff, "next"), "nobody waits for what it serves, though somebody waits"
    sit(staff, "甲", three, "off")
    sit(staff, "甲", item_only)
    assert third.number in press(staff, "next"), "by its item, whatever its queue is called"


def test_who_is_away_is_stood_in_for_by_itself_and_the_screen_says_so(staff: Clerk) -> None:
    three, five = window(staff, "3", "C"), window(staff, "5", "A")
    screen = make(staff.running)
    post = {"window": three, "stand_in_window": five, "weekday": "0", "starts": "00:00", "ends": "23:59"}
    assert staff.sends("/windows/posts", **post, first_name="甲", stand_in_name="乙")[0] == 303
    case = taken(staff, queue="C", number="C1-902")
    sit(staff, "甲", three)
    sit(staff, "乙", five)
    assert "没有人在等" in press(staff, "next")
    as_(staff, "甲")
    staff.sends("/window/sign", window=three, state="break")
    as_(staff, "乙")
    assert "正在代办 3 号窗口" in staff.page("/window")
    assert "3 号窗口暂时无人，请到 5 号窗口办理" in staff.running.client.get(f"{screen}/state").text
    assert case.number in press(staff, "next")
    sit(staff, "甲", three)
    assert "3 号窗口暂时无人" not in staff.running.client.get(f"{screen}/state").text
