"""Exports: nothing is turned round, cut, guessed or lost without a word; items go out and come back whole."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.enrolment import Refused
from central.exchange import commands, items, rules
from central.exchange.gathering import SATISFACTION_NAME
from central.exchange.rules import ELSEWHERE_CHANNEL, GBT_39046_CHANNEL, ZHEJIANG_CHANNEL, Channel, Why
from central.exchange.tables_of_standard import APPLICATION, COMPLETION, MATERIAL, SUPERVISION, TABLES, Form, Moments
from central.people import store as people
from central.people.rights import Role
from central.settings import Settings
from contract.catalogue import Item, ItemKind
from contract.codes import (
    GBT_39046_CASE_TYPE,
    GBT_39046_SATISFACTION,
    ZHEJIANG_CASE_TYPE,
    ZHEJIANG_SATISFACTION,
    CaseType,
    Codes,
    Satisfaction,
)
from contract.envelope import Lane
from contract.messages import RatingGiven
from tests.central.conftest import NAME, Running, write_config
from tests.central.services import SERVICES
from tests.central.terminal_double import TerminalDouble, local_now

ZONE = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
CODES = (
    (Satisfaction, GBT_39046_SATISFACTION),
    (Satisfaction, ZHEJIANG_SATISFACTION),
    (CaseType, GBT_39046_CASE_TYPE),
    (Channel, GBT_39046_CHANNEL),
    (Channel, ZHEJIANG_CHANNEL),
    (Channel, ELSEWHERE_CHANNEL),
)


def the_items() -> list[Item]:
    return [msgspec.toml.decode(path.read_bytes(), type=Item) for path in sorted(SERVICES.glob("*.toml"))]


@pytest.mark.parametrize(("names", "table"), CODES)
def test_every_table_reads_back_what_it_writes_and_knows_nothing_else(names: type, table: Codes) -> None:  # type: ignore[type-arg]
    for name in names:  # type: ignore[attr-defined]
        try:
            code = table.code_of(name)
        except LookupError:
            continue
        assert table.name_of(code) is name
    for strange in ("", "0", "9x", "满"):
        with pytest.raises(LookupError):
            table.name_of(strange)


def test_blame_stays_blame_between_two_partners() -> None:
    for ours, name in SATISFACTION_NAME.items():
        one, other = GBT_39046_SATISFACTION.code_of(ours), ZHEJIANG_SATISFACTION.code_of(ours)
        assert int(one) + int(other) == 6, name
        assert ZHEJIANG_SATISFACTION.name_of(other) is GBT_39046_SATISFACTION.name_of(one) is ours
    assert GBT_39046_SATISFACTION.code_of(Satisfaction.VERY_DISSATISFIED) == "5"
    assert ZHEJIANG_SATISFACTION.code_of(Satisfaction.VERY_DISSATISFIED) == "1"
    assert SATISFACTION_NAME[Satisfaction.VERY_DISSATISFIED] == "非常不满意"
    assert GBT_39046_CASE_TYPE.code_of(CaseType.IMMEDIATE) == ZHEJIANG_CASE_TYPE.code_of(CaseType.PROMISED) == "1"
    assert ZHEJIANG_CHANNEL.code_of(Channel.SMS) != ELSEWHERE_CHANNEL.code_of(Channel.SMS)
    with pytest.raises(LookupError):
        ELSEWHERE_CHANNEL.code_of(Channel.BY_DEFAULT)
    with pytest.raises(LookupError):
        ZHEJIANG_CASE_TYPE.code_of(CaseType.OTHER)


@pytest.mark.parametrize(
    ("table", "wanted"),
    [(APPLICATION, "20261122T090203"), (COMPLETION, "2026112209:02:03"), (SUPERVISION, "20261122090203")],
)
def test_each_table_writes_its_own_form_of_a_moment_and_all_are_read(table: object, wanted: str) -> None:
    field = next(one for one in table.fields if one.form is Form.MOMENT)  # type: ignore[attr-defined]
    told = rules.written(table, [{field.name: MOMENT}], ZONE)  # type: ignore[arg-type]
    assert told.rows == [{field.name: wanted}]
    assert rules.read_moment(wanted, ZONE) == MOMENT
    assert rules.read_moment("2026-11-22 09:02:03", ZONE) == MOMENT
    for wrong in ("20261322090203", "2026-11-22", "", f"{wanted}0"):
        with pytest.raises(ValueError, match="is no date"):
            rules.read_moment(wrong, ZONE)


def test_what_a_field_cannot_hold_is_named_and_never_cut() -> None:
    number = "6101170001" + "20261122" + "000001" + "X"
    assert len(number) == 25
    told = rules.written(MATERIAL, [{"办件编号": number, "材料名称": "身份证", "是否收取": True}], ZONE)
    assert told.rows == [{"材料名称": "身份证", "是否收取": "1"}]
    assert [(loss.field, loss.why, loss.what) for loss in told.losses] == [("办件编号", Why.TOO_LONG, "25 > 20")]
    rare = rules.written(APPLICATION, [{"申请者名称": "㛃*"}], ZONE)
    assert rare.rows == [{"申请者名称": "㛃*"}]
    assert [(loss.field, loss.why, loss.what) for loss in rare.losses] == [("申请者名称", Why.NOT_GB2312, "㛃")]
    with pytest.raises(LookupError, match="身高"):
        rules.written(APPLICATION, [{"身高": "1"}], ZONE)


def test_tables_have_the_three_forms_of_the_standard() -> None:
    assert {table.moments for table in TABLES} == set(Moments)
    assert len({table.name for table in TABLES}) == len(TABLES)


def test_every_item_of_ours_goes_out_and_comes_back_whole() -> None:
    found = the_items()
    assert len(found) > 20
    for item in found:
        row = json.loads(msgspec.json.encode(items.told(item)))
        assert items.read(row) == item, item.slug
        assert set(items.missing(item)) <= {*Item.__struct_fields__, "title.en", "result.en", "place.en"} or item.slug


def test_a_changed_field_of_the_schema_counts_and_a_wrong_one_is_named() -> None:
    item = the_items()[0]
    row = json.loads(msgspec.json.encode(items.told(item)))
    changed = items.read(row | {"promise_day": 3, "promise_type": "工作日", "task_name": "另一个名称"})
    assert (changed.promised_limit.amount, changed.title["zh-Hans"]) == (3, "另一个名称")
    for field, value in (
        ("task_code", "X" * 30),
        ("promise_type", "星期"),
        ("project_type", "7"),
        ("plan_effective_date", "22.11.2026"),
        ("suiban", None),
        ("promise_day", "bald"),
    ):
        with pytest.raises(items.Malformed, match=field):
            items.read(row | {field: value})
    for length in (24, 31, 33, 36):
        code = "1" * length
        part = {"task_code": code, "task_handle_item": code if length > 31 else ""}
        assert items.read(row | part).implementation_code == code


def test_the_command_line_writes_items_that_can_be_published_again(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), keys_dir=str(tmp_path / "keys"))
    rows = [items.told(item) for item in the_items()]
    file = tmp_path / "items.json"
    file.write_bytes(msgspec.json.encode({"rows": rows}))
    write_config(tmp_path)
    (tmp_path / "central.db").write_bytes((tmp_path / "data" / "central.db").read_bytes())
    assert commands.import_items(settings, file, tmp_path / "new")["items"] == len(rows)
    for item in the_items():
        assert msgspec.toml.decode((tmp_path / "new" / f"{item.slug}.toml").read_bytes(), type=Item) == item
    file.write_bytes(msgspec.json.encode({"rows": [*rows, {"task_code": "1"}]}))
    with pytest.raises(Refused, match=f"row {len(rows)}"):
        commands.import_items(settings, file, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_staff_and_programs_take_cases_and_ratings_along(running: Running) -> None:
    terminal = running.enter(TerminalDouble())
    case = terminal.file_case(ItemKind.FILING, masked_name="㛃*")
    terminal.file(RatingGiven(case.case_id, Satisfaction.VERY_DISSATISFIED, local_now()), Lane.RATINGS)
    running.push(terminal, Lane.CASES)
    running.push(terminal, Lane.RATINGS)
    running.judged()
    running.log_in()
    assert "GB/T 39046" in running.client.get("/exports").text
    cases = running.client.get("/exports/cases").json()
    by_name = {table["name"]: table for table in cases["tables"]}
    assert by_name["申请信息"]["rows"][0]["办件编号"] == case.case_number
    assert by_name["申请信息"]["rows"][0]["申报来源代码"] == "9"
    assert {loss["why"] for loss in by_name["申请信息"]["losses"]} == {"not_gb2312", "too_long"}
    rating = running.client.get("/exports/ratings").json()["tables"][0]["rows"][0]
    assert (rating["满意度"], rating["满意度代码"], rating["评价渠道"]) == ("非常不满意", "5", "政务大厅其他终端")
    assert running.client.get("/exports/nothing").status_code == 404
    for what in ("items", "voices", "supervision"):
        assert running.client.get(f"/exports/{what}").status_code == 200

    running.client.cookies.clear()
    token = commands.add_program(running.centre.settings, "district", ["ratings", "send_items"])
    signed = {"authorization": f"Bearer {token}"}
    assert running.client.get("/exchange/ratings", headers=signed).json()["tables"][0]["rows"] == [rating]
    assert running.client.get("/exchange/cases", headers=signed).status_code == 403
    assert running.client.get("/exchange/ratings").status_code == 401
    assert running.client.get("/exchange/nothing", headers=signed).status_code == 404
    row = json.loads(msgspec.json.encode(items.told(the_items()[0])))
    sent = running.client.post("/exchange/items/check", json={"rows": [row, row | {"task_code": "X"}]}, headers=signed)
    assert ([one["row"] for one in sent.json()["well"]], [one["row"] for one in sent.json()["wrong"]]) == ([0], [1])
    assert running.client.post("/exchange/items/check", content=b"[", headers=signed).status_code == 400
    assert commands.end_program(running.centre.settings, "district")
    assert running.client.get("/exchange/ratings", headers=signed).status_code == 401
    assert token not in repr(running.query("SELECT * FROM interface_accounts"))
    done = [row for row in running.query("SELECT who, act FROM audit_log") if row[1] in {"exported", "imported"}]
    assert {who for who, _ in done} == {NAME, "district"}


def test_whoever_has_one_hall_takes_that_hall_along(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_case(ItemKind.FILING)
    embedded.push(terminal, Lane.CASES)
    embedded.judged()
    embedded.log_in()
    assert embedded.client.get("/exports/cases").json()["tables"][0]["rows"]
    with embedded.centre.database.writing() as connection:
        people.grant(connection, NAME, roles=[Role.MANAGER], halls=["别的大厅"])
    assert embedded.client.get("/exports/cases").json()["tables"][0]["rows"] == []
    with embedded.centre.database.writing() as connection:
        people.grant(connection, NAME, roles=[Role.WINDOW], halls=[])
    assert embedded.client.get("/exports/cases").status_code == 403
