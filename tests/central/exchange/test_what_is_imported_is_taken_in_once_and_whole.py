"""Import of GB/T 39046 records: checked whole, kept once, never mixed with our own, never overwritten in silence."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.exchange import commands
from central.exchange.rules import Channel
from central.exchange.taking import comparing, files, rules
from central.exchange.taking.comparing import Outcome
from central.exchange.taking.files import Kind, Unreadable
from central.exchange.taking.partners import CASE_TYPE_OF, SATISFACTION_OF, TABLES, Partner
from central.people import store as people
from central.people.rights import Role
from central.trace import keeping
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import RatingGiven
from tests.central.conftest import NAME, Running, start, write_config
from tests.central.terminal_double import TerminalDouble, local_now

ZONE = ZoneInfo("Asia/Shanghai")
CASE = {
    "办件编号": "SX2026000001",
    "实施编码": "11610117MB2A200061000131001",
    "事项名称": "户外广告设置审批",
    "办件类型": "承诺件",
    "办件类型代码": "2",
    "申请者名称": "张三",
    "证件号码": "11010519491231002X",
    "申报来源代码": "2",
    "申请时间": "20261103T091500",
    "行政区划": "610116",
}
STEP = {"办件编号": "SX2026000001", "环节名称": "受理", "环节开始时间": "20261104T100000", "环节办理状态代码": "2"}
RATING = {
    "办件编号": "SX2026000001",
    "评价渠道": "移动服务端",
    "评价人": "张三",
    "评价时间": "20261110T120000",
    "评价次数": "1",
    "满意度": "非常不满意",
    "满意度代码": "5",
    "文字评价": "窗口的李四态度不好，电话13812345678",
}
COMPLAINT = {
    "投诉标题": "等候太久",
    "投诉人": "李四",
    "投诉时间": "20261112T080000",
    "反馈信息": "已增开窗口，电话13812345678",
}


def told(**tables: list[dict[str, Any]]) -> bytes:
    return json.dumps({"tables": [{"name": name, "rows": rows} for name, rows in tables.items()]}).encode()


def checked(kind: Kind, partner: Partner = Partner.GBT_39046, **tables: list[dict[str, Any]]) -> rules.Checked:
    return rules.checked(files.read(told(**tables), kind), kind, TABLES[partner], ZONE)


def faults(found: rules.Checked) -> list[tuple[str, int, str, str]]:
    return [(one.table, one.line, one.field, one.what) for one in found.faults]


def test_each_fault_is_named_with_its_line_and_field() -> None:
    wrong = [
        CASE,
        CASE | {"办件编号": "S" * 51},
        CASE | {"办件编号": "B", "申请时间": "3.11.2026"},
        CASE | {"办件编号": "C", "办件类型代码": "7"},
        CASE | {"办件编号": "D", "申报来源代码": "8"},
        CASE | {"办件编号": "E", "颜色": "红"},
        {"办件编号": "F", "事项名称": "某事项"},
        CASE | {"事项名称": "另一事项"},
    ]
    assert faults(checked(Kind.CASES, 申请信息=wrong)) == [
        ("申请信息", 2, "办件编号", "too_long"),
        ("申请信息", 3, "申请时间", "no_moment"),
        ("申请信息", 4, "办件类型代码", "no_code"),
        ("申请信息", 5, "申报来源代码", "no_code"),
        ("申请信息", 6, "颜色", "unknown_field"),
        ("申请信息", 7, "申请时间", "missing"),
        ("申请信息", 8, "办件编号", "twice"),
    ]
    assert faults(checked(Kind.RATINGS, 评价信息=[RATING | {"评价次数": "一"}])) == [
        ("评价信息", 1, "评价次数", "no_number")
    ]


def test_the_wrong_partners_table_is_noticed_and_the_right_one_means_the_same() -> None:
    assert faults(checked(Kind.RATINGS, Partner.ZHEJIANG, 评价信息=[RATING | {"评价渠道": "2"}])) == [
        ("评价信息", 1, "满意度代码", "disagrees")
    ]
    assert faults(checked(Kind.CASES, Partner.ZHEJIANG, 申请信息=[CASE])) == [
        ("申请信息", 1, "办件类型代码", "disagrees")
    ]
    theirs = RATING | {"评价渠道": "2", "满意度代码": "1"}
    one, other = checked(Kind.RATINGS, 评价信息=[RATING]), checked(Kind.RATINGS, Partner.ZHEJIANG, 评价信息=[theirs])
    assert one.records == other.records
    assert one.records[0].body["评价信息"][0]["满意度代码"] == Satisfaction.VERY_DISSATISFIED


@pytest.mark.parametrize("partner", list(Partner))
def test_every_level_and_type_is_read_back_as_what_was_written(partner: Partner) -> None:
    tables = TABLES[partner]
    for name, level in SATISFACTION_OF.items():
        row = RATING | {"满意度": name, "满意度代码": tables.satisfaction.code_of(level)}
        row["评价渠道"] = tables.channel.code_of(Channel.SMS)
        body = checked(Kind.RATINGS, partner, 评价信息=[row]).records[0].body["评价信息"][0]
        assert body["满意度代码"] == body["满意度"] == level
    for name, kind in CASE_TYPE_OF.items():
        try:
            code = tables.case_type.code_of(kind)
        except LookupError:
            continue
        row = CASE | {"办件类型": name, "办件类型代码": code}
        assert checked(Kind.CASES, partner, 申请信息=[row]).records[0].body["申请信息"][0]["办件类型代码"] == kind


def test_nobody_is_named_and_what_finds_a_person_is_not_kept() -> None:
    found = [
        *checked(Kind.CASES, 申请信息=[CASE]).records,
        *checked(Kind.RATINGS, 评价信息=[RATING]).records,
        *checked(Kind.COMPLAINTS, 投诉信息=[COMPLAINT]).records,
    ]
    kept = repr(found)
    for personal in ("张三", "李四", "11010519491231002X", "13812345678"):
        assert personal not in kept, personal
    assert "张*" in kept
    assert checked(Kind.CASES, 申请信息=[CASE]).left_out == {"证件号码": 1}


def test_a_table_of_a_spreadsheet_is_read_in_either_encoding() -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(CASE))
    writer.writeheader()
    writer.writerow(CASE)
    for encoding in ("utf-8-sig", "gb18030"):
        sheets = files.read(out.getvalue().encode(encoding), Kind.CASES)
        assert sheets[0].rows == ((2, CASE),)
    for content, problem in (
        (b"{", "no_tables"),
        (b'{"tables": [{"name": "\xe8\xaf\x84\xe4\xbb\xb7\xe4\xbf\xa1\xe6\x81\xaf", "rows": []}]}', "other_table"),
        (b'{"tables": []}', "no_rows"),
        (b"a,b\n1,2\n", "no_header"),
        (b"\xff\xfe\xff", "no_text"),
    ):
        with pytest.raises(Unreadable, match=problem):
            files.read(content, Kind.CASES)


CELLS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), min_size=1)
BODIES = st.dictionaries(st.sampled_from(["申请信息", "办理环节信息"]), st.lists(CELLS, min_size=1, max_size=1))


@settings(max_examples=60, deadline=None)
@given(BODIES, BODIES)
def test_whatever_is_said_again_is_the_same_and_nothing_is_overwritten(before: rules.Body, after: rules.Body) -> None:
    assert comparing.compared(before, before).outcome is Outcome.SAME
    first = comparing.compared(before, after)
    if first.outcome is Outcome.CONFLICT:
        assert first.body == before
        assert first.fields
        return
    for name, rows in before.items():
        assert all(any(row.items() <= kept.items() for kept in first.body[name]) for row in rows)
    assert comparing.compared(first.body, after).outcome is Outcome.SAME


@pytest.fixture
def send(embedded: Running) -> Callable[..., tuple[int, str]]:
    embedded.log_in()

    def post(kind: str, content: bytes, codes: str = "gbt-39046", source: str = "省平台") -> tuple[int, str]:
        form = {"csrf": embedded.csrf(), "kind": kind, "codes": codes, "source": source}
        answer = embedded.client.post("/imports", data=form, files={"file": ("f.json", content)})
        return answer.status_code, answer.text

    return post


def rows(running: Running) -> list[tuple[object, ...]]:
    return running.query("SELECT kind, code, body, changed_at FROM exchange_records ORDER BY kind, code")


def test_a_file_is_kept_whole_once_and_goes_on(embedded: Running, send: Callable[..., tuple[int, str]]) -> None:
    status, shown = send("cases", told(申请信息=[CASE, CASE | {"办件编号": "B", "申请时间": "never"}]))
    assert status == 422
    assert "没有导入：1 处不对" in shown
    assert "“never”不是日期时间" in shown
    assert rows(embedded) == []
    file = told(申请信息=[CASE, CASE | {"办件编号": "B"}], 办理环节信息=[STEP])
    assert "新增 2" in send("cases", file)[1]
    kept = rows(embedded)
    assert "相同 2" in send("cases", file)[1]
    assert rows(embedded) == kept
    assert embedded.query("SELECT count(*) FROM exchange_loads") == [(1,)]
    later = {"办件编号": "B", "办结时间": "2026111010:00:00", "办件结果描述": "予以办结"}
    assert "补充 1" in send("cases", told(办结信息=[later]))[1]
    status, shown = send("cases", told(办结信息=[later | {"办件编号": "Z"}]))
    assert (status, "没有办件“Z”的申请信息" in shown) == (422, True)
    record = embedded.client.get("/imports/record?kind=cases&code=B").text
    assert "导入自 省平台" in record
    assert "从其他系统导入后续内容" in record
    assert "张三" not in record
    assert "共 2 条" in embedded.client.get("/imports/records?kind=cases").text
    assert "共 1 条" in embedded.client.get("/imports/records?kind=cases&words=SX20").text
    assert embedded.client.get("/imports/record?kind=cases&code=none").status_code == 404
    report = keeping.verify(embedded.centre.database, embedded.centre.keys, embedded.clock())
    assert (report.faults, report.cases) == ((), 2)
    acts = embedded.query("SELECT about, detail FROM audit_log WHERE act = 'imported'")
    assert ("import cases", "省平台 (gbt-39046): new 2") in acts


def test_what_says_otherwise_waits_for_a_person(embedded: Running, send: Callable[..., tuple[int, str]]) -> None:
    send("ratings", told(评价信息=[RATING]))
    kept = rows(embedded)
    praise = RATING | {"满意度": "非常满意", "满意度代码": "1"}
    for _ in range(2):
        assert "不一致 1" in send("ratings", told(评价信息=[praise]))[1]
        assert rows(embedded) == kept
    found = embedded.query("SELECT conflict_id, fields FROM exchange_conflicts")
    assert [fields for _, fields in found] == ["评价信息·满意度、评价信息·满意度代码"]
    form = {"csrf": embedded.csrf(), "conflict": str(found[0][0]), "how": "taken"}
    assert embedded.client.post("/imports/decide", data=form, follow_redirects=False).status_code == 303
    assert '"very_satisfied"' in str(rows(embedded)[0][2])
    assert "没有等待决定的" in embedded.client.get("/imports").text
    assert embedded.query("SELECT settled, settled_by FROM exchange_conflicts") == [("taken", NAME)]


def test_our_own_export_is_known_again_and_nothing_is_counted_twice(
    embedded: Running, send: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    terminal = embedded.enter(TerminalDouble())
    case = terminal.file_case(ItemKind.FILING, masked_name="张*")
    terminal.file(RatingGiven(case.case_id, Satisfaction.DISSATISFIED, local_now()), Lane.RATINGS)
    embedded.push(terminal, Lane.CASES)
    embedded.push(terminal, Lane.RATINGS)
    embedded.judged()
    counted = [embedded.client.get(f"/exports/{what}").json()["tables"][0]["rows"] for what in ("cases", "ratings")]
    for kind in ("cases", "ratings"):
        mine = embedded.client.get(f"/exports/{kind}").content
        assert "本中心已有 1" in send(kind, mine)[1], kind
    assert rows(embedded) == []
    theirs = {"办件编号": case.case_number, "评价时间": "20261110T120000", "评价次数": 2, "满意度代码": "1"}
    assert "新增 1" in send("ratings", told(评价信息=[theirs]))[1]
    other = theirs | {"评价次数": 1}
    assert "不一致 1" in send("ratings", told(评价信息=[other]))[1]
    assert "本中心自己的办件，不由导入改写" in embedded.client.get("/imports").text
    conflict = str(embedded.query("SELECT conflict_id FROM exchange_conflicts")[0][0])
    form = {"csrf": embedded.csrf(), "conflict": conflict, "how": "taken"}
    embedded.client.post("/imports/decide", data=form)
    assert embedded.query("SELECT settled FROM exchange_conflicts") == [("",)]
    after = [embedded.client.get(f"/exports/{what}").json()["tables"][0]["rows"] for what in ("cases", "ratings")]
    assert after == counted
    assert "从其他系统导入评价" in embedded.client.get(f"/cases/{case.case_id}/trace").text

    (tmp_path / "other").mkdir()
    for another in start(write_config(tmp_path / "other")):
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(embedded.client.get("/exports/cases").json()), encoding="utf-8")
        report = commands.import_records(another.centre.settings, file, Kind.CASES, "gbt-39046", "邻区")
        assert (report.counts["new"], report.faults) == (1, ())
        again = commands.import_records(another.centre.settings, file, Kind.CASES, "gbt-39046", "邻区")
        assert (again.counts["new"], again.counts["same"]) == (0, 1)
        assert another.query("SELECT count(*) FROM cases") == [(0,)]


def test_only_who_exchanges_for_the_whole_district_imports(
    embedded: Running, send: Callable[..., tuple[int, str]]
) -> None:
    for kind, codes, source in (("cases", "", "省平台"), ("", "gbt-39046", "省平台"), ("cases", "gbt-39046", " ")):
        assert send(kind, told(申请信息=[CASE]), codes, source)[0] == 422
    with embedded.centre.database.writing() as connection:
        people.grant(connection, NAME, roles=[Role.MANAGER], halls=["别的大厅"])
    assert send("cases", told(申请信息=[CASE]))[0] == 403
    with embedded.centre.database.writing() as connection:
        people.grant(connection, NAME, roles=[Role.WINDOW], halls=[])
    assert embedded.client.get("/imports").status_code == 403
    assert rows(embedded) == []


def test_moments_of_all_three_forms_become_one() -> None:
    for text in ("20261110T120000", "20261110120000", "2026111012:00:00", "2026-11-10 12:00:00"):
        body = checked(Kind.RATINGS, 评价信息=[RATING | {"评价时间": text}]).records[0].body
        assert datetime.fromisoformat(body["评价信息"][0]["评价时间"]) == datetime(2026, 11, 10, 4, tzinfo=UTC)
