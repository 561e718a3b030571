"""Switches, commands and what is published by command: checked before it is signed, asked twice, logged with who."""

import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from central.feed import commands, rules, store
from central.feed.kept.rules import Directed
from central.feed.rules import Invalid
from contract.envelope import Lane
from contract.exchange import ServiceReport
from contract.feed import Calendar, Command, FeedKind, Notice, SettingsPatch, Switch
from contract.messages import CommandDone
from tests.central.conftest import NAME, Running
from tests.central.terminal_double import TerminalDouble, local_now

ITEM = "real-estate-transfer"
SERVICE = Path(__file__).parents[2] / "kiosk" / "services" / f"{ITEM}.toml"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def in_force(running: Running, kind: str) -> list[Directed]:
    with running.centre.database.reading() as connection:
        return store.in_force(connection, [kind], running.clock())


@pytest.fixture
def manager(embedded: Running) -> Running:
    """Somebody is logged in, and a terminal has said which services it has."""
    terminal = embedded.enter(TerminalDouble())
    embedded.send(terminal, terminal.heartbeat(services=(ServiceReport(ITEM, open=True),)))
    embedded.log_in()
    return embedded


def post(running: Running, path: str, **form: str) -> tuple[int, str]:
    answer = running.client.post(path, data={"csrf": running.csrf(), **form}, follow_redirects=False)
    return answer.status_code, answer.text


def test_an_item_is_switched_off_for_everybody_after_it_was_asked_twice(manager: Running) -> None:
    form = {"item": ITEM, "reason_zh": "系统维护", "reason_en": "Maintenance"}
    status, page = post(manager, "/directions/switch", **form)
    assert status == 200
    assert "确认" in page
    assert in_force(manager, FeedKind.SWITCH) == []
    assert post(manager, "/directions/switch", **form, sure="yes")[0] == 303
    (one,) = in_force(manager, FeedKind.SWITCH)
    assert (one.audience, one.key, one.by_whom) == ("*", ITEM, NAME)
    assert one.switch() == Switch(ITEM, on=False, reason={"zh-Hans": "系统维护", "en": "Maintenance"})
    page = text_of(manager.client.get("/directions").text)
    assert "系统维护 · Maintenance" in page
    assert f"{NAME} 于" in page
    assert post(manager, "/directions/switch", item=ITEM, on="yes", sure="yes")[0] == 303
    (one,) = in_force(manager, FeedKind.SWITCH)
    assert one.switch().on
    assert "没有暂停的事项" in manager.client.get("/directions").text


def test_what_a_form_must_not_say_is_not_signed(manager: Running) -> None:
    assert post(manager, "/directions/switch", item=ITEM, reason_zh=" ", sure="yes")[0] == 422
    assert post(manager, "/directions/switch", item=ITEM, reason_en="only English", sure="yes")[0] == 422
    assert post(manager, "/directions/switch", item=ITEM, reason_zh="长" * 201, sure="yes")[0] == 422
    assert post(manager, "/directions/switch", item="no-such-item", reason_zh="维护", sure="yes")[0] == 404
    for form in ({"what": "format", "minutes": "15"}, {"what": "restart", "minutes": "7"}, {"what": "restart"}):
        assert post(manager, "/terminals/GL-01/command", **form, sure="yes")[0] == 404
    assert post(manager, "/terminals/GL-09/command", what="restart", minutes="15", sure="yes")[0] == 404
    status, page = post(manager, "/terminals/GL-01/command", what="suspend", minutes="15", sure="yes")
    assert status == 422
    assert "原因" in page
    with manager.centre.database.reading() as connection:
        assert store.head(connection) == 0


def test_a_form_without_its_token_directs_nothing(manager: Running) -> None:
    answer = manager.client.post("/directions/switch", data={"item": ITEM, "on": "yes", "sure": "yes"})
    assert answer.status_code == 403
    manager.client.cookies.clear()
    assert manager.client.get("/directions", follow_redirects=False).status_code == 303


