import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.input.composer import Circumstances, Composing, opening, press
from kiosk.input.tables import tables

ROOT = Path(__file__).resolve().parents[3]
CANARY = "zhuanghuangtulong"
TYPIST = """
from kiosk.input.composer import Circumstances, opening, press
from kiosk.input.tables import tables
from kiosk.input.zinnia import read
around = Circumstances("name")
for full in (False, True):
    now = opening(around)
    for key in [*"zhuanghuangtulong", "page.after", "choose.0", "narrow.1", "mode.strokes", "stroke.1", "choose.0"]:
        now = press(now, key, around, tables(full=full)).composing
    read((((1, 1), (90, 90)), ((1, 90), (90, 1))), tables(full=full), full=full)
print("typed")
"""


@pytest.mark.slow
def test_typing_opens_no_file_for_writing(tmp_path: Path) -> None:
    """As strace sees it, from the first import to the end."""
    trace = tmp_path / "trace"
    subprocess.run(
        ["strace", "-f", "-e", "trace=file,connect", "-o", trace, sys.executable, "-B", "-c", TYPIST],
        check=True, cwd=ROOT, env={**os.environ, "HOME": str(tmp_path / "home")}, capture_output=True,
    )  # fmt: skip
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("readings-hans.txt" in line for line in lines)
    writing = [
        line for line in lines if any(flag in line for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "creat(", "mkdir("))
    ]
    assert [line for line in writing if "/dev/null" not in line] == []
    assert not (tmp_path / "home").exists()


def test_what_one_citizen_typed_changes_nothing_for_the_next() -> None:
    around, table = Circumstances("name"), tables(full=False)
    first = _candidates(around)
    now = opening(around)
    for key in [*CANARY, "choose.3", "choose.2", "choose.1"]:
        now = press(now, key, around, table).composing
    assert _candidates(around) == first
    assert opening(around) == Composing(opening(around).mode)


def _candidates(around: Circumstances) -> object:
    from kiosk.input.composer import candidates  # noqa: PLC0415  # beside what it looks at

    now = opening(around)
    for key in "zhuang":
        now = press(now, key, around, tables(full=False)).composing
    return candidates(now, around, tables(full=False))


def test_the_tables_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        tables(full=False).readings._content[0:1] = b"x"  # type: ignore[index]
