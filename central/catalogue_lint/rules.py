"""What is wrong with a service item: what must be said and is not (ZN-07), codes, promises, steps (ZN-09). Pure.

A grave finding keeps the item from being published; another is shown by the name of the policy it breaks, and whoever
publishes all the same says why (原则上 leaves room).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from stdnum.cn import uscc

from contract.catalogue import DEFAULT_LANGUAGE, Identity, Item, Text, TimeLimit, Unit, say
from contract.compression import Compression
from contract.work_lists import working_days

SHARE: Final = 0.55
"""Of the legal limit, at most: 压缩办理时限较法定时限减少45%以上 (SX-14)."""
STEPS_AT_MOST: Final = 6
"""精简办事环节: more steps than these are flagged."""
_LEVEL: Final = r"[1-7]"
_MANDATORY: Final = ("conditions", "materials", "basis", "window", "promised_limit")
"""办理条件、办理材料、办理依据、办理窗口、承诺时限 (ZN-07)."""


WORDS: Final[Mapping[str, Text]] = {
    "unreadable": {"zh-Hans": "不是有效的 TOML：{why}", "en": "not readable as TOML: {why}"},
    "shape": {"zh-Hans": "内容不符合事项格式：{why}", "en": "not of the shape of an item: {why}"},
    "empty": {
        "zh-Hans": "必填内容为空，补齐后才能发布",
        "en": "must not be empty; say it in Chinese before the item is published",
    },
    "absent": {
        "zh-Hans": "没有填写，补齐后才能发布",
        "en": "is not said; an item needs it before it is published",
    },
    "basic_code": {
        "zh-Hans": "基本编码 {code} 应为 10 位或 12 位数字、大写字母",
        "en": "the basic code {code} is not of 10 or 12 digits and capitals",
    },
    "implementation_code": {
        "zh-Hans": "实施编码 {code} 应由 18 位社会信用代码、1 位行使层级和基本编码组成，业务办理项再加 2 位",
        "en": "the code {code} is not made of the office's 18 characters, one of the level and the basic code "
        "(2 more for a case of its own)",
    },
    "department_code": {
        "zh-Hans": "统一社会信用代码 {code} 的校验位不对，请核对",
        "en": "the office's code {code} has a wrong check character; compare it",
    },
    "later_than_law": {
        "zh-Hans": "承诺 {promised} 个工作日，晚于法定的 {legal} 个工作日",
        "en": "{promised} working days are promised, the law allows {legal}",
    },
    "policy_share": {
        "zh-Hans": "“压缩 45% 以上”政策：承诺 {promised} 个工作日，应不超过法定 {legal} 的 {share}%，即 {most}",
        "en": "policy “cut by 45 %”: {promised} working days are promised, at most {most} ({share} % of {legal})",
    },
    "policy_ranges": {
        "zh-Hans": "“分段压缩”政策：承诺 {promised} 个工作日，法定 {legal}，按表应不超过 {most}",
        "en": "policy “cut by ranges”: {promised} working days are promised, at most {most} by its table for {legal}",
    },
    "steps": {
        "zh-Hans": "办理环节 {steps} 个，超过 {most} 个，请精简",
        "en": "{steps} steps, more than {most}: make it shorter",
    },
}
"""What each finding says, for staff and for the command line."""


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rules for promised limits a district has switched on; they differ by district (standards.md 7)."""

    share: bool = True
    """At most 0.55 of the legal limit."""
    ranges: bool = False
    """The table of ranges (3 to 7 days one day less, and so on)."""
    compression: Compression = Compression()
    steps: int = STEPS_AT_MOST


class Finding(msgspec.Struct, frozen=True):
    """One thing. `rule` is the key of its words, `place` the field; `values` fill the words."""

    rule: str
    place: str
    grave: bool
    values: dict[str, str] = {}

    def told(self, language: str) -> str:
        """In words."""
        return say(WORDS[self.rule], language).format(**self.values)


class Linted(msgspec.Struct, frozen=True):
    """An item with what was found. `item` is None where it cannot be read at all."""

    item: Item | None
    findings: tuple[Finding, ...]
    steps: int = 0

    @property
    def grave(self) -> tuple[Finding, ...]:
        """What keeps it from going out."""
        return tuple(one for one in self.findings if one.grave)

    @property
    def flags(self) -> tuple[Finding, ...]:
        """What may stay with a reason."""
        return tuple(one for one in self.findings if not one.grave)


def lint(raw: bytes, policies: Policies | None = None) -> Linted:
    """Everything that is wrong with an item written as TOML."""
    try:
        values = tomllib.loads(raw.decode())
    except ValueError as error:
        return Linted(None, (Finding("unreadable", "", grave=True, values={"why": str(error)}),))
    empty = tuple(_empty(values))
    try:
        item = msgspec.convert(values, Item)
    except ValueError as error:
        absent = tuple(_absent(values))
        named = _place(str(error))
        if absent and named not in values:  # it says no more than that the first of them is not there
            return Linted(None, (*empty, *absent))
        shape = Finding("shape", named, grave=True, values={"why": str(error)})
        return Linted(None, (*empty, *absent, shape))
    return of_item(item, policies or Policies(), empty)