def test_a_command_goes_to_one_terminal_and_what_became_of_it_is_shown(manager: Running) -> None:
    assert "command" in manager.client.get("/terminals/GL-01").text
    form = {"what": "suspend", "minutes": "60", "reason_zh": "设备检修"}
    status, page = post(manager, "/terminals/GL-01/command", **form)
    assert (status, "GL-01" in page, "设备检修" in page) == (200, True, True)
    assert post(manager, "/terminals/GL-01/command", **form, sure="yes")[0] == 303
    (one,) = in_force(manager, FeedKind.COMMAND)
    said = one.command()
    assert (one.audience, one.key, said.what, said.by) == ("GL-01", said.command_id, "suspend", NAME)
    assert said.reason == {"zh-Hans": "设备检修"}
    assert "等待执行" in manager.client.get("/directions").text
    terminal = TerminalDouble("GL-01")
    with manager.centre.database.writing() as connection:
        manager_done = CommandDone(said.command_id, "done", "", local_now())
        terminal.file(manager_done, Lane.TELEMETRY)
        sent = terminal.lanes[Lane.TELEMETRY][0]
        connection.exec_driver_sql(
            "INSERT INTO envelopes (id, terminal, epoch, lane, seq, hash, raw, received_at) VALUES (?,?,?,?,?,?,?,?)",
            (sent.id, "GL-01", 1, "telemetry", 1, sent.hash, sent.raw, local_now()),
        )
        for _ in range(2):
            store.command_done(connection, sent.id, "GL-01", manager_done, manager.clock())
    assert "已执行" in manager.client.get("/directions").text


def test_the_page_says_which_terminals_have_read_how_far(manager: Running) -> None:
    behind, current = manager.enter(TerminalDouble("GL-02")), manager.enter(TerminalDouble("GL-03"))
    manager.enter(TerminalDouble("GL-04"))
    post(manager, "/directions/switch", item=ITEM, on="yes", sure="yes")
    manager.send(behind, behind.heartbeat(cursor=0, quarantined=2))
    manager.send(current, current.heartbeat(cursor=1))
    page = manager.client.get("/directions?lang=en").text
    rows = {found[0]: text_of(found[1]) for found in re.findall(r'id="reader-(GL-\d+)"(.*?)</tr>', page, re.DOTALL)}
    assert "not all yet 2" in rows["GL-02"]
    assert "all of it –" in rows["GL-03"]
    assert "Not seen yet" in rows["GL-04"]


def test_the_english_reason_may_be_left_out(manager: Running) -> None:
    assert post(manager, "/directions/switch", item=ITEM, reason_zh="系统维护", sure="yes")[0] == 303
    assert "系统维护" in manager.client.get("/directions").text
    assert manager.client.get("/directions?lang=en").status_code == 200


def test_many_commands_push_no_switch_off_the_page(manager: Running) -> None:
    off = rules.switch_draft(ITEM, on=False, reason={"zh-Hans": "系统维护"}, by="boss")
    now = manager.clock()
    many = [rules.command_draft(f"c{count}", "restart", "GL-01", 15, now, "boss") for count in range(500)]
    with manager.centre.database.writing() as connection:
        store.publish_all(connection, manager.centre.keys, [off, *many], now)
    assert "系统维护" in manager.client.get("/directions").text


def test_every_page_speaks_both_languages(manager: Running) -> None:
    with manager.centre.database.writing() as connection:
        drafts = [
            rules.catalogue_draft("x", SERVICE.read_bytes(), "boss"),
            rules.withdrawal_draft("gone-item", "boss"),
            rules.notice_draft("x", a_notice(manager), manager.clock(), "boss"),
            rules.calendar_draft("x", CALENDAR, "boss"),
            rules.settings_draft("x", b"[patience]\npage = 90.0", "GL-01", "boss"),
            rules.command_draft("c1", "restart", "GL-01", 15, manager.clock(), "boss"),
        ]
        store.publish_all(connection, manager.centre.keys, drafts, manager.clock())
    for language, words in (
        ("zh", ("公告", "已下架", "工作日历", "重新启动")),
        ("en", ("Notices", "taken away", "calendar")),
    ):
        page = manager.client.get(f"/directions?lang={language}").text
        for word in (*words, "二手房转移登记"):
            assert word in page


