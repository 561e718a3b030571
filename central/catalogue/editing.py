"""An item's TOML and the fields of its form, both ways: what a form does not show stays as it was written. Pure."""

import tomllib
from collections.abc import Mapping
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import ParseError

from contract.catalogue import DEFAULT_LANGUAGE, Unit
from contract.codes import CaseType

TEXTS: Final = ("title", "summary", "department", "window", "opening_hours", "place", "result", "fee")
LINES: Final = ("conditions", "basis", "procedure")
PLAIN: Final = (
    "implementation_code",
    "basic_code",
    "department_code",
    "consultation_phone",
    "supervision_phone",
)
LIMITS: Final = ("legal_limit", "promised_limit")
ENGLISH: Final = "en"
AT_MOST: Final = 200_000
"""Characters of an item; the largest of ours has some ten thousand."""


class Unwritable(ValueError):
    """What was typed cannot be written down; the message is a key of the words."""


def fields(body: bytes) -> dict[str, str]:
    """What the form shows, by the names of its fields. A body that is no TOML shows nothing."""
    try:
        values = tomllib.loads(body.decode())
    except ValueError:
        return {}
    found = {name: str(values.get(name, "")) for name in PLAIN}
    for name in TEXTS:
        for language in (DEFAULT_LANGUAGE, ENGLISH):
            found[f"{name}.{language}"] = _of(values.get(name), language)
    for name in LINES:
        lines = values.get(name)
        texts = lines if isinstance(lines, list) else []
        for language in (DEFAULT_LANGUAGE, ENGLISH):
            found[f"{name}.{language}"] = "\n".join(_of(text, language) for text in texts).rstrip("\n")
    for name in LIMITS:
        limit = values.get(name)
        told: Mapping[str, Any] = limit if isinstance(limit, Mapping) else {}
        found |= {f"{name}.amount": str(told.get("amount", "")), f"{name}.unit": str(told.get("unit", ""))}
    found["case_type"] = str(values.get("case_type", ""))
    found["tags"] = "、".join(str(tag) for tag in values.get("tags", ()))
    return found


def _of(text: object, language: str) -> str:
    return str(text.get(language, "")) if isinstance(text, Mapping) else ""


def written(body: bytes, form: Mapping[str, str]) -> bytes:
    """The item with what the form says; comments and everything the form does not show stay. Raises Unwritable."""
    try:
        document: Any = tomlkit.parse(body.decode())
    except (ParseError, ValueError):
        raise Unwritable("catalogue.not_toml") from None
    before = fields(body)
    _change(document, form, {name for name, value in before.items() if name in form and _plain(form[name]) != value})
    return checked(tomlkit.dumps(document))


def _change(document: Any, form: Mapping[str, str], changed: set[str]) -> None:  # noqa: ANN401 - tomlkit's own
    """Only what differs is touched."""
    touched = {name.partition(".")[0] for name in changed}
    for name in touched & set(PLAIN):
        document[name] = _plain(form[name])
    for name in touched & set(TEXTS):
        _text(document, name, _plain(form[f"{name}.{DEFAULT_LANGUAGE}"]), _plain(form.get(f"{name}.{ENGLISH}", "")))
    for name in touched & set(LINES):
        _lines(document, name, form)
    for name in touched & set(LIMITS):
        document[name] = _limit(form, name)
    if "case_type" in touched and form["case_type"] in set(CaseType):
        document["case_type"] = form["case_type"]
    if "tags" in touched:
        document["tags"] = [tag for tag in form["tags"].replace(",", "、").split("、") if tag.strip()]


def checked(text: str) -> bytes:
    """A whole item as it was typed, if it is TOML of a sensible size. Raises Unwritable."""
    if len(text) > AT_MOST:
        raise Unwritable("catalogue.too_long")
    plain = text.replace("\r\n", "\n")
    try:
        tomllib.loads(plain)
    except ValueError:
        raise Unwritable("catalogue.not_toml") from None
    return plain.encode()


def versioned(body: bytes, version: int, effective_from: str) -> bytes:
    """The item as it goes out: its number and its first day. `effective_from` is YYYY-MM-DD."""
    document: Any = tomlkit.parse(body.decode())
    document["version"] = version
    document["effective_from"] = tomlkit.date(effective_from)
    return tomlkit.dumps(document).encode()


def copied(body: bytes, slug: str) -> bytes:
    """Another item made after this one."""
    document: Any = tomlkit.parse(body.decode())
    document["slug"] = slug
    document["version"] = 1
    return tomlkit.dumps(document).encode()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _text(document: Any, name: str, chinese: str, english: str) -> None:  # noqa: ANN401 - tomlkit's own
    if not isinstance(document.get(name), Mapping):
        document[name] = tomlkit.table()
    for language, words in ((DEFAULT_LANGUAGE, chinese), (ENGLISH, english)):
        if words:
            document[name][language] = words
        else:
            document[name].pop(language, None)


def _lines(document: Any, name: str, form: Mapping[str, str]) -> None:  # noqa: ANN401 - tomlkit's own
    """One table a line; a line without English has its Chinese alone."""
    chinese = [line.strip() for line in _plain(form[f"{name}.{DEFAULT_LANGUAGE}"]).split("\n")]
    english = [line.strip() for line in _plain(form.get(f"{name}.{ENGLISH}", "")).split("\n")]
    if len([line for line in english if line]) > len([line for line in chinese if line]):
        raise Unwritable("catalogue.lines_uneven")
    made = tomlkit.aot()
    for at, words in enumerate(chinese):
        if words:
            line = tomlkit.table()
            line[DEFAULT_LANGUAGE] = words
            if at < len(english) and english[at]:
                line[ENGLISH] = english[at]
            made.append(line)
    document[name] = made if len(made) else tomlkit.array()


def _limit(form: Mapping[str, str], name: str) -> Any:  # noqa: ANN401 - tomlkit's own
    amount, unit = _plain(form.get(f"{name}.amount", "")), form.get(f"{name}.unit", "")
    if not (amount.isascii() and amount.isdigit()) or unit not in set(Unit):
        raise Unwritable("catalogue.limit_wrong")
    made = tomlkit.inline_table()
    made["amount"] = int(amount)
    made["unit"] = unit
    return made


def slug_of(body: bytes) -> str:
    """Whose TOML it is."""
    return str(tomllib.loads(body.decode()).get("slug", ""))
