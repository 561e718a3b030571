"""Lints all QML against the view-models' real types: metaobjectdump, qmltyperegistrar, qmllint -W 0, one by one."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPEINFO = "typeinfo ../generated/Suiban.qmltypes"


def tool(name: str, *arguments: str | Path) -> None:
    program = Path(sysconfig.get_path("scripts")) / f"pyside6-{name}"
    # The tools are scripts whose first line names the environment's path; a moved tree still has a working python.
    called = subprocess.run(
        [sys.executable, program, *arguments], cwd=ROOT, check=False, text=True, capture_output=True
    )
    sys.stdout.write(called.stdout + called.stderr)
    if called.returncode != 0:
        raise SystemExit(f"qml: pyside6-{name} failed")


def foreign_types() -> str:
    import PySide6  # noqa: PLC0415  # only its place is wanted, and only here

    metatypes = Path(PySide6.__path__[0]) / "Qt" / "metatypes"
    return ",".join(str(metatypes / f"qt6{module}_metatypes.json") for module in ("core", "gui", "qml", "quick"))


def generate(qml: Path, view_models: Path) -> None:
    generated = qml / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    sources = sorted(path for path in view_models.rglob("*.py") if "@QmlElement" in path.read_text(encoding="utf-8"))
    if not sources:
        raise SystemExit(f"qml: no @QmlElement in {view_models}")
    dump = generated / "metatypes.json"
    tool("metaobjectdump", "--compact", "--out-file", dump, *sources)
    names = {module.get("QML_IMPORT_NAME") for module in json.loads(dump.read_text(encoding="utf-8"))}
    if names != {"Suiban"}:
        raise SystemExit(f'qml: QML_IMPORT_NAME is {names}, expected "Suiban" in every file of {view_models}')
    tool(
        "qmltyperegistrar", "--generate-qmltypes", generated / "Suiban.qmltypes", "-o", generated / "registration.cpp",
        "--import-name", "Suiban", "--major-version", "1", "--foreign-types", foreign_types(), dump,
    )  # fmt: skip


def lint(qml: Path) -> None:
    qmldir = qml / "Suiban" / "qmldir"
    if not qmldir.is_file() or TYPEINFO not in qmldir.read_text(encoding="utf-8").splitlines():
        raise SystemExit(f'qml: {qmldir} has no line "{TYPEINFO}": without it qmllint cannot see the view-models')
    tool("qmllint", "-W", "0", "--ignore-settings", "-I", qml, *sorted((qml / "Suiban").rglob("*.qml")))


if __name__ == "__main__":
    generate(ROOT / "ui" / "qml", ROOT / "ui" / "viewmodels")
    lint(ROOT / "ui" / "qml")
