import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = "/*! licence */a{}\n/*# sourceMappingURL=tabler.min.css.map */"
ICONS = 'icons = ["check"]\n[tints]\ngood = "#0B5D36"\nnight = "#AFC8F2"\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    modules = tmp_path / "node_modules"
    for place, text in {
        "@tabler/core/dist/css/tabler.min.css": CSS,
        "htmx.org/dist/htmx.min.js": "htmx",
        "htmx.org/LICENSE": "0BSD",
        "htmx-ext-sse/dist/sse.min.js": "sse",
        "htmx-ext-sse/LICENSE": "0BSD",
        "echarts/dist/echarts.min.js": "echarts",
        "echarts/LICENSE": "Apache-2.0",
        "axe-core/axe.min.js": "axe",
        "lucide-static/LICENSE": "ISC",
        "lucide-static/icons/check.svg": '<svg stroke="currentColor"/>',
    }.items():
        (modules / place).parent.mkdir(parents=True, exist_ok=True)
        (modules / place).write_text(text, encoding="utf-8")
    (tmp_path / "ui/assets").mkdir(parents=True)
    (tmp_path / "ui/assets/icons.toml").write_text(ICONS, encoding="utf-8")
    return tmp_path


def build(tree: Path) -> "subprocess.CompletedProcess[str]":
    script = ROOT / "packaging" / "assets.py"
    command = [sys.executable, str(script), "--node-modules", str(tree / "node_modules"), "--root", str(tree)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_every_icon_comes_in_every_tint(tree: Path) -> None:
    assert build(tree).returncode == 0
    made = {path.name: path.read_text(encoding="utf-8") for path in (tree / "ui/assets/icons").iterdir()}
    assert made == {
        "LICENSE": "ISC",
        "check-good.svg": '<svg stroke="#0B5D36"/>',
        "check-night.svg": '<svg stroke="#AFC8F2"/>',
    }


def test_pages_ask_for_no_source_map(tree: Path) -> None:
    assert build(tree).returncode == 0
    css = (tree / "central/web/static/vendor/tabler.min.css").read_text(encoding="utf-8")
    assert css == "/*! licence */a{}\n"


def test_an_icon_that_is_no_longer_listed_goes(tree: Path) -> None:
    stale = tree / "ui/assets/icons/ticket-good.svg"
    stale.parent.mkdir()
    stale.touch()
    assert build(tree).returncode == 0
    assert not stale.exists()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (ICONS.replace("check", "chek"), "there is no icon 'chek'"),
        (ICONS.replace("#0B5D36", "green"), "tints.good is 'green', expected a colour such as #0B4EA2"),
    ],
)
def test_a_mistake_is_one_sentence_and_the_old_icons_stay(tree: Path, wrong: str, named: str) -> None:
    assert build(tree).returncode == 0
    (tree / "ui/assets/icons.toml").write_text(wrong, encoding="utf-8")
    done = build(tree)
    assert done.returncode == 1
    assert named in done.stderr
    assert done.stderr.count("\n") == 1
    assert (tree / "ui/assets/icons/check-good.svg").is_file()
