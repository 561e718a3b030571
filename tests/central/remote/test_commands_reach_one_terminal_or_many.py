"""Commands: whom they mean, who must agree, what goes down, and what came of it at each terminal."""

import re

import msgspec
import pytest

from central.feed.rules import Invalid
from central.fleet import store as fleet
from central.organisation import rules as tree
from central.organisation import store as organisation
from central.organisation import upkeep as spreading
from central.people import store as people
from central.remote import rules
from contract.envelope import Lane
from contract.feed import Command, SettingsPatch, Switch
from contract.messages import CommandDone
from tests.central.conftest import PASSWORD, Running, password_hash, token_of
from tests.central.terminal_double import TAGS, TerminalDouble, local_now

TAGS["CommandDone"] = "command_done"
ORDER = {"minutes": "60", "reason": "阅读器无响应", "text": "GL", "unit": "", "state": "", "hall": ""}


def post(running: Running, path: str, **form: str) -> tuple[int, str]:
    csrf = token_of(running.client.get("/matters/duty").text)
    answer = running.client.post(path, data={"csrf": csrf, **form}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def two_terminals(running: Running) -> list[TerminalDouble]:
    return [running.enter(TerminalDouble(name)) for name in ("GL-01", "GL-02")]


def bodies(running: Running, kind: str) -> dict[str, bytes]:
    rows = running.query(f"SELECT audience, body FROM feed WHERE kind = '{kind}' AND replaced_by IS NULL")  # noqa: S608 - our own words
    return {str(audience): bytes(body) for audience, body in rows}  # type: ignore[call-overload]


def second(running: Running) -> None:
    with running.centre.database.writing() as connection:
        people.set_user(connection, "wang", password_hash(), running.clock())
    running.client.cookies.clear()
    assert running.log_in("wang", PASSWORD) == 303


def test_a_driver_is_restarted_at_every_terminal_meant_and_each_says_what_came_of_it(running: Running) -> None:
    first, _ = two_terminals(running)
    running.enter(TerminalDouble("XX-09"))
    running.log_in()
    status, place = post(running, "/remote", what="restart_device", device="id_card_reader", **ORDER)
    assert status == 303
    found = {whom: msgspec.json.decode(body, type=Command) for whom, body in bodies(running, "command").items()}
    assert set(found) == {"GL-01", "GL-02"}
    assert found["GL-01"].what == "restart_device:id_card_reader"
    assert found["GL-01"].command_id != found["GL-02"].command_id
    assert found["GL-01"].by == "boss"
    assert "完成 0 / 2" in running.client.get(place).text
    first.file(CommandDone(found["GL-01"].command_id, "done", "", local_now()), Lane.TELEMETRY)
    running.push(first, Lane.TELEMETRY)
    running.judged()
    page = running.client.get(place).text
    assert "完成 1 / 2" in page
    assert "阅读器无响应" in page
    assert running.client.get("/directions").status_code == 200


def test_a_reboot_needs_a_second_person(running: Running) -> None:
    two_terminals(running)
    running.log_in()
    _, place = post(running, "/remote", what="reboot", **ORDER)
    assert bodies(running, "command") == {}
    assert post(running, f"{place}/agree", agree="yes")[0] == 403
    assert bodies(running, "command") == {}
    second(running)
    assert post(running, f"{place}/agree", agree="yes")[0] == 303
    assert set(bodies(running, "command")) == {"GL-01", "GL-02"}
    assert post(running, f"{place}/agree", agree="yes")[0] == 409
    assert len(bodies(running, "command")) == 2


def test_what_was_refused_or_has_expired_never_goes_out(embedded: Running) -> None:
    two_terminals(embedded)
    embedded.log_in()
    _, refused = post(embedded, "/remote", what="reboot", **ORDER)
    _, expired = post(embedded, "/remote", what="reboot", **ORDER)
    second(embedded)
    assert post(embedded, f"{refused}/agree", agree="no")[0] == 303
    assert post(embedded, f"{refused}/agree", agree="yes")[0] == 409
    embedded.clock.forward(minutes=20)
    assert embedded.log_in("wang", PASSWORD) == 303
    embedded.clock.forward(minutes=20)
    assert embedded.log_in("wang", PASSWORD) == 303
    embedded.clock.forward(minutes=21)
    assert embedded.log_in("wang", PASSWORD) == 303
    assert post(embedded, f"{expired}/agree", agree="yes")[0] == 409
    assert bodies(embedded, "command") == {}


def test_an_item_goes_off_where_it_was_meant_and_a_volume_is_a_setting_of_the_place(running: Running) -> None:
    first, _ = two_terminals(running)
    running.send(first, first.heartbeat())
    running.log_in()
    one = {**ORDER, "text": "GL-01", "said_zh": "设备检修"}
    assert post(running, "/remote", what="item_off", item="real-estate-transfer", **one)[0] == 303
    switch = msgspec.json.decode(bodies(running, "switch")["GL-01"], type=Switch)
    assert (switch.on, switch.reason) == (False, {"zh-Hans": "设备检修"})
    assert post(running, "/remote", what="volume", volume="35", **one)[0] == 303
    spreading.spread(running.centre)
    patch = msgspec.json.decode(bodies(running, "settings")["GL-01"], type=SettingsPatch)
    assert patch.values == {"voice.most": 35}
    assert set(bodies(running, "settings")) == {"GL-01"}


def test_a_slip_is_refused_in_words(embedded: Running) -> None:
    two_terminals(embedded)
    embedded.log_in()
    for wrong, words in (
        ({"reason": " "}, "请写明原因"),
        ({"text": ""}, "没有选中终端"),
        ({"text": "nobody"}, "没有选中终端"),
        ({"minutes": "7"}, "请选择指令和时限"),
    ):
        status, page = post(embedded, "/remote", **({"what": "restart_device", "device": "x"} | ORDER | wrong))
        assert (status, words in page) == (422, True), wrong
    assert post(embedded, "/remote", what="volume", volume="101", **ORDER)[0] == 422
    assert post(embedded, "/remote", what="suspend", **ORDER)[0] == 422
    assert embedded.query("SELECT count(*) FROM remote_orders") == [(0,)]


@pytest.mark.parametrize(
    ("what", "count", "two"),
    [("reboot", 1, True), ("close_day", 1, True), ("restart", 1, False), ("restart", 2, True), ("volume", 90, False)],
)
def test_who_must_agree(what: str, count: int, two: bool) -> None:
    assert rules.needs_two(what, count) is two


# --- the tree ----------

TREE = """node,name,tier,parent,profile,east,north,halls
ca,长安区,district,,,108.9,34.1,
wq,韦曲街道,town,ca,hall,,,长安大厅
zw,子午街道,town,ca,community,,,子午大厅
"""


def test_values_come_down_the_tree_the_nearest_counts_and_says_where_it_is_from(running: Running) -> None:
    two_terminals(running)
    running.log_in()
    csrf = token_of(running.client.get("/matters/duty").text)
    files = {"file": ("tree.csv", TREE.encode(), "text/csv")}
    answer = running.client.post("/organisation/import", data={"csrf": csrf, "form": "csv"}, files=files)
    assert "韦曲街道" in answer.text
    for place, page in (("ca", 60.0), ("wq", 90.0)):
        said = f"[patience]\npage = {page}"
        assert post(running, f"/organisation/{place}/say", kind="setting", text=said)[0] == 303
    spreading.spread(running.centre)
    patch = msgspec.json.decode(bodies(running, "settings")["GL-01"], type=SettingsPatch)
    assert patch.values == {"patience.page": 90.0}
    shown = running.client.get("/organisation/terminal:GL-01").text
    assert re.sub(r"\s+", "", "覆盖了长安区") in shown
    assert spreading.spread(running.centre) == 0
    assert post(running, "/organisation/wq/drop", kind="setting", key="patience.page")[0] == 303
    spreading.spread(running.centre)
    patch = msgspec.json.decode(bodies(running, "settings")["GL-01"], type=SettingsPatch)
    assert patch.values == {"patience.page": 60.0}
    with running.centre.database.reading() as connection:
        assert organisation.subtree(connection, "zw") == {"子午大厅"}
        assert organisation.subtree(connection, "ca") == {"长安大厅", "子午大厅"}
        assert fleet.hall_of(connection, "GL-01") == "长安大厅"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("x,新村,village,nowhere,,,,", "is no place of this file"),
        ("x,新区,district,ca,,,,", "is not of a tier above"),
        ("ca,长安,district,,,,,", "stands there twice"),
        ("x,另区,district,,,,,", "expected one, the district itself"),
        ("x,新村,village,wq,,1.0,,", "expected both or none"),
        ("x,新村,village,wq,,,,长安大厅", "stands there twice"),
    ],
)
def test_a_tree_that_is_none_is_refused_whole(line: str, why: str) -> None:
    rows = [one.split(",") for one in (TREE + line).strip().splitlines()]
    with pytest.raises(Invalid, match=re.escape(why)):
        tree.read_table("csv", rows)
