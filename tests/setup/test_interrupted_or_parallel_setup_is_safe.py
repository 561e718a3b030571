import json
import os
import signal

import pytest

from tests.setup.small_tree import Tree, wheel

pytestmark = pytest.mark.slow


def test_two_first_uses_at_once_set_up_once(tree: Tree) -> None:
    both = [tree.start("kiosk", word) for word in ("a", "b")]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [json.loads(out)["argv"] for out, _ in said] == [["a"], ["b"]]
    assert sum("setting up Python packages" in err for _, err in said) == 1
    assert tree.said() == ["npm ci --loglevel=error"]


def test_a_kill_in_the_middle_leaves_nothing_that_looks_finished(tree: Tree) -> None:
    pipe = tree.root.parent / "pipe"
    os.mkfifo(pipe)
    os.mkfifo(f"{pipe}.never")
    tree.npm(wait_for=pipe)
    process = tree.start("kiosk")
    assert pipe.read_text(encoding="utf-8") == "here\n"  # it stands in the middle of the web assets
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tree.root / "central/web/static/vendor").exists()

    half_made = tree.root / ".setup/venv.new/bin"
    half_made.mkdir(parents=True)
    (half_made / "python").symlink_to("/nowhere")
    (tree.root / ".venv/suiban.stamp").unlink()  # as if the kill had come a little earlier
    tree.npm()
    done = tree.run("kiosk", "again")
    assert json.loads(done.stdout)["argv"] == ["again"]
    assert not (tree.root / ".setup/venv.new").exists()


def test_a_package_that_was_changed_is_refused_and_nothing_is_left(tree: Tree) -> None:
    wheel(tree.wheels, "tiny", "1.0", {"tiny.py": "X = 'not what was locked'\n"})
    done = tree.run("kiosk")
    assert done.returncode == 1
    assert "HASHES" in done.stderr
    assert "nothing was changed" in done.stderr
    assert not (tree.root / ".venv").exists()


def test_a_failing_npm_stops_the_command(tree: Tree) -> None:
    (tree.bin / "npm").write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    done = tree.run("kiosk")
    assert done.returncode == 1
    assert "web assets could not be installed" in done.stderr
    assert done.stdout == ""
