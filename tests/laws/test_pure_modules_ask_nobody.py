"""What import-linter cannot see: a pure module reads no clock, file or environment by way of an allowed import."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILTINS = {"open", "print", "input", "__import__"}
METHODS = {
    "now", "today", "utcnow", "urandom", "uuid4", "monotonic", "perf_counter", "getenv",
    "read_text", "read_bytes", "write_text", "write_bytes", "generate",
}  # fmt: skip
MODULES = {"os", "sys", "pathlib", "importlib"}
OWN_CHANCE = {"contract/suite_intl.py": ".generate()"}
"""Fresh keys are the one thing an algorithm draws by itself."""


def pure_files() -> list[Path]:
    law = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (pure,) = (contract for contract in law["contracts"] if contract["id"] == "pure")
    found: set[Path] = set()
    for name in pure["source_modules"]:
        place = ROOT / name.replace(".", "/")
        if name.startswith("**."):
            found |= {path for package in law["root_packages"] for path in (ROOT / package).rglob(f"{name[3:]}.py")}
        elif place.is_dir():
            found |= set(place.rglob("*.py"))
        else:
            found.add(place.with_suffix(".py"))
    return sorted(found)


def questions(source: str) -> list[str]:
    """Every place where the code asks the world for something."""
    asked = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
                asked.append(f"line {node.lineno}: {name}()")
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                asked.append(f"line {node.lineno}: .{name}()")
            case ast.Import(names=names) if {name.name.split(".")[0] for name in names} & MODULES:
                asked.append(f"line {node.lineno}: import")
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                asked.append(f"line {node.lineno}: from {module}")
    return asked


@pytest.mark.parametrize("path", pure_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_it_asks_nobody(path: Path) -> None:
    allowed = OWN_CHANCE.get(str(path.relative_to(ROOT)), "none")
    assert [asked for asked in questions(path.read_text(encoding="utf-8")) if not asked.endswith(allowed)] == []


@pytest.mark.parametrize(
    "line",
    [
        "x = datetime.now()",
        "open('f')",
        "import os.path",
        "from pathlib import Path",
        "key = Ed25519PrivateKey.generate()",
    ],
)
def test_a_question_is_noticed(line: str) -> None:
    assert questions(line)


def test_the_files_the_law_names_are_there() -> None:
    names = {str(path.relative_to(ROOT)) for path in pure_files()}
    assert {"kiosk/journey/step.py", "offline_cache/link/outbox.py", "devices/ticket_printer/protocol.py"} <= names
    assert any(name.endswith("/rules.py") for name in names)
