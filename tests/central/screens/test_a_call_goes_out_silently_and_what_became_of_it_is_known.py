"""静音叫号: what a screen is told, who is heard when, and what is written beside each call (JH-01)."""

from datetime import UTC, datetime, timedelta

import pytest

from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.rows.store import Asked
from central.queue.rules import Number
from central.screens import rules, upkeep
from central.screens.rules import Channel, Delivery, Kind, Malformed, Outcome, Screen, VoiceHour
from tests.central.conftest import Running
from tests.central.queue.hall import HALL, act, call, open_window, take
from tests.central.screens.hall_screens import all_day, make
from tests.central.terminal_double import TerminalDouble

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def hour(zone: str, starts: str, ends: str, volume: int, weekdays: str = "12345") -> VoiceHour:
    return VoiceHour(
        rule_id=f"{zone}{starts}",
        hall="",
        zone=zone,
        weekdays=weekdays,
        starts=starts,
        ends=ends,
        volume=volume,
        by_whom="",
        at=MONDAY,
    )


def screen(zone: str, kind: Kind = Kind.CALLS) -> Screen:
    return Screen(screen_id="s", kind=kind, hall="", zone=zone, window_code="", title="", made_by="", made_at=MONDAY)


def test_a_zone_is_silent_but_in_its_hours() -> None:
    hours = [hour("", "09:00", "12:00", 40), hour("东区", "09:30", "11:00", 70), hour("东区", "10:30", "11:00", 0)]
    at = [rules.volume(hours, "东区", MONDAY + timedelta(minutes=minutes)) for minutes in (-90, -45, 0, 45, 90, 120)]
    assert at == [0, 40, 70, 0, 40, 0]
    assert rules.volume(hours, "西区", MONDAY) == 40
    assert rules.volume(hours, "东区", MONDAY + timedelta(days=5)) == 0, "Saturday"
    assert rules.volume([], "", MONDAY) == 0, "without a rule nobody is spoken to"


def test_a_call_belongs_on_the_screens_of_its_zone() -> None:
    assert [rules.hears(screen(zone), "东区") for zone in ("", "东区", "西区")] == [True, True, False]
    assert rules.hears(screen("东区"), ""), "a window without a zone is everybody's"
    assert not rules.hears(screen("", Kind.WALL), "东区")


def test_a_screen_that_says_nothing_has_not_shown_it() -> None:
    given = Delivery("c", Channel.SCREEN, "s", Outcome.GIVEN, MONDAY)
    assert rules.settled(given, MONDAY + timedelta(seconds=29)) is Outcome.GIVEN
    assert rules.settled(given, MONDAY + timedelta(seconds=31)) is Outcome.FAILED
    sms = Delivery("c", Channel.SMS, "", Outcome.GIVEN, MONDAY)
    assert rules.settled(sms, MONDAY + timedelta(hours=1)) is Outcome.GIVEN, "a gateway has its own time"


def test_what_is_said_is_said_digit_by_digit() -> None:
    assert rules.spoken("A1-017", "5") == "请 A 一 零 一 七 号，到 5 号窗口。"


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"starts": "12:00", "ends": "09:00"}, "hours_wrong"),
        ({"weekdays": "89"}, "weekdays_missing"),
        ({"volume": "101"}, "volume_wrong"),
        ({"starts": "9 Uhr"}, "clock_wrong"),
        ({"zone": "a/b"}, "zone_wrong"),
    ],
)
def test_a_wrong_hour_is_refused(changed: dict[str, str], key: str) -> None:
    form = {"starts": "09:00", "ends": "12:00", "weekdays": "12345", "volume": "60", "zone": ""} | changed
    with pytest.raises(Malformed, match=key):
        rules.read_hour(form, "r", "", "boss", MONDAY)


def called(running: Running, window: str) -> Number:
    found = call(running, window)
    assert not isinstance(found, Refusal), found
    return found


def test_a_call_stands_on_its_screens_and_each_way_it_went_is_known(running: Running) -> None:
    running.log_in()
    all_day(running)
    terminal = running.enter(TerminalDouble())
    east, west = open_window(running, "3", zone="东区"), open_window(running, "5", zone="西区")
    hall, own = make(running), make(running, zone="西区", title="西屏")
    first, second = take(running, terminal), take(running, terminal)
    called(running, east)
    called(running, west)
    state = running.client.get(f"{hall}/state").json()
    assert [(one["number"], one["window"]) for one in state["calls"]] == [(first.number, "3"), (second.number, "5")]
    assert state["calls"][0]["name"] == "", "no names unless the hall says so"
    assert [one["number"] for one in running.client.get(f"{own}/state").json()["calls"]] == [second.number]
    said = running.client.post(f"{hall}/said", json={"call_id": state["calls"][1]["call_id"], "what": "shown"})
    assert said.status_code == 204
    upkeep.Calls(running.centre).turn()
    upkeep.Calls(running.centre).turn()
    by_screen = "SELECT channel, state, count(*) FROM call_deliveries GROUP BY channel, state ORDER BY state"
    assert running.query(by_screen) == [("screen", "delivered", 1), ("screen", "given", 2)], "each once, however often"
    running.clock.forward(seconds=31)
    page = running.client.get(f"/screens?hall={HALL}").text
    assert "屏幕 大厅东屏 已送达" in page
    assert "屏幕 西屏 未送达" in page
    assert "屏幕 大厅东屏 未送达" in page
    all_day(running, shows_names="yes")
    assert running.client.get(f"{hall}/state").json()["calls"][0]["name"] == first.masked_name
    assert running.client.get(f"{hall}/voice/{state['calls'][0]['call_id']}").status_code == 404, "silent is usual"


