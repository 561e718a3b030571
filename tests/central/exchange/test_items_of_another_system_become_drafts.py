"""A provincial file without our own part: drafts with what they lack named; nothing goes out or is overwritten."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central.catalogue_lint import rules as lint
from central.enrolment import Refused
from central.exchange import commands, items
from central.exchange.begun import begun, slug_of
from contract.catalogue import Item
from tests.central.conftest import Running
from tests.central.services import SERVICES

ROW: dict[str, Any] = {
    "catalog_code": "000131016001",
    "task_code": "11610117MB2A20006E3000131016001",
    "task_name": "户外广告设置审批",
    "task_type": "01",
    "project_type": "2",
    "promise_day": 5,
    "promise_type": "工作日",
    "anticipate_day": 20,
    "anticipate_type": "工作日",
    "is_schedule": 1,
    "by_law": "中华人民共和国广告法\n陕西省户外广告管理办法",
    "dept_code": "11610117MB2A20006E",
    "dept_name": "城市管理局",
    "material": [{"material_name": "申请表", "is_need": 1, "page_num": 2, "fill_explain": "加盖公章"}],
    "question": [{"question": "要多久？", "answer": "五个工作日"}],
}


def test_what_the_schema_says_is_kept_and_everything_else_is_named() -> None:
    body = begun(ROW, slug_of(ROW))
    found = lint.lint(body)
    assert found.item is None
    lacks = {one.place for one in found.grave}
    assert {"summary", "window", "conditions", "icon", "queue", "identity", "fee", "procedure"} <= lacks
    assert not lacks & {"title", "basis", "materials", "promised_limit", "department", "slug", "version"}
    text = body.decode()
    for said in ("户外广告设置审批", "陕西省户外广告管理办法", '"working_day"', "五个工作日", "加盖公章"):
        assert said in text
    assert all(one.told("en") for one in found.grave)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"task_name": " "}, "task_name"),
        ({"promise_type": "星期"}, "promise_type"),
        ({"task_type": "77"}, "task_type"),
        ({"task_code": "", "task_handle_item": ""}, "task_code"),
        ({"plan_effective_date": "1.1.2027"}, "plan_effective_date"),
        ({"material": [{"is_need": 1}]}, "material_name"),
        ({"by_law": 7}, "by_law"),
    ],
)
def test_what_no_item_can_say_is_a_fault(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(items.Malformed, match=named):
        begun(ROW | changed, "item-a")


def test_an_item_that_is_published_keeps_what_the_schema_has_no_place_for() -> None:
    item = msgspec.toml.decode((SERVICES / "individual-business-registration.toml").read_bytes(), type=Item)
    bare = {name: value for name, value in items.told(item).items() if name not in {"suiban", "material", "question"}}
    again = lint.lint(begun(bare | {"promise_day": 2}, item.slug, items.plain(item))).item
    assert again is not None
    assert again == msgspec.structs.replace(item, promised_limit=again.promised_limit)
    assert again.promised_limit.amount == 2


def test_a_file_becomes_drafts_once_and_nobodys_draft_is_touched(embedded: Running, tmp_path: Path) -> None:
    embedded.log_in()
    other = ROW | {"task_code": "11610117MB2A20006E3000131016002", "task_name": "占道施工审批"}

    def send(*rows: dict[str, Any]) -> str:
        sent = {"file": ("items.json", json.dumps({"rows": rows}).encode())}
        return embedded.client.post("/imports/items", data={"csrf": embedded.csrf()}, files=sent).text

    assert "row 2: task_name" in send(ROW, other | {"task_name": ""})
    assert embedded.query("SELECT * FROM catalogue_drafts") == []
    shown = send(ROW, other)
    assert shown.count("新草稿") == 2
    assert "还缺 19 项：办理条件" in shown
    kept = embedded.query("SELECT slug, body, changed_at FROM catalogue_drafts ORDER BY slug")
    assert "没有填写，补齐后才能发布" in embedded.client.get(f"/catalogue/{kept[0][0]}").text
    assert send(ROW, other).count("与已有草稿相同") == 2
    assert "已有别的草稿，未改动" in send(ROW | {"promise_day": 3})
    assert embedded.query("SELECT slug, body, changed_at FROM catalogue_drafts ORDER BY slug") == kept
    assert embedded.query("SELECT count(*) FROM feed WHERE kind = 'catalogue'") == [(0,)]
    assert embedded.query("SELECT count(*) FROM rollouts") == [(0,)]

    file = tmp_path / "items.json"
    third = ROW | {"task_code": "11610117MB2A20006E3000131016003"}
    file.write_text(json.dumps({"rows": [third]}), encoding="utf-8")
    assert [one["became"] for one in commands.import_drafts(embedded.centre.settings, file)["drafts"]] == ["new"]
    file.write_text(json.dumps({"rows": [third | {"task_type": "77"}]}), encoding="utf-8")
    with pytest.raises(Refused, match="row 1: task_type"):
        commands.import_drafts(embedded.centre.settings, file)
