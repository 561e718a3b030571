"""Builds the two wheels into dist/: each from a copy of just what it carries."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WHEELS = ("terminal", "central")
UNWANTED = {"__pycache__", "node_modules", "generated"}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def filled_in(template: Path, version: str, dependencies: Iterable[str]) -> str:
    """The wheel's pyproject.toml with the two things only the root knows."""
    text = template.read_text(encoding="utf-8")
    dynamic = next(line for line in text.splitlines() if line.startswith("dynamic = "))
    return text.replace(dynamic, f'version = "{version}"\ndependencies = {json.dumps(list(dependencies))}')


def left_out(leave_out: Iterable[str]) -> Callable[[str, list[str]], set[str]]:
    places = {ROOT / name for name in leave_out}

    def unwanted(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name in UNWANTED or name.startswith(".") or Path(folder, name) in places}

    return unwanted


def stage(wheel: str, made: Path) -> None:
    template = ROOT / "packaging" / wheel / "pyproject.toml"
    root, asked = read(ROOT / "pyproject.toml"), read(template)["tool"]["suiban"]
    dependencies = root["dependency-groups"][asked["dependencies"]]
    for package in asked["packages"]:
        shutil.copytree(ROOT / package, made / package, ignore=left_out(asked["leave-out"]))
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, made / name)
    text = filled_in(template, root["project"]["version"], dependencies)
    (made / "pyproject.toml").write_text(text, encoding="utf-8")


def build(wheel: str, out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="suiban-wheel-") as folder:
        stage(wheel, Path(folder))
        subprocess.run(
            (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)),
            cwd=folder, check=True,
        )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("wheel", nargs="*", default=WHEELS, choices=(*WHEELS, WHEELS), metavar="terminal|central")
    asked = parser.parse_args()
    for wheel in asked.wheel:
        build(wheel, asked.out.resolve())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
