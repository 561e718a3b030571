"""The tree works on any machine: no file names a place of one, and no lock file names a registry."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "packaging" / "locks").glob("*.txt"))
# In pieces, so that this file does not name one itself.
PLACES = "|".join(("root", "home/[a-z]", "Users/[A-Za-z]", "work" + "/", "mnt/[a-z]"))
MACHINE_PATH = re.compile(rf"""(?<![\w.~\-*}}>])/(?:{PLACES})""")


def places(text: str) -> list[str]:
    return [line for line in text.splitlines() if MACHINE_PATH.search(line)]


def our_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_place_of_one_machine() -> None:
    named: dict[str, list[str]] = {}
    for path in our_files():
        try:
            found = places(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue  # a picture
        if found:
            named[str(path.relative_to(ROOT))] = found
    assert named == {}


@pytest.mark.parametrize("line", ["cd /" + "root/x", '"/' + 'home/li/suiban"', "PATH=/" + "work/main"])
def test_a_planted_place_is_noticed(line: str) -> None:
    assert places(line) == [line]


@pytest.mark.parametrize("line", ["network/home/page", "the root/home of", "src/" + "work/x"])
def test_words_are_no_places(line: str) -> None:
    assert places(line) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_hashes_and_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", ""), re.MULTILINE)
    pins = re.findall(r"^[\w.\-\[\]]+==", text, re.MULTILINE)
    followed_by_hash = re.findall(r"^[\w.\-\[\]]+==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert pins
    assert len(pins) == len(followed_by_hash)


def test_the_npm_lock_names_hashes_and_no_registry() -> None:
    text = (ROOT / "packaging" / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all(package["integrity"].startswith("sha512-") for place, package in packages.items() if place)


def pins(name: str) -> set[str]:
    text = (ROOT / "packaging" / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^[\w.\-\[\]]+==[^ \\]+", text, re.MULTILINE))


def test_the_test_environment_holds_all_that_runs() -> None:
    assert pins("terminal") | pins("central") == pins("run")
    assert pins("run") <= pins("test")
