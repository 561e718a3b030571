"""请人帮我 on both databases: it rings for whoever is on duty, goes on after a minute, and never ends in silence."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from central.help import rules, store, upkeep
from central.help.rules import Shift
from central.people import store as people
from contract.questions import HelpAsked, HelpStands
from tests.central.conftest import NAME, QUICK, Running
from tests.central.services import put

ZONE = ZoneInfo("Asia/Shanghai")
SHOWN = ("选择材料", "身份证号 610117********1234", "张*")


def asked(help_id: str = "h-1", **changes: object) -> HelpAsked:
    usual = {"help_id": help_id, "item": "real-estate-transfer", "page": "form", "shown": SHOWN}
    return HelpAsked(**(usual | changes))  # type: ignore[arg-type]


def on_duty(running: Running, *who: str) -> None:
    today = running.centre.today().isoformat()
    with running.centre.database.writing() as connection:
        for rank, name in enumerate(who):
            store.add_shifts(
                connection,
                [
                    Shift(f"{name}-{day}", rules.HELP, name, rank, day, "00:00", "24:00", today, None, "boss")
                    for day in range(1, 8)
                ],
            )


@pytest.fixture
def desk(embedded: Running) -> Running:
    on_duty(embedded, NAME, "second")
    embedded.log_in()
    return embedded


@pytest.fixture
def desk_on_each(running: Running) -> Running:
    on_duty(running, NAME, "second")
    running.log_in()
    return running


def ring(running: Running, **changes: object) -> HelpStands:
    found = put(running, asked(**changes))  # type: ignore[arg-type]
    assert isinstance(found, HelpStands)
    return found


def wait_a_minute(running: Running) -> HelpStands:
    """A terminal that waits asks again and again: it must not look silent to the centre's own rounds meanwhile."""
    running.clock.forward(seconds=30)
    ring(running)
    running.clock.forward(seconds=31)
    return ring(running)


def post(running: Running, path: str, **form: str) -> int:
    answer = running.client.post(path, data={"csrf": running.csrf()} | form, follow_redirects=False)
    return answer.status_code


def test_it_rings_is_answered_and_ends_with_an_outcome(desk_on_each: Running) -> None:
    assert ring(desk_on_each).state == "ringing"
    page = desk_on_each.client.get("/help").text
    assert f"正在呼叫 {NAME}" in page
    assert post(desk_on_each, "/help/calls/h-1/answer") == 303
    assert post(desk_on_each, "/help/calls/h-1/answer") == 409
    page = desk_on_each.client.get("/help/calls/h-1").text
    assert all(text in page for text in SHOWN)
    assert post(desk_on_each, "/help/calls/h-1/say", text="请把身份证放在读卡区") == 303
    assert post(desk_on_each, "/help/calls/h-1/say", text="  ") == 422
    found = ring(desk_on_each, seen=0)
    assert (found.state, found.helper, found.said) == ("answered", NAME, ("请把身份证放在读卡区",))
    assert post(desk_on_each, "/help/calls/h-1/end", outcome="solved") == 303
    assert ring(desk_on_each).state == "over"
    figures = desk_on_each.client.get("/help/figures").text
    assert re.search(r"60 秒内接听</div><div class=\"figure-value\">1", figures)


def test_unanswered_for_a_minute_it_rings_for_the_next_then_somebody_calls_back(desk_on_each: Running) -> None:
    ring(desk_on_each)
    assert wait_a_minute(desk_on_each).state == "ringing"
    assert "正在呼叫 second" in desk_on_each.client.get("/help").text
    wait_a_minute(desk_on_each)
    found = ring(desk_on_each, mobile="13812345678")
    assert found.state == "call_back"
    promised = datetime.fromisoformat(found.call_back_at)
    assert timedelta(minutes=28) < promised - desk_on_each.clock() < timedelta(minutes=31)
    assert "138****5678" in str(desk_on_each.query("SELECT masked_contact FROM help_calls"))
    assert "13812345678" not in str(desk_on_each.query("SELECT * FROM help_calls"))
    assert post(desk_on_each, "/help/calls/h-1/look", reason="回电") == 422, "only whoever has the call"
    assert post(desk_on_each, "/help/calls/h-1/answer") == 303
    opened = desk_on_each.client.post("/help/calls/h-1/look", data={"csrf": desk_on_each.csrf(), "reason": "回电"})
    assert "13812345678" in opened.text
    assert desk_on_each.query("SELECT kind, of_id, who, reason FROM openings") == [("help", "h-1", NAME, "回电")]
    assert post(desk_on_each, "/help/calls/h-1/end", outcome="unsolved") == 303
    with desk_on_each.centre.database.reading() as connection:
        found_figures = rules.figures(store.asked_since(connection, desk_on_each.clock() - timedelta(days=1)))
    assert (found_figures.call_backs, found_figures.call_backs_kept, found_figures.unsolved) == (1, 1, 1)


