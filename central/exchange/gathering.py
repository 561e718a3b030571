"""Makes each export from what stands in the database. Persons are named in part, as staff see them: no export opens
what is sealed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from central.database import Transaction
from central.exchange import items, rules, store
from central.exchange import tables_of_standard as standard
from central.exchange.rules import GBT_39046_CHANNEL, Channel, Value, Written
from central.feed.catalogue import store as catalogue
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.codes import GBT_39046_CASE_TYPE, GBT_39046_SATISFACTION, CaseType, Satisfaction

SATISFACTION_NAME: Final = {
    Satisfaction.VERY_SATISFIED: "非常满意",
    Satisfaction.SATISFIED: "满意",
    Satisfaction.FAIRLY_SATISFIED: "基本满意",
    Satisfaction.DISSATISFIED: "不满意",
    Satisfaction.VERY_DISSATISFIED: "非常不满意",
}
CASE_TYPE_NAME: Final = {CaseType.IMMEDIATE: "即办件", CaseType.PROMISED: "承诺件", CaseType.OTHER: "其他"}
_ENDS: Final = {"decided": "予以办结", "refused": "不予批准"}
_BACK: Final = frozenset({"correction", "refused"})
_STEP_NAME: Final = {
    "accepted": "受理",
    "correction": "补正",
    "completed": "补齐材料",
    "decided": "办结",
    "refused": "不予批准",
    "ready": "结果待领",
    "delivered": "送达",
    "transferred": "转办",
    "brought_back": "交回",
    "sent_away": "转外地",
    "away": "外地办理",
    "back_from_away": "外地办结",
}


class What(StrEnum):
    """What may be exported."""

    ITEMS = "items"
    CASES = "cases"
    RATINGS = "ratings"
    VOICES = "voices"
    SUPERVISION = "supervision"


def made(
    connection: Transaction, what: What, since: datetime, before: datetime, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    """One export: its tables and what they could not hold, as JSON has it."""
    known = {item.slug: item for item in catalogue.every(connection, now)}
    if what is What.ITEMS:
        rows = [items.told(item) for item in known.values()]
        left = {item.slug: items.missing(item) for item in known.values()}
        return {"standard": "省级事项库", "rows": rows, "not_in_schema": left}
    tables = _TABLES[what](connection, since, before, zone, known)
    return {"standard": "GB/T 39046-2020", "since": since, "before": before, "tables": tables}


def _type_of(item: Item | None) -> dict[str, Value]:
    if item is None:
        return {}
    code = GBT_39046_CASE_TYPE.code_of(item.case_type)
    return {"办件类型": CASE_TYPE_NAME[item.case_type], "办件类型代码": code}


def _region(case_number: str) -> str:
    return case_number[:6] if case_number[:6].isdigit() else ""


def _cases(
    connection: Transaction, since: datetime, before: datetime, zone: tzinfo, known: Mapping[str, Item]
) -> list[Written]:
    applied: list[dict[str, Value]] = []
    materials: list[dict[str, Value]] = []
    accepted: list[dict[str, Value]] = []
    handled: list[dict[str, Value]] = []
    ended: list[dict[str, Value]] = []
    for case in store.cases_between(connection, since, before):
        item = known.get(case["item"])
        applied.append(_application(case, item))
        papers = item.materials if item else ()
        materials += [
            {"办件编号": case["case_number"], "材料名称": one.name[DEFAULT_LANGUAGE], "是否收取": one.required}
            for one in papers
        ]
    for step in store.steps_between(connection, since, before):
        item = known.get(step["item"])
        unit: dict[str, Value] = {"处理单位名称": item.department[DEFAULT_LANGUAGE]} if item else {}
        code: dict[str, Value] = {"处理单位代码": item.department_code} if item else {}
        handled.append(
            {
                "办件编号": step["case_number"],
                "业务动作": "退回" if step["step"] in _BACK else "通过",
                "环节名称": _STEP_NAME.get(step["step"], step["step"]),
                "环节处理人": step["by_whom"],
                "环节处理意见": step["note"],
                "环节开始时间": step["at"],
                "环节结束时间": step["at"],
                "环节办理状态代码": "2",
            }
            | unit
            | code
        )
        if step["step"] == "accepted":
            accepted.append(_acceptance(step, item))
        if step["step"] in _ENDS:
            told: dict[str, Value] = {"办理人姓名": step["by_whom"], "办件结果描述": _ENDS[step["step"]]}
            maker: dict[str, Value] = {"发证/盖章单位": item.department[DEFAULT_LANGUAGE]} if item else {}
            ended.append(
                {"办件编号": step["case_number"], "办结时间": step["at"], "行政区划": _region(step["case_number"])}
                | told
                | maker
            )
    pairs = (
        (standard.APPLICATION, applied),
        (standard.MATERIAL, materials),
        (standard.ACCEPTANCE, accepted),
        (standard.HANDLING, handled),
        (standard.COMPLETION, ended),
    )
    return [rules.written(table, rows, zone) for table, rows in pairs]


def _application(case: Mapping[str, Any], item: Item | None) -> dict[str, Value]:
    return {
        "办件编号": case["case_number"],
        "实施编码": case["implementation_code"],
        "事项名称": case["item_title"],
        "申请者名称": case["masked_name"],
        "申报来源代码": rules.SOURCE_CODE.get(case["channel"], rules.SOURCE_OTHER),
        "申请时间": datetime.fromisoformat(case["filed_at"]),
        "行政区划": _region(case["case_number"]),
    } | _type_of(item)


def _acceptance(step: Mapping[str, Any], item: Item | None) -> dict[str, Value]:
    of_item: dict[str, Value] = {}
    if item is not None:
        of_item = {
            "基本编码": item.basic_code,
            "实施编码": item.implementation_code,
            "事项名称": item.title[DEFAULT_LANGUAGE],
            "受理单位名称": item.department[DEFAULT_LANGUAGE],
            "统一社会信用代码": item.department_code,
        }
    number = step["case_number"]
    told: dict[str, Value] = {"办件编号": number, "受理人员": step["by_whom"], "受理时间": step["at"]}
    return told | {"行政区划": _region(number)} | of_item | _type_of(item)


def _ratings(
    connection: Transaction, since: datetime, before: datetime, zone: tzinfo, _: Mapping[str, Item]
) -> list[Written]:
    rows: list[dict[str, Value]] = []
    for one in store.ratings_between(connection, since, before):
        level = Satisfaction(one["satisfaction"])
        rows.append(
            {
                "办件编号": one["case_number"],
                "评价渠道": GBT_39046_CHANNEL.code_of(Channel(one["channel"])),
                "评价人": one["masked_name"],
                "评价时间": datetime.fromisoformat(one["at"]),
                "评价次数": 2 if one["again"] else 1,
                "满意度": SATISFACTION_NAME[level],
                "满意度代码": GBT_39046_SATISFACTION.code_of(level),
                "行政区划": _region(one["case_number"]),
            }
        )
    return [rules.written(standard.RATING, rows, zone)]


def _voices(
    connection: Transaction, since: datetime, before: datetime, zone: tzinfo, known: Mapping[str, Item]
) -> list[Written]:
    asked: list[dict[str, Value]] = [
        {
            "咨询编码": one["number"],
            "咨询人": one["masked_contact"],
            "咨询标题": _title(one, known),
            "咨询时间": datetime.fromisoformat(one["at"]),
            "处理时间": one["answered_at"],
            "处理人": one["answered_by"],
            "处理意见": one["answer"],
            "延期时限": one["extended_until"],
            "延期原因": one["extension_reason"],
        }
        for one in store.voices_between(connection, "consultation", since, before)
    ]
    complained: list[dict[str, Value]] = [
        {
            "投诉标题": f"{one['number']} {_title(one, known)}",
            "投诉人": one["masked_contact"],
            "被投诉单位": one["against"],
            "投诉来源": GBT_39046_CHANNEL.code_of(Channel(one["channel"])),
            "投诉时间": datetime.fromisoformat(one["at"]),
            "承办单位名称": one["unit"],
            "承办人": one["answered_by"],
            "反馈信息": one["answer"],
            "反馈时间": one["answered_at"],
            "承诺时限": one["promised_until"],
            "延期时限": one["extended_until"],
            "延期原因": one["extension_reason"],
        }
        for one in store.voices_between(connection, "complaint", since, before)
    ]
    return [rules.written(standard.CONSULTATION, asked, zone), rules.written(standard.COMPLAINT, complained, zone)]


def _title(one: Mapping[str, Any], known: Mapping[str, Item]) -> str:
    item = known.get(one["item"] or "")
    return item.title[DEFAULT_LANGUAGE] if item else str(one["about"])


def _supervision(
    connection: Transaction, since: datetime, before: datetime, zone: tzinfo, _: Mapping[str, Item]
) -> list[Written]:
    rows: list[dict[str, Value]] = [
        {
            "办件编号": one["case_number"],
            "督办内容": one["title"],
            "监察编号": one["id"],
            "监察规则编号": one["rule"],
            "监察预警类型代码": {"yellow": "1", "red": "2"}[one["level"]],
            "状态产生时间": one["raised_at"],
            "监察结果描述": one["cleared_note"],
            "责任部门": one["unit"],
        }
        for one in store.cards_between(connection, since, before)
    ]
    return [rules.written(standard.SUPERVISION, rows, zone)]


_TABLES: Final[dict[What, Callable[[Transaction, datetime, datetime, tzinfo, Mapping[str, Item]], list[Written]]]] = {
    What.CASES: _cases,
    What.RATINGS: _ratings,
    What.VOICES: _voices,
    What.SUPERVISION: _supervision,
}
