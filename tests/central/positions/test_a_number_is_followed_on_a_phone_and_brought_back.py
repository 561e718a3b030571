"""我的号: the ticket's code opens how the number stands, texts go to who wants them, a passed one comes back once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.clock import now
from central.messages import upkeep as messages
from central.messages.simulator.program import GatewayProgram
from central.positions import answers, store
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.screens import upkeep as calls
from contract.calendar import gathered, published
from contract.catalogue import ItemKind
from contract.messages import CaseContent, CaseFiled
from contract.positions import BringBack, BroughtBack, NumbersAsked, NumbersStand, position_address, position_token
from contract.worktime import Worktime
from tests.central.conftest import Running, start, write_config
from tests.central.queue.hall import act, call, open_window, take
from tests.central.terminal_double import TerminalDouble
from tests.central.test_a_look_is_logged_first import HOLDER
from tests.waiting import until

KEY, MOBILE = b"a key shared with the gateway", "13912345678"


def test_a_token_is_of_its_case_alone_and_says_nothing_of_it() -> None:
    one, other = position_token("8aa7bef7b805cceafc7c4849a26394ea"), position_token("8aa7bef7b805cceafc7c4849a26394eb")
    assert re.fullmatch(r"[a-z2-7]{24}", one)
    assert one != other
    assert position_address("https://hall.example/", "x") == f"https://hall.example/p/{position_token('x')}"
    assert position_address("", "x") == ""


def shown(running: Running, case: CaseFiled) -> str:
    """What the page of a number says, without its marks."""
    page = running.client.get(f"/p/{position_token(case.case_id)}").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_phone_follows_its_number_through_every_stand(running: Running) -> None:
    terminal, window = running.enter(TerminalDouble()), open_window(running, "3", place="一楼东侧")
    first, case = take(running, terminal), take(running, terminal)
    page = shown(running, case)
    assert "等候中" in page
    assert "前面还有 1 位" in page
    assert case.masked_name not in page, "nothing of the person"
    one = call(running, window)
    assert not isinstance(one, Refusal)
    assert "下一个就是您" in shown(running, case)
    act(running, calling.pass_over, first.case_id, window)
    assert "可以恢复一次" in shown(running, first)
    call(running, window)
    called = shown(running, case)
    assert "请马上到 3 号窗口" in called
    assert "一楼东侧" in called
    calls.Calls(running.centre).turn()
    ways = running.query("SELECT channel, state FROM call_deliveries WHERE channel = 'page' ORDER BY state")
    assert ways == [("page", "delivered")], "the call stood on the open page"
    act(running, calling.came, case.case_id, window)
    assert "正在办理" in shown(running, case)
    act(running, calling.finish, case.case_id, window)
    assert "已办完" in shown(running, case)
    assert running.client.get("/p/aaaaaaaaaaaaaaaaaaaaaaaa").status_code == 404


def test_a_number_that_was_served_tells_how_many_days_its_matter_has_left(embedded: Running) -> None:
    terminal, window = embedded.enter(TerminalDouble()), open_window(embedded, "3")
    today, working = embedded.centre.today(), Worktime(gathered(published()))
    told: dict[int | None, str] = {0: "承诺今天", 9: "还有 {} 个工作日", -9: "已超期 {} 个工作日", None: ""}
    for days, said in told.items():
        day = today + timedelta(days=days or 0)
        case = take(embedded, terminal, promise_date=None if days is None else day.isoformat())
        assert "承诺" not in shown(embedded, case), "before it is served its turn is what matters"
        call(embedded, window)
        act(embedded, calling.came, case.case_id, window)
        act(embedded, calling.finish, case.case_id, window)
        page = shown(embedded, case)
        assert said.format(abs(working.left(today, day))) in page
        assert ("承诺" in page) is (days is not None)


@pytest.fixture
def texting(tmp_path: Path) -> Iterator[tuple[Running, GatewayProgram]]:
    """A hall with a gateway at the other end of a real line."""
    gateway = GatewayProgram(KEY, now)
    gateway.start()
    config = write_config(tmp_path)
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[messages]\nurl = "{gateway.url}"\n')
    (tmp_path / "keys" / "messages.key").write_bytes(KEY)
    for running in start(config):
        yield running, gateway
    gateway.stop()


def test_who_wants_a_text_gets_one_when_near_and_one_when_called(texting: tuple[Running, GatewayProgram]) -> None:
    running, gateway = texting
    terminal, window = running.enter(TerminalDouble()), open_window(running, "3")
    case = take(running, terminal)
    token = position_token(case.case_id)
    page = running.client.get(f"/p/{token}").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf is not None
    form = {"csrf": csrf[1], "mobile": MOBILE}
    assert running.client.post(f"/p/{token}/text", data=form | {"mobile": "123"}).status_code == 422
    assert running.client.post(f"/p/{token}/text", data={"mobile": MOBILE}).status_code == 429, "no form of ours"
    assert running.client.post(f"/p/{token}/text", data=form, follow_redirects=False).status_code == 303
    calls.Calls(running.centre).turn()
    call(running, window)
    calls.Calls(running.centre).turn()
    for _ in range(3):
        running.clock.forward(seconds=20)
        messages.round_of(running.centre)
    until(lambda: len(gateway.box) == 2, "both texts", 10)
    assert [one.ends for one in gateway.box] == ["5678", "5678"]
    assert {one.template for one in gateway.box} == {"number_soon", "number_called"}
    assert f"请{case.number}号到3窗口" in " ".join(one.text for one in gateway.box)
    calls.Calls(running.centre).turn()
    assert running.query("SELECT state FROM call_deliveries WHERE channel = 'sms'") == [("delivered",)]
    with running.centre.database.writing() as connection:
        running.clock.forward(hours=17)
        store.forget(connection, running.clock(), running.centre.today())
        assert store.wishes(connection) == {}, "telephone numbers go with the day"


def taken_by(running: Running, terminal: TerminalDouble) -> CaseFiled:
    """A number taken with a card, and known by it."""
    case = take(running, terminal, kind=ItemKind.NUMBER, content=CaseContent(HOLDER, {}), keys=running.sealing())
    until(lambda: bool(running.query("SELECT 1 FROM case_people")), "whose number it is", 20)
    return case


def test_a_passed_number_comes_back_by_its_card_at_any_terminal_once(running: Running) -> None:
    window, terminal = open_window(running, "3"), running.enter(TerminalDouble())
    case = taken_by(running, terminal)
    call(running, window)
    act(running, calling.pass_over, case.case_id, window)
    asked = answers._numbers(running.centre, terminal.id, NumbersAsked(HOLDER.id_number))
    assert isinstance(asked, NumbersStand)
    assert [(one.number, one.stand, one.can_come_back) for one in asked.numbers] == [(case.number, "passed", True)]

    def back(act_id: str, who: str = HOLDER.id_number) -> BroughtBack:
        return answers._bring_back(running.centre, terminal.id, BringBack(act_id, case.case_id, who))

    assert back("a0", "110101199003070038").why == "queue_not_here", "another card brings nobody's number back"
    first = back("a1")
    assert first.number is not None
    assert (first.number.stand, first.number.before) == ("waiting", 0)
    assert back("a1").number is not None, "said twice it is one act"
    call(running, window)
    act(running, calling.pass_over, case.case_id, window)
    assert back("a2").why == "queue_once_only"