def test_where_nobody_is_on_duty_a_time_is_said_at_once(embedded: Running) -> None:
    found = ring(embedded)
    assert (found.state, found.call_back_at) == ("call_back", ""), "no shift is known: no time is invented"
    day = embedded.centre.today() + timedelta(days=1)
    with embedded.centre.database.writing() as connection:
        shift = Shift("s", rules.HELP, NAME, 0, day.isoweekday(), "09:00", "17:00", day.isoformat(), None, "boss")
        store.add_shifts(connection, [shift])
    promised = ring(embedded, help_id="h-2").call_back_at
    assert promised == datetime.combine(day, datetime.min.time(), embedded.centre.settings.zone).replace(
        hour=9, minute=15
    ).isoformat(timespec="minutes")


def test_a_number_that_was_left_readable_is_hidden_before_it_is_kept(desk: Running) -> None:
    ring(desk, shown=("号码 13812345678", "61011719900101123X 与 610117199001011234"))
    kept = str(desk.query("SELECT shown FROM help_calls"))
    assert not re.search(r"13812345678|61011719900101123", kept)


def test_a_terminal_that_went_silent_rings_for_nobody(desk: Running) -> None:
    ring(desk)
    ring(desk, help_id="h-2", mobile="13812345678")
    desk.clock.forward(seconds=30)
    upkeep.sweep(desk.centre)
    assert desk.query("SELECT DISTINCT state FROM help_calls") == [("ringing",)]
    desk.clock.forward(seconds=30)
    upkeep.sweep(desk.centre)
    rows = desk.query("SELECT help_id, state, outcome FROM help_calls ORDER BY help_id")
    assert rows == [("h-1", "over", "left"), ("h-2", "call_back", "")]


def test_a_terminal_that_asks_again_while_the_centre_makes_its_round_keeps_ringing(
    desk_on_each: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring(desk_on_each)
    ring(desk_on_each, help_id="h-2", mobile="13812345678")
    with desk_on_each.centre.database.reading() as connection:
        before = store.open_calls(connection)
    for _ in range(2):
        desk_on_each.clock.forward(seconds=30)
        for help_id in ("h-1", "h-2"):
            ring(desk_on_each, help_id=help_id)
    monkeypatch.setattr(store, "open_calls", lambda _: before)
    upkeep.sweep(desk_on_each.centre)
    assert desk_on_each.query("SELECT DISTINCT state FROM help_calls") == [("ringing",)]


def test_the_citizen_ends_it_and_the_first_word_stands(desk: Running) -> None:
    ring(desk)
    assert ring(desk, ended="solved").state == "over"
    ring(desk, ended="left")
    assert desk.query("SELECT outcome, ended_by FROM help_calls") == [("solved", "citizen")]
    assert post(desk, "/help/calls/h-1/answer") == 409


def test_negative_control_a_call_nobody_takes_never_counts_as_answered(desk: Running) -> None:
    ring(desk)
    with desk.centre.database.reading() as connection:
        found = rules.figures(store.asked_since(connection, desk.clock() - timedelta(days=1)))
    assert (found.calls, found.answered, found.in_a_minute, found.median_seconds) == (1, 0, 0, None)


def test_the_roster_is_kept_by_managers(embedded: Running) -> None:
    embedded.log_in()
    with embedded.centre.database.writing() as connection:
        people.set_user(connection, "second", QUICK.hash("Passw0rd!"), embedded.clock())
    form = {"post": "help", "who": "second", "stand_in": "yes", "starts": "08:00", "ends": "24:00", "day1": "yes"}
    form |= {"valid_from": "2026-01-01"}
    for change in ({"who": "nobody"}, {"post": "door"}, {"ends": "07:00"}, {"valid_from": "soon"}):
        assert post(embedded, "/help/roster", **(form | change)) == 422
    assert post(embedded, "/help/roster", **form) == 303
    [(shift_id,)] = embedded.query("SELECT shift_id FROM duty_shifts")
    page = embedded.client.get("/help/roster").text
    assert "second" in page
    assert "B 岗" in page
    assert post(embedded, f"/help/roster/{shift_id}/end") == 303


def test_the_post_rings_first_and_its_stand_in_after() -> None:
    monday = datetime(2026, 11, 23, 10, tzinfo=ZONE)
    shifts = [
        Shift("1", "help", "乙", 1, 1, "09:00", "17:00", "2026-01-01", None, ""),
        Shift("2", "help", "甲", 0, 1, "09:00", "17:00", "2026-01-01", None, ""),
        Shift("3", "help", "丙", 0, 1, "17:00", "24:00", "2026-01-01", None, ""),
        Shift("4", "urgent", "丁", 0, 1, "00:00", "24:00", "2026-01-01", None, ""),
        Shift("5", "help", "戊", 0, 1, "09:00", "17:00", "2026-01-01", "2026-11-22", ""),
    ]
    assert rules.on_duty(shifts, "help", monday, ZONE) == ["甲", "乙"]
    assert rules.on_duty(shifts, "help", monday.replace(hour=20), ZONE) == ["丙"]
    assert rules.on_duty(shifts, "help", monday + timedelta(days=1), ZONE) == []
