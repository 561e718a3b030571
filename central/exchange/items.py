"""The catalogue in a provincial item schema (standards.md 3), out and in. Pure.

`carried` are the fields of the schema; what it has no place for travels in `suiban`, so that an item goes out and comes
back whole; `missing` names what a system that reads the schema alone does not learn.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item, Material, Unit
from contract.codes import GBT_39046_CASE_TYPE, GBT_39046_ITEM_TYPE

UNIT: Final = {
    Unit.MINUTE: "分钟",
    Unit.HALF_WORKING_DAY: "半个工作日",
    Unit.WORKING_DAY: "工作日",
    Unit.CALENDAR_DAY: "自然日",
    Unit.CALENDAR_MONTH: "月",
}
_UNIT_OF: Final = {word: unit for unit, word in UNIT.items()}
_CODE_LENGTHS: Final = (24, 31, 33, 36)
_HANDLE_ITEM: Final = 33
"""From so many characters on a code names a 业务办理项."""
_CARRIED: Final = (
    "implementation_code",
    "basic_code",
    "title",
    "version",
    "effective_from",
    "item_type",
    "case_type",
    "promised_limit",
    "legal_limit",
    "booking",
    "depth",
    "result",
    "place",
    "opening_hours",
    "consultation_phone",
    "supervision_phone",
    "department",
    "department_code",
)


class Malformed(ValueError):
    """A row cannot be read; the message names the field and what was expected."""


def told(item: Item) -> dict[str, Any]:
    """One item as a row of the schema."""
    zh = DEFAULT_LANGUAGE
    is_handle_item = len(item.implementation_code) >= _HANDLE_ITEM
    return {
        "catalog_code": item.basic_code,
        "task_code": item.implementation_code[:31] if is_handle_item else item.implementation_code,
        "task_handle_item": item.implementation_code if is_handle_item else "",
        "task_name": item.title[zh],
        "task_version": item.version,
        "task_state": "1",
        "plan_effective_date": item.effective_from.isoformat(),
        "task_type": GBT_39046_ITEM_TYPE.code_of(item.item_type),
        "project_type": GBT_39046_CASE_TYPE.code_of(item.case_type),
        "promise_day": item.promised_limit.amount,
        "promise_type": UNIT[item.promised_limit.unit],
        "anticipate_day": item.legal_limit.amount,
        "anticipate_type": UNIT[item.legal_limit.unit],
        "is_schedule": int(item.booking),
        "is_express": int(any(one == "post" for one in item.delivery)),
        "is_pay_online": int(bool(item.fees)),
        "is_service_terminals": 1,
        "online_handle_depth": item.depth,
        "result_name": item.result[zh],
        "transact_addr": item.place[zh],
        "transact_time": item.opening_hours[zh],
        "link_way": item.consultation_phone,
        "supervise_way": item.supervision_phone,
        "dept_name": item.department[zh],
        "dept_code": item.department_code,
        "by_law": [text[zh] for text in item.basis],
        "handle_condition": [text[zh] for text in item.conditions],
        "handle_flow": [text[zh] for text in item.procedure],
        "material": [_material(order, one) for order, one in enumerate(item.materials, 1)],
        "question": [{"question": one.question.get(zh, ""), "answer": one.answer.get(zh, "")} for one in item.faq],
        "suiban": plain(item),
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - a struct, or what it holds
    """A struct as JSON and TOML have it, without what is as usual: what was never said is not said now either."""
    if isinstance(value, msgspec.Struct):
        told = {}
        for field in msgspec.structs.fields(value):
            one = getattr(value, field.name)
            usual = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
            if one is not None and (usual is msgspec.NODEFAULT or one != usual):
                told[field.encode_name] = plain(one)
        return told
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, date) else msgspec.to_builtins(value)


def as_toml(item: Item) -> str:
    """An item as a file for `central publish catalogue`: a line a field, what is inside it written inline."""
    return as_fields(plain(item))


def as_fields(values: Mapping[str, Any]) -> str:
    """The same for what is no whole item yet."""
    return "".join(f"{name} = {_inline(value)}\n" for name, value in values.items())


def _inline(value: Any) -> str:  # noqa: ANN401 - what JSON has
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_inline(name)} = {_inline(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(one) for one in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return msgspec.json.encode(value).decode()  # strings, numbers and switches are written alike in both


def _material(order: int, one: Material) -> dict[str, Any]:
    zh = DEFAULT_LANGUAGE
    return {
        "order_num": order,
        "material_name": one.name[zh],
        "is_need": int(one.required),
        "source_explain": one.source.get(zh, ""),
        "page_num": one.originals + one.copies,
        "fill_explain": (one.note or {}).get(zh, ""),
        "example_guid": one.sample,
    }


def missing(item: Item) -> tuple[str, ...]:
    """What a reader of the schema alone does not learn of this item: our names of the fields, in order."""
    usual = {field.name: field.default for field in msgspec.structs.fields(Item)}
    by_lists = {"basis", "conditions", "procedure", "materials", "faq", "fees", "delivery"}
    plain = [name for name in Item.__struct_fields__ if name not in by_lists and name not in _CARRIED]
    found = [name for name in plain if getattr(item, name) not in (usual[name], (), None, False, "", 0)]
    tongues = [f"{name}.{tongue}" for name in ("title", "result", "place") for tongue in getattr(item, name)]
    return tuple(found + [one for one in tongues if not one.endswith(f".{DEFAULT_LANGUAGE}")])


def read(row: dict[str, Any]) -> Item:
    """An item from a row. Its schema fields count; `suiban` gives the rest. Raises Malformed naming the field."""
    ours = row.get("suiban")
    if not isinstance(ours, dict):
        message = (
            "suiban: missing; take an item of another system in as a draft (`central import-items --drafts`, or the "
            "page 数据导入) and complete it in the catalogue editor"
        )
        raise Malformed(message)
    code = str(row.get("task_handle_item") or row.get("task_code") or "")
    if not code.startswith(str(row.get("task_code") or "")):
        message = "task_code: expected the beginning of task_handle_item"
        raise Malformed(message)
    if len(code) not in _CODE_LENGTHS:
        message = f"task_code: {len(code)} characters; expected {', '.join(map(str, _CODE_LENGTHS))}"
        raise Malformed(message)
    changed = ours | {
        "implementation_code": code,
        "basic_code": str(need(row, "catalog_code")),
        "version": need(row, "task_version"),
        "effective_from": day(str(need(row, "plan_effective_date"))),
        "promised_limit": limit(row, "promise"),
        "legal_limit": limit(row, "anticipate"),
        "booking": bool(need(row, "is_schedule")),
        "depth": need(row, "online_handle_depth"),
        "consultation_phone": str(need(row, "link_way")),
        "supervision_phone": str(need(row, "supervise_way")),
        "department_code": str(need(row, "dept_code")),
    }
    for name, field in (("title", "task_name"), ("result", "result_name"), ("place", "transact_addr")):
        changed[name] = dict(ours.get(name, {})) | {DEFAULT_LANGUAGE: str(need(row, field))}
    for name, field, table in (
        ("item_type", "task_type", GBT_39046_ITEM_TYPE),
        ("case_type", "project_type", GBT_39046_CASE_TYPE),
    ):
        try:
            changed[name] = table.name_of(str(need(row, field))).value
        except LookupError as error:
            message = f"{field}: {error.args[0]}"
            raise Malformed(message) from None
    try:
        return msgspec.convert(changed, Item, strict=False)
    except msgspec.ValidationError as error:
        message = f"suiban: {error}"
        raise Malformed(message) from None


def need(row: Mapping[str, Any], field: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """A field that must be there. Raises Malformed."""
    if field not in row:
        message = f"{field}: missing"
        raise Malformed(message)
    return row[field]


def day(text: str) -> str:
    """A date as TOML and JSON have it. Raises Malformed."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = f"plan_effective_date: {text!r}; expected a date such as 2026-11-22"
        raise Malformed(message) from None


def limit(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """`promise` or `anticipate` with its unit. Raises Malformed."""
    unit = _UNIT_OF.get(str(need(row, f"{kind}_type")))
    if unit is None:
        message = f"{kind}_type: {row[f'{kind}_type']!r}; expected one of {', '.join(_UNIT_OF)}"
        raise Malformed(message)
    try:
        return {"amount": int(need(row, f"{kind}_day")), "unit": unit.value}
    except ValueError:
        message = f"{kind}_day: {row[f'{kind}_day']!r}; expected a whole number of {UNIT[unit]}"
        raise Malformed(message) from None


def checked(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Which rows are items as they stand, and what is wrong with each of the others."""
    well: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        try:
            item = read(row)
        except Malformed as error:
            wrong.append({"row": number, "task_code": str(row.get("task_code", ""))[:50], "why": str(error)})
        else:
            well.append({"row": number, "slug": item.slug, "version": item.version})
    return {"well": well, "wrong": wrong}
