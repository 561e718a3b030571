"""PySide keeps the wrapper of what `item.metaObject()` answers while QML frees it with the item: the next item made at
that address comes back as a QMetaObject, and the process ends sooner or later.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ui", "kiosk", "tests", "benchmarks")


def asks(source: str) -> list[int]:
    """The lines that do."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "metaObject"
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_nobody_asks(folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*.py") if path != Path(__file__)]
    assert files
    assert [f"{path}:{line}" for path in files for line in asks(path.read_text(encoding="utf-8"))] == []


def test_whoever_asked_would_be_found() -> None:
    assert asks("x = 1\nfound = item.metaObject().indexOfMethod('a')") == [2]