# --- what is published by command ----------


def test_the_commands_publish_and_say_what_is_wrong_in_one_sentence(manager: Running, tmp_path: Path) -> None:
    config = Path(manager.centre.settings.data_dir).with_name("central.toml")
    (tmp_path / "calendar.toml").write_bytes(CALENDAR)
    (tmp_path / "bad.toml").write_bytes(b"slug = 1")
    (tmp_path / "patch.toml").write_bytes(b"[patience]\npage = 90.0")

    def run(name: str, *arguments: str) -> Result:
        return CliRunner().invoke(commands.publish, [name, "--config", str(config), *arguments])

    def said(name: str, *arguments: str) -> dict[str, object]:
        found = run(name, *arguments, "--json")
        assert found.exit_code == 0, found.output
        (one,) = json.loads(found.stdout.splitlines()[-1])["published"]
        return dict(one)

    assert said("catalogue", str(SERVICE)) == {"seq": 1, "kind": "catalogue", "key": ITEM, "audience": "*"}
    assert said("calendar", str(tmp_path / "calendar.toml"))["key"] == "2026"
    assert said("settings", str(tmp_path / "patch.toml"), "--terminal", "GL-01")["audience"] == "GL-01"
    assert said("switch", ITEM, "--off", "--reason", "维护")["seq"] == 4
    assert said("command", "restart", "--terminal", "GL-01", "--minutes", "5", "--by", "chief")["seq"] == 5
    assert in_force(manager, FeedKind.COMMAND)[0].by_whom == "chief"
    for wrong, expected in (
        (("catalogue", str(SERVICE), str(tmp_path / "bad.toml")), "bad.toml"),
        (("switch", "no-such-item", "--off", "--reason", "x"), "no terminal has this item"),
        (("switch", ITEM, "--off"), "Chinese text is missing"),
        (("command", "restart", "--terminal", "GL-09"), "not entered"),
        (("notice", str(tmp_path / "none.toml")), "cannot be read"),
    ):
        failed = run(*wrong)
        assert failed.exit_code == 1
        (line,) = failed.stderr.strip().splitlines()
        assert expected in line
    assert said("withdraw", ITEM)["seq"] == 6, "what was refused took no place: nothing of it was signed"
    assert "place 7" in run("switch", ITEM, "--on").stdout
    (tmp_path / "notice.toml").write_bytes(a_notice(manager))
    assert said("notice", str(tmp_path / "notice.toml"))["key"] == "closed-monday"
    assert "周一闭馆" in manager.client.get("/directions").text
    assert said("withdraw-notice", "closed-monday")["seq"] == 9
    assert "周一闭馆" not in manager.client.get("/directions").text


CALENDAR = b'year = 2026\nholidays = [2026-10-01, "2026-10-02"]\nworkdays = [2026-10-10]\n'


def a_notice(running: Running) -> bytes:
    first, last = running.clock() - timedelta(hours=1), running.clock() + timedelta(days=1)
    text = f'id = "closed-monday"\nfrom_at = {first.isoformat()}\nuntil_at = {last.isoformat()}\n'
    return (text + '[text]\nzh-Hans = "周一闭馆"\nen = "Closed on Monday"\n').encode()


def decoded(draft: rules.Draft, kind: type[Any]) -> Any:  # noqa: ANN401 - whichever kind was asked
    return msgspec.json.decode(draft.raw(), type=kind)


