"""A name made of these words says nothing: docs/glossary.md has the ones we use."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFUSED = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "handler",
    "processor",
    "data",
    "info",
    "common",
    "base",
    "impl",
}
FOLDERS = ("contract", "kiosk", "devices", "ui", "offline_cache", "central")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)}


def named(source: str) -> list[str]:
    """Names of classes that hold a refused word."""
    nodes = ast.walk(ast.parse(source))
    return [node.name for node in nodes if isinstance(node, ast.ClassDef) and words(node.name) & REFUSED]


def files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def test_no_module_is_called_by_a_refused_word() -> None:
    assert [path for path in files() if words(path.stem) & REFUSED] == []


def test_no_class_is_called_by_a_refused_word() -> None:
    found = {str(path.relative_to(ROOT)): named(path.read_text(encoding="utf-8")) for path in files()}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("name", ["DeviceManager", "CardData", "HTTPHandler"])
def test_a_refused_word_is_noticed(name: str) -> None:
    assert named(f"class {name}: ...") == [name]


def test_a_word_that_only_begins_like_one_is_fine() -> None:
    assert named("class Database: ...") == []
