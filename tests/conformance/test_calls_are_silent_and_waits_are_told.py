"""静音叫号、开窗建议、窗口四亮、等候时的大厅: on the real pages of screens, phones and staff (JH-01, 04, 16, 17)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from central.clock import now
from central.messages import upkeep as messages
from central.messages.simulator.program import GatewayProgram
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.rows.store import Asked
from central.queue.rules import Number
from central.screens import upkeep as screens
from central.waits import store as planned
from central.waits.advice import upkeep as advice
from central.waits.forecasts import upkeep as forecasts
from central.waits.rules import Plan
from contract.envelope import Lane
from contract.positions import position_token
from kiosk import services
from tests.central.conftest import Running, start, write_config
from tests.central.queue.hall import HALL, act, call, open_window, take
from tests.central.screens.hall_screens import all_day, make
from tests.central.services import publish
from tests.central.terminal_double import TerminalDouble

KEY, MOBILE = b"a key shared with the gateway", "13912345678"
SHOP = "individual-business-registration"
ROOT = Path(services.__file__).parents[2]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"a face" * 10


@pytest.fixture
def gateway() -> Iterator[GatewayProgram]:
    """The SMS gateway at the other end of a real line."""
    program = GatewayProgram(KEY, now)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def hall(tmp_path: Path, gateway: GatewayProgram) -> Iterator[Running]:
    """A centre with a plan of its hall and a gateway, a member of staff logged in, screens open all day."""
    (tmp_path / "hall.toml").write_bytes((ROOT / "kiosk/demo/hall.toml").read_bytes())
    config = write_config(tmp_path, hall_plan="hall.toml")
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[messages]\nurl = "{gateway.url}"\n')
    (tmp_path / "keys" / "messages.key").write_bytes(KEY)
    for running in start(config):
        running.log_in()
        all_day(running)
        yield running


def called(running: Running, window: str) -> Number:
    found = call(running, window)
    assert not isinstance(found, Refusal), found
    return found


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def plan(running: Running, minutes: int = 9) -> None:
    with running.centre.database.writing() as connection:
        planned.plan(connection, Plan(HALL, "A", minutes, 1, "boss", running.clock()))


def test_a_call_goes_to_screen_text_and_phone_and_each_delivery_is_kept(hall: Running, gateway: GatewayProgram) -> None:
    terminal, window, screen = hall.enter(TerminalDouble()), open_window(hall, "3"), make(hall)
    case = take(hall, terminal)
    phone = f"/p/{position_token(case.case_id)}"
    page = hall.client.get(phone).text
    assert "前面还有" in page or "下一个就是您" in page
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf is not None
    hall.client.post(f"{phone}/text", data={"csrf": csrf[1], "mobile": MOBILE})
    called(hall, window)
    state = hall.client.get(f"{screen}/state").json()
    assert [(one["number"], one["window"], one["name"]) for one in state["calls"]] == [(case.number, "3", "")]
    call_id = state["calls"][0]["call_id"]
    assert hall.client.post(f"{screen}/said", json={"call_id": call_id, "what": "shown"}).status_code == 204
    screens.Calls(hall.centre).turn()
    assert "请马上到 3 号窗口" in words(hall.client.get(phone).text)
    for _ in range(3):
        hall.clock.forward(seconds=20)
        messages.round_of(hall.centre)
    screens.Calls(hall.centre).turn()
    assert any(case.number in one.text for one in gateway.box if one.template == "number_called")
    page = words(hall.client.get(f"/screens?hall={HALL}").text)
    for told in ("屏幕 大厅东屏 已送达", "短信 已送达", "手机页面 已送达"):
        assert told in page, told
    assert hall.client.get(f"{screen}/voice/{call_id}").status_code == 404, "silent is the default"


def test_the_voice_speaks_only_where_and_when_it_is_switched_on(hall: Running) -> None:
    terminal, window = hall.enter(TerminalDouble()), open_window(hall, "3", zone="东区")
    east, west = make(hall, zone="东区", title="东屏"), make(hall, zone="西区", title="西屏")
    form = {"csrf": hall.csrf(), "hall": HALL, "zone": "东区", "weekdays": "1234567", "volume": "40"}
    hall.client.post("/screens/hours", data=form | {"starts": "00:00", "ends": "24:00"})
    take(hall, terminal)
    called(hall, window)
    assert hall.client.get(f"{east}/state").json()["volume"] == 40
    assert hall.client.get(f"{west}/state").json()["volume"] == 0
    assert hall.client.get(f"{west}/state").json()["calls"] == []
    screens.Calls(hall.centre).turn()
    assert "语音 东屏" in words(hall.client.get(f"/screens?hall={HALL}").text)
    assert "语音 西屏" not in words(hall.client.get(f"/screens?hall={HALL}").text)


def test_a_long_wait_says_which_window_to_open_and_what_it_did(hall: Running) -> None:
    terminal = hall.enter(TerminalDouble())
    plan(hall)
    first = open_window(hall, "3")
    second = open_window(hall, "5")
    with hall.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE queue_signs SET state = 'off' WHERE window_id = 'w5'")
    for _ in range(8):
        terminal.file_case()
    hall.push(terminal, Lane.NUMBERS, 1, 500)
    hall.judged()
    called(hall, first)
    advice.look(hall.centre)
    page = words(hall.client.get("/waits").text)
    assert "建议打开 5 号窗口，接 A 队" in page
    assert "不动产转移登记" in page
    assert re.search(r"约 \d+ 分钟", page)
    (advice_id,) = hall.query("SELECT advice_id FROM window_advice")[0]
    hall.client.post(f"/waits/advice/{advice_id}/seen", data={"csrf": hall.csrf()})
    assert "boss 在处理" in words(hall.client.get("/waits").text)
    open_window(hall, "5")
    called(hall, second)
    advice.look(hall.centre)
    assert "已打开 5 号窗口" in words(hall.client.get("/waits").text)
    hall.clock.forward(minutes=21)
    advice.look(hall.centre)
    hall.log_in()
    page = words(hall.client.get("/waits").text)
    assert "增开窗口的效果" in page
    assert re.search(r"等候 \d+ → \d+ 分钟", page), page


def test_what_each_number_was_told_is_compared_with_the_truth(hall: Running) -> None:
    terminal, window = hall.enter(TerminalDouble()), open_window(hall, "3")
    plan(hall)
    one, two = take(hall, terminal), take(hall, terminal)
    forecasts.round_of(hall.centre)
    told = hall.query("SELECT count(*) FROM wait_forecasts WHERE error_minutes IS NULL")
    assert told == [(2,)]
    assert called(hall, window).case_id == one.case_id
    act(hall, calling.came, one.case_id, window)
    hall.clock.forward(minutes=14)
    act(hall, calling.finish, one.case_id, window)
    assert called(hall, window).case_id == two.case_id
    forecasts.round_of(hall.centre)
    hall.log_in()
    (error,) = [row for row in hall.client.get("/waits/errors").json() if row["queue"] == "A"]
    assert error["count"] == 2
    assert 4 <= error["p90"] <= 6, "nine minutes were told, fourteen it took"
    take(hall, terminal)
    assert "预计误差" in words(hall.client.get("/waits").text)


def test_a_windows_screen_shows_who_flow_duty_and_promise(hall: Running) -> None:
    item = msgspec.toml.decode((ROOT / f"kiosk/services/{SHOP}.toml").read_bytes())
    publish(hall, (ROOT / f"kiosk/services/{SHOP}.toml").read_bytes())
    terminal, window = hall.enter(TerminalDouble()), open_window(hall, "3", (item["queue"],), who="boss")
    screen = make(hall, "window", window="3")
    form = {
        "csrf": hall.csrf(),
        "name": "boss",
        "shown": "李老师",
        "number": "017",
        "post": "综合受理岗",
        "duty": "受理登记",
    }
    hall.client.post("/staff-cards", data=form, files={"photo": ("me.png", PICTURE, "image/png")})
    case = take(hall, terminal, item=SHOP, item_title=item["title"]["zh-Hans"], queue=item["queue"])
    asked = Asked("a-call", window, "boss", hall.clock(), hall.centre.today().isoformat())
    with hall.centre.database.writing() as connection:
        assert not isinstance(calling.call_next(connection, asked), Refusal)
    page = words(hall.client.get(screen).text)
    assert hall.client.get(f"{screen}/photo").content == PICTURE
    for told in ("李老师", "工号 017", "综合受理岗", "受理登记", case.number, item["title"]["zh-Hans"]):
        assert told in page, told
    assert item["procedure"][0]["zh-Hans"] in page
    assert re.search(r"承诺时限 (\d+ 个工作日|即办)", page), page


def test_while_one_waits_the_map_says_what_there_is_time_for(hall: Running) -> None:
    terminal = hall.enter(TerminalDouble())
    window = open_window(hall, "3")
    plan(hall, minutes=30)
    first, second = take(hall, terminal), take(hall, terminal)
    called(hall, window)
    address = f"/way?number={position_token(second.case_id)}&from=GL-01"
    page = words(hall.client.get(address).text)
    for told in ("母婴室", "读书吧", "无障碍卫生间", "全程无台阶", "乘电梯可到"):
        assert told in page, told
    assert f"{second.number} 号最快还有" in page
    assert "来得及" in page
    act(hall, calling.pass_over, first.case_id, window)
    page = words(hall.client.get(address).text)
    assert "来不及" in page, "next in line: nobody is sent away"
    called(hall, window)
    assert f"正在叫 {second.number} 号" in words(hall.client.get(address).text)


def test_the_wall_counts_what_was_finished(hall: Running) -> None:
    terminal, window, screen = hall.enter(TerminalDouble()), open_window(hall, "3"), make(hall, "wall")
    take(hall, terminal)
    take(hall, terminal)
    one = called(hall, window)
    act(hall, calling.came, one.case_id, window)
    hall.clock.forward(seconds=timedelta(minutes=3).total_seconds())
    act(hall, calling.finish, one.case_id, window)
    page = words(hall.client.get(screen).text)
    assert "1 窗口办完（号）" in page
    assert "2 今日取号" in page
