"""An item of a provincial file as the beginning of a draft: what the schema carries, and nothing invented. Pure.

What an item of ours needs and the schema does not say stays empty; the lint names it, and until it is said the draft
cannot go out.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from central.exchange.items import Malformed, as_fields, day, limit, need
from contract.catalogue import DEFAULT_LANGUAGE
from contract.codes import GBT_39046_CASE_TYPE, GBT_39046_ITEM_TYPE, Codes

_TEXTS: Final = {
    "title": "task_name",
    "result": "result_name",
    "place": "transact_addr",
    "opening_hours": "transact_time",
    "department": "dept_name",
}
_LINES: Final = {"basis": "by_law", "conditions": "handle_condition", "procedure": "handle_flow"}
_PLAIN: Final = {
    "basic_code": "catalog_code",
    "consultation_phone": "link_way",
    "supervision_phone": "supervise_way",
    "department_code": "dept_code",
}
_DEEPEST: Final = 6
_CODE_AT_MOST: Final = 36
"""What the schema reserves for it."""


def slug_of(row: Mapping[str, Any]) -> str:
    """What an item of another system is called here until it has a name of its own: by its code."""
    return f"item-{code_of(row).lower()}"


def code_of(row: Mapping[str, Any]) -> str:
    """Its 实施编码, with the two more of a 业务办理项. Raises Malformed."""
    code = str(row.get("task_handle_item") or row.get("task_code") or "")
    if not (code.isascii() and code.isalnum()) or len(code) > _CODE_AT_MOST:
        message = "task_code: expected 1 to 36 letters and digits"
        raise Malformed(message)
    return code


def begun(row: Mapping[str, Any], slug: str, before: Mapping[str, Any] | None = None) -> bytes:
    """The draft as TOML; `before` is the item that is published under this code, whose own fields stay. Raises
    Malformed naming a field that says something no item can say.
    """
    if not str(need(row, "task_name")).strip():
        message = "task_name: empty; expected the item's name"
        raise Malformed(message)
    made: dict[str, Any] = dict(before or {})
    made |= {"slug": slug, "implementation_code": code_of(row)}
    made.setdefault("version", 1)
    _texts(made, row)
    _values(made, row)
    if row.get("material"):
        known = {one["name"].get(DEFAULT_LANGUAGE): one for one in made.get("materials", ())}
        told = [_material(one) for one in row["material"]]
        # A paper we know by its name keeps what the schema has no place for.
        made["materials"] = [known.get(one["name"][DEFAULT_LANGUAGE], {}) | one for one in told]
    if row.get("question"):
        made["faq"] = [
            {name: {DEFAULT_LANGUAGE: str(one.get(name, ""))} for name in ("question", "answer")}
            for one in row["question"]
        ]
    return as_fields(made).encode()


def _texts(made: dict[str, Any], row: Mapping[str, Any]) -> None:
    for name, field in _TEXTS.items():
        if row.get(field):
            made[name] = dict(made.get(name, {})) | {DEFAULT_LANGUAGE: str(row[field])}
    for name, field in _LINES.items():
        before = {one.get(DEFAULT_LANGUAGE): one for one in made.get(name, ())}
        found = [before.get(text, {DEFAULT_LANGUAGE: text}) for text in _lines(row.get(field), field)]
        if found:
            made[name] = found
    for name, field in _PLAIN.items():
        if row.get(field) not in {None, ""}:
            made[name] = str(row[field])


def _values(made: dict[str, Any], row: Mapping[str, Any]) -> None:
    if row.get("plan_effective_date"):
        made["effective_from"] = date.fromisoformat(day(str(row["plan_effective_date"])))
    for name, kind in (("promised_limit", "promise"), ("legal_limit", "anticipate")):
        if row.get(f"{kind}_day") not in {None, ""}:
            made[name] = limit(row, kind)
    _named(made, "item_type", row.get("task_type"), "task_type", GBT_39046_ITEM_TYPE)
    _named(made, "case_type", row.get("project_type"), "project_type", GBT_39046_CASE_TYPE)
    if row.get("is_schedule") is not None:
        made["booking"] = str(row["is_schedule"]) == "1"
    if str(row.get("online_handle_depth") or "").isdecimal():
        made["depth"] = min(int(row["online_handle_depth"]), _DEEPEST)


def _named(made: dict[str, Any], name: str, code: object, field: str, table: Codes[Any]) -> None:
    if code in {None, ""}:
        return
    try:
        made[name] = table.name_of(str(code)).value
    except LookupError as error:
        message = f"{field}: {error.args[0]}"
        raise Malformed(message) from None


def _lines(found: object, field: str) -> Sequence[str]:
    if found is None or found == "":
        return ()
    if isinstance(found, str):
        return [line.strip() for line in found.splitlines() if line.strip()]
    if isinstance(found, list):
        return [str(line).strip() for line in found if str(line).strip()]
    message = f"{field}: expected a text or a list of texts"
    raise Malformed(message)


def _material(one: object) -> dict[str, Any]:
    if not isinstance(one, Mapping) or not str(one.get("material_name") or "").strip():
        message = "material: expected rows with material_name"
        raise Malformed(message)
    told: dict[str, Any] = {
        "name": {DEFAULT_LANGUAGE: str(one["material_name"])},
        "required": str(one.get("is_need", "1")) == "1",
    }
    if one.get("source_explain"):
        told["source"] = {DEFAULT_LANGUAGE: str(one["source_explain"])}
    if one.get("fill_explain"):
        told["note"] = {DEFAULT_LANGUAGE: str(one["fill_explain"])}
    pages = str(one.get("page_num") or "")
    if pages.isdecimal():
        told["originals"] = min(int(pages), 99)
    return told