def test_a_screen_is_a_screen_and_nothing_else(embedded: Running) -> None:
    embedded.log_in()
    mine = make(embedded)
    client = embedded.client
    client.cookies.clear()
    assert client.get(mine).status_code == 200, "no login"
    assert client.get(mine[:-1] + ("A" if mine[-1] != "A" else "B")).status_code == 404
    assert client.post(f"{mine}/said", json={"call_id": "nobody", "what": "shown"}).status_code == 404
    assert client.post(f"{mine}/said", content=b"?").status_code == 404
    embedded.log_in()
    (screen_id,) = embedded.query("SELECT screen_id FROM screens")[0]
    form = {"csrf": embedded.csrf(), "hall": HALL}
    client.post(f"/screens/{screen_id}/revoke", data=form)
    assert client.get(mine).status_code == 404
    assert client.get(f"{mine}/state").status_code == 404


def test_at_night_a_screen_shows_the_hours(embedded: Running) -> None:
    embedded.log_in()
    local = embedded.clock().astimezone(embedded.centre.settings.zone)
    begins = local + timedelta(minutes=-3)
    form = {"csrf": embedded.csrf(), "hall": HALL, "opens": "00:00", "closes": f"{begins:%H:%M}", "notice": ""}
    if form["closes"] > "00:00" and begins.date() == local.date():
        embedded.client.post("/screens/manners", data=form)
        page = make(embedded)
        assert not embedded.client.get(f"{page}/state").json()["open"]
        assert "窗口现在不办公" in embedded.client.get(page).text


def test_where_its_hour_is_on_the_screen_gets_the_call_as_sound(embedded: Running) -> None:
    embedded.log_in()
    all_day(embedded)
    form = {"csrf": embedded.csrf(), "hall": HALL, "zone": "", "weekdays": "1234567", "starts": "00:00"}
    embedded.client.post("/screens/hours", data=form | {"ends": "24:00", "volume": "55"})
    window, page = open_window(embedded, "3"), make(embedded)
    take(embedded, embedded.enter(TerminalDouble()))
    one = called(embedded, window)
    state = embedded.client.get(f"{page}/state").json()
    assert state["volume"] == 55
    sound = embedded.client.get(f"{page}/voice/{state['calls'][0]['call_id']}")
    assert sound.content.startswith(b"RIFF")
    assert len(sound.content) > 20_000
    upkeep.Calls(embedded.centre).turn()
    embedded.client.post(f"{page}/said", json={"call_id": state["calls"][0]["call_id"], "what": "blocked"})
    assert embedded.query("SELECT state FROM call_deliveries WHERE channel = 'voice'") == [("failed",)]
    act(embedded, calling.came, one.case_id, window)


def test_a_window_shows_who_serves_what_and_by_when(embedded: Running) -> None:
    embedded.log_in()
    window = open_window(embedded, "3", who="boss")
    case = take(embedded, embedded.enter(TerminalDouble()))
    page = make(embedded, "window", window="3")
    assert "岗位职责" in embedded.client.get(page).text
    picture = b"\x89PNG\r\n\x1a\n" + b"a face" * 10
    form = {
        "csrf": embedded.csrf(),
        "name": "boss",
        "shown": "李老师",
        "number": "017",
        "post": "综合受理",
        "duty": "受理登记",
    }
    sent = embedded.client.post(
        "/staff-cards", data=form, files={"photo": ("me.png", picture, "image/png")}, follow_redirects=False
    )
    assert sent.status_code == 303
    assert (
        embedded.client.post("/staff-cards", data=form, files={"photo": ("me.gif", b"GIF89a", "image/gif")}).status_code
        == 422
    )
    with embedded.centre.database.writing() as connection:
        asked = Asked("a-call", window, "boss", embedded.clock(), embedded.centre.today().isoformat())
        assert not isinstance(calling.call_next(connection, asked), Refusal)
    state = embedded.client.get(f"{page}/state").json()
    assert (state["number"], state["item"]) == (case.number, case.item_title)
    assert (state["card"]["shown"], state["card"]["number"], state["card"]["post"]) == ("李老师", "017", "综合受理")
    assert embedded.client.get(f"{page}/photo").content == picture


def test_the_wall_counts_what_was_finished_today(embedded: Running) -> None:
    embedded.log_in()
    window, page = open_window(embedded, "3"), make(embedded, "wall")
    terminal = embedded.enter(TerminalDouble())
    take(embedded, terminal)
    take(embedded, terminal)
    one = called(embedded, window)
    act(embedded, calling.came, one.case_id, window)
    act(embedded, calling.finish, one.case_id, window)
    state = embedded.client.get(f"{page}/state").json()
    assert (state["served"], state["taken"]) == (1, 2)
    assert state["items"][0]["count"] == 1