def of_item(item: Item, policies: Policies, empty: tuple[Finding, ...] = ()) -> Linted:
    """The same for an item that can be read."""
    found = (*empty, *_code(item), *_promise(item, policies), *_steps(item, policies))
    return Linted(item, found, len(item.procedure))


# --- what must be said ----------


def _empty(values: Mapping[str, Any]) -> Iterable[Finding]:
    for name in _MANDATORY:
        if _says_nothing(name, values):
            yield Finding("empty", name, grave=True)


def _absent(values: Mapping[str, Any]) -> Iterable[Finding]:
    """Every other field an item cannot be without, so that nobody mends one after another."""
    for field in msgspec.structs.fields(Item):
        if field.required and field.name not in values and field.name not in _MANDATORY:
            yield Finding("absent", field.name, grave=True)


def _says_nothing(name: str, values: Mapping[str, Any]) -> bool:
    """A list needs one line in Chinese, a text Chinese words. Of materials the card that is read is one, and an item of
    several parts has those of its parts.
    """
    found = values.get(name)
    if name == "materials":
        spared = values.get("identity") != Identity.NONE.value or bool(values.get("joint"))
        return (not found and not spared) or any(not _chinese(one.get("name")) for one in found or ())
    if name == "promised_limit":
        return not isinstance(found, Mapping) or "amount" not in found or "unit" not in found
    if isinstance(found, list):
        return not found or any(not _chinese(one) for one in found)
    return not _chinese(found)


def _chinese(text: object) -> bool:
    return isinstance(text, Mapping) and bool(str(text.get(DEFAULT_LANGUAGE, "")).strip())


def _place(message: str) -> str:
    named = re.search(r"field `([a-z_]+)", message) or re.search(r"at `\$\.([a-z_]+)", message)
    return named[1] if named else ""


# --- codes ----------


def _code(item: Item) -> Iterable[Finding]:
    """实施编码 = 18 of the office, 1 of the level, 12 of the basic code, at times 2 more (standards.md 3)."""
    if not re.fullmatch(r"[0-9A-Z]{10}|[0-9A-Z]{12}", item.basic_code):
        yield Finding("basic_code", "basic_code", grave=True, values={"code": item.basic_code})
    shape = re.escape(item.department_code) + _LEVEL + re.escape(item.basic_code) + r"([0-9A-Z]{2})?"
    printed = re.fullmatch(r"[0-9A-Z]{10,24}", item.implementation_code)
    if not re.fullmatch(shape, item.implementation_code) and not printed:
        yield Finding("implementation_code", "implementation_code", True, {"code": item.implementation_code})
    if not uscc.is_valid(item.department_code):
        yield Finding("department_code", "department_code", grave=False, values={"code": item.department_code})


# --- promises ----------


def _promise(item: Item, policies: Policies) -> Iterable[Finding]:
    """A promise later than the law allows is grave; one a policy wants shorter names that policy."""
    legal, promised = working_days(item.legal_limit), working_days(item.promised_limit)
    told = {"promised": f"{promised:g}", "legal": f"{legal:g}"}
    if legal and promised > legal + 1e-9:
        yield Finding("later_than_law", "promised_limit", grave=True, values=told)
        return
    if policies.share and legal and promised > SHARE * legal + 1e-9:
        most = {"most": f"{SHARE * legal:.2f}", "share": f"{100 * SHARE:.0f}"}
        yield Finding("policy_share", "promised_limit", grave=False, values=told | most)
    if policies.ranges and item.legal_limit.unit in {Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.CALENDAR_MONTH}:
        of_law = TimeLimit(
            1, Unit.CALENDAR_DAY if item.legal_limit.unit is Unit.CALENDAR_MONTH else item.legal_limit.unit
        )
        days = item.legal_limit.amount
        if item.legal_limit.unit is Unit.CALENDAR_MONTH:
            days *= policies.compression.month_days
        most_days = policies.compression.promised(days) * working_days(of_law)
        if promised > most_days + 1e-9:
            yield Finding("policy_ranges", "promised_limit", grave=False, values=told | {"most": f"{most_days:g}"})


def _steps(item: Item, policies: Policies) -> Iterable[Finding]:
    if len(item.procedure) > policies.steps:
        values = {"steps": str(len(item.procedure)), "most": str(policies.steps)}
        yield Finding("steps", "procedure", grave=False, values=values)


# --- what changed ----------


class Change(msgspec.Struct, frozen=True):
    """One field before and after, as it is read."""

    place: str
    before: str
    after: str


def changes(before: bytes, after: bytes) -> tuple[Change, ...]:
    """Which fields of an item differ between two versions; lists are compared line by line as they are read."""
    old, new = (_flat(tomllib.loads(raw.decode())) if raw else {} for raw in (before, after))
    places = [*old, *(place for place in new if place not in old)]
    return tuple(
        Change(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    )


def _flat(values: Mapping[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        place = f"{above}.{name}" if above else name
        if isinstance(value, Mapping):
            found |= _flat(value, place)
        elif isinstance(value, list):
            for at, one in enumerate(value, start=1):
                inner = f"{place}.{at}"
                found |= _flat(one, inner) if isinstance(one, Mapping) else {inner: str(one)}
        else:
            found[place] = str(value)
    return found