def test_good_files_become_what_the_contract_says(embedded: Running) -> None:
    now = embedded.clock()
    item = rules.catalogue_draft("x.toml", SERVICE.read_bytes(), "boss")
    assert (item.key, item.raw()) == (ITEM, SERVICE.read_bytes())
    assert rules.withdrawal_draft(ITEM, "boss").raw() == b""
    notice = rules.notice_draft("n.toml", a_notice(embedded), now, "boss")
    assert decoded(notice, Notice).text == {"zh-Hans": "周一闭馆", "en": "Closed on Monday"}
    assert notice.until is not None
    assert decoded(rules.calendar_draft("c.toml", CALENDAR, "boss"), Calendar) == Calendar(
        2026, ("2026-10-01", "2026-10-02"), ("2026-10-10",)
    )
    patch = rules.settings_draft(
        "s.toml", b"[site]\nnight_from = '23:00'\n[centre]\nheartbeat_seconds = 60", "GL-01", "boss"
    )
    assert decoded(patch, SettingsPatch).values == {"site.night_from": "23:00", "centre.heartbeat_seconds": 60}
    command = decoded(rules.command_draft("c1", "restart", "GL-01", 5, now, "boss"), Command)
    assert (command.what, command.reason) == ("restart", {})


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (b"slug = 1", "slug"),
        (b"not toml", "x.toml"),
        (SERVICE.read_bytes().replace(b'kind = "number"', b'kind = "numbr"'), "kind"),
        (SERVICE.read_bytes() + b"\nmisspelt = 1\n", "misspelt"),
    ],
)
def test_a_bad_service_item_is_refused_with_its_place(bad: bytes, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        rules.catalogue_draft("x.toml", bad, "boss")


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (b'year = 2026\nholidays = ["2026-10-03"]', "a weekday that is free"),
        (b'year = 2026\nholidays = []\nworkdays = ["2026-10-01"]', "Saturday or Sunday"),
        (b'year = 2026\nholidays = ["2025-10-01"]', "a date of 2026"),
        (b'year = 2026\nholidays = ["2026-10-01", "2026-10-01"]', "twice"),
        (b'year = 2026\nholidays = ["2026-13-01"]', "a date of 2026"),
        (b"holidays = []", "year"),
    ],
)
def test_a_bad_calendar_is_refused_with_its_place(bad: bytes, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        rules.calendar_draft("c.toml", bad, "boss")


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (b"[terminal]\nid = 'GL-02'", "only said at the terminal"),
        (b"[centre]\nurl = 'http://x'", "only said at the terminal"),
        (b"[site]\nlanguages = ['en']", "a text, a number"),
        (b"[patience]\npage = inf", "a text, a number"),
        (b"[patience]\npage = nan", "a text, a number"),
        (b"page = 3", "inside a section"),
        (b"", "at least one value"),
    ],
)
def test_bad_settings_are_refused_with_their_place(bad: bytes, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        rules.settings_draft("s.toml", bad, "GL-01", "boss")


def test_a_bad_notice_is_refused_with_its_place(embedded: Running) -> None:
    good, now = a_notice(embedded).decode(), embedded.clock()
    found = tomllib.loads(good)
    for bad, expected in (
        (good.replace("zh-Hans", "fr"), "Chinese text is missing"),
        (good.replace("closed-monday", "Closed Monday"), "a name such as"),
        (good.replace(found["until_at"].isoformat(), found["from_at"].isoformat()), "after `from_at`"),
        (good.replace("id =", "name ="), "name"),
        (good.replace("周一", "x" * 300), "printable"),
    ):
        with pytest.raises(Invalid, match=expected):
            rules.notice_draft("n.toml", bad.encode(), now, "boss")


def test_a_bad_command_is_refused(embedded: Running) -> None:
    for what, minutes, expected in (("format", 5, "restart"), ("restart", 0, "1 to"), ("suspend", 5, "Chinese")):
        with pytest.raises(Invalid, match=expected):
            rules.command_draft("c1", what, "GL-01", minutes, embedded.clock(), "boss")
