import json
import shutil
import time
from pathlib import Path

import pytest

from tests.setup.small_tree import Tree, wheel

pytestmark = pytest.mark.slow


def test_a_first_use_makes_everything(used_tree: Tree) -> None:
    assert (used_tree.root / "central/web/static/vendor/htmx.min.js").is_file()
    assert "#0B5D36" in (used_tree.root / "ui/assets/icons/check-good.svg").read_text(encoding="utf-8")
    assert (used_tree.root / ".venv/bin/python").exists()
    assert not (used_tree.root / ".setup/venv.new").exists()


def test_a_second_run_needs_neither_registry_nor_npm_and_is_quick(used_tree: Tree) -> None:
    before = used_tree.said()
    hidden = used_tree.wheels.rename(used_tree.wheels.with_name("unreachable"))
    try:
        started = time.monotonic()
        done = used_tree.run("kiosk", "--config", "a b.toml")
        seconds = time.monotonic() - started
    finally:
        hidden.rename(used_tree.wheels)
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)["argv"] == ["--config", "a b.toml"]
    assert used_tree.said() == before
    assert seconds < 5.0


def test_it_runs_from_anywhere_and_through_a_link(used_tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "kiosk.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    link = tmp_path / "suiban"
    link.symlink_to(used_tree.root / "suiban")
    done = used_tree.run("doctor", "--json", cwd=tmp_path, program=link)
    assert json.loads(done.stdout) == {"argv": ["doctor", "--json"], "cwd": str(tmp_path), "tiny": 1}


def test_scripts_of_the_environment_name_its_final_place(used_tree: Tree) -> None:
    for file in (used_tree.root / ".venv/bin").iterdir():
        if not file.is_symlink():
            assert b"venv.new" not in file.read_bytes(), file


def test_the_test_environment_serves_every_command(tree: Tree) -> None:
    assert tree.run("check").returncode == 0
    again = tree.run("kiosk")
    assert again.returncode == 0
    assert again.stderr == ""


def test_a_new_lock_renews_the_environment_and_a_new_icon_the_assets(used_tree: Tree) -> None:
    tree = used_tree
    for lock in ("run", "test"):
        tree.lock(lock, f"# {lock}\n" + wheel(tree.wheels, "tiny", "2.0", {"tiny.py": "X = 2\n"}))
    icons = tree.root / "ui/assets/icons.toml"
    icons.write_text(icons.read_text(encoding="utf-8") + 'night = "#AFC8F2"\n', encoding="utf-8")
    done = tree.run("kiosk")
    assert json.loads(done.stdout)["tiny"] == 2
    assert (tree.root / "ui/assets/icons/check-night.svg").is_file()


def test_deleted_assets_come_back(used_tree: Tree) -> None:
    shutil.rmtree(used_tree.root / "central/web/static/vendor")
    assert used_tree.run("kiosk").returncode == 0
    assert (used_tree.root / "central/web/static/vendor/sse.min.js").is_file()
