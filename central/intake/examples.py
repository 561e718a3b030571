"""An example of any message of the interface, made from its type: valid, and with values a reader knows. Pure."""

import types
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

_KNOWN: Final[dict[str, object]] = {
    "terminal": "GL-01",
    "relay": "CA-HALL",
    "nonce": "b3h0q2Zt9Yk1",
    "suite": "INTL-1",
    "version": "0.6.0",
    "server_time": "2026-11-22T09:02:03+08:00",
    "at": "2026-11-22T09:02:03+08:00",
    "business_date": "2026-11-22",
    "day": "2026-11-22",
    "case_id": "0199b6a2-6f1c-7d3e-8a4b-5c6d7e8f9012",
    "question_id": "0199b6a2-6f1c-7d3e-8a4b-5c6d7e8f9013",
    "queue": "A",
    "number": "A012",
    "series": "3",
    "hall": "长安大厅",
    "place": "一楼东门",
    "lane": "cases",
    "code": "K7Q2-9FMX-4TRD",
    "key_id": "GL-01",
    "window": "3",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "id": "0199b6a2-6f1c-7d3e-8a4b-5c6d7e8f9014",
    "order_id": "P202611220001",
    "error": "malformed",
    "message": "`$.case_id`: expected a text",
}
_ONCE: Final = 4
"""Structs inside one another at most; deeper ones are left as they are by default."""


def example(kind: Any, name: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - any type
    """A value of this type as JSON has it."""
    origin, within = get_origin(kind), get_args(kind)
    if origin is Literal:
        return within[0]
    if hasattr(kind, "__metadata__"):
        return example(within[0] if within else kind.__origin__, name, depth)
    if origin in {Union, types.UnionType}:
        return example(next(one for one in within if one is not type(None)), name, depth)
    if origin in {tuple, list, frozenset, set}:
        return [example(within[0], name, depth)] if within and depth < _ONCE else []
    if origin is dict:
        return {}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind, depth)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    return _plain(kind, name)


def _struct(kind: type[msgspec.Struct], depth: int) -> dict[str, Any]:
    hints = get_type_hints(kind)
    told: dict[str, Any] = {}
    config = kind.__struct_config__
    if config.tag is not None:
        told[config.tag_field or "type"] = config.tag
    for field in msgspec.structs.fields(kind):
        if field.required or depth == 0:
            told[field.encode_name] = example(hints.get(field.name, field.type), field.name, depth + 1)
    return told


def _plain(kind: Any, name: str) -> Any:  # noqa: ANN401 - any type
    if kind is bytes:
        return "AQIDBA=="
    if kind is bool:
        return False
    if kind in {int, float}:
        return 1
    return _KNOWN.get(name, "text") if kind is str else None
