"""TUF's attacks against a real repository: each is refused by name, and what was known before stays known."""

import copy
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata

from central.releases import making
from central.releases.repository import NotSigned, Repository, make_key
from contract.releases import PIECE, Shelf
from kiosk.release.trusted import Library, NotTrusted
from tests.kiosk.release.world import Makers, brought


@pytest.fixture
def makers(tmp_path: Path) -> Makers:
    made = Makers(tmp_path / "makers")
    made.release("2.0")
    return made


def library(makers: Makers, tmp_path: Path, repository: Repository | None = None) -> Library:
    return Library(makers.root, tmp_path / "trusted", brought(repository or makers.repository))


def refusal(makers: Makers, tmp_path: Path, repository: Repository | None = None) -> str:
    """Why a terminal believes nothing of it."""
    with pytest.raises(NotTrusted) as refused:
        library(makers, tmp_path, repository).look()
    return refused.value.key


def test_a_release_is_found_whole(makers: Makers, tmp_path: Path) -> None:
    found = library(makers, tmp_path)
    found.look()
    made_of = found.manifest("2.0", tmp_path)
    assert made_of.files == ("suiban_terminal-2.0-py3-none-any.whl",)
    for name in (made_of.requirements, *made_of.files):
        found.fetch(name, tmp_path / name)
    assert "--hash=sha256:" in (tmp_path / made_of.requirements).read_text()


def test_an_older_word_is_not_believed_once_a_newer_was_heard(makers: Makers, tmp_path: Path) -> None:
    yesterday = tmp_path / "yesterday"
    shutil.copytree(makers.repository.metadata.parent, yesterday)
    makers.release("3.0")
    library(makers, tmp_path).look()
    assert refusal(makers, tmp_path, Repository(yesterday)) == "release.older"
    library(makers, tmp_path).look()


def test_a_word_that_has_ended_installs_nothing(tmp_path: Path) -> None:
    """Freeze: whoever holds the line back cannot hold it back for longer than a day."""
    today = datetime.now(UTC)
    frozen = Makers(tmp_path / "frozen", today - timedelta(days=2))
    frozen.release("2.0")
    assert refusal(frozen, tmp_path) == "release.expired"
    assert frozen.repository.refresh(frozen.keys[1], today)
    library(frozen, tmp_path).look()
    assert not frozen.repository.refresh(frozen.keys[1], today)


def test_parts_of_two_days_do_not_fit_together(makers: Makers, tmp_path: Path) -> None:
    """Mix and match: the newer timestamp with the older list of targets under its name."""
    old = next(makers.repository.metadata.glob("2.targets.json")).read_bytes()
    makers.release("3.0")
    (makers.repository.metadata / "3.targets.json").write_bytes(old)
    assert refusal(makers, tmp_path) == "release.older"


def test_another_file_under_a_signed_name_is_thrown_away(makers: Makers, tmp_path: Path) -> None:
    found = library(makers, tmp_path)
    found.look()
    name = "suiban_terminal-2.0-py3-none-any.whl"
    place = next(makers.repository.targets.glob(f"*{name}"))
    good = place.read_bytes()
    place.write_bytes(good[:-1] + b"!")
    with pytest.raises(NotTrusted, match=r"release\.changed"):
        found.fetch(name, tmp_path / name)
    assert not list(tmp_path.glob(f"*{name}*"))
    place.write_bytes(good)
    assert found.fetch(name, tmp_path / name).read_bytes() == good


def test_what_was_cut_off_goes_on_where_it_was(makers: Makers, tmp_path: Path) -> None:
    seen: list[str] = []
    found = Library(makers.root, tmp_path / "trusted", brought(makers.repository, seen))
    found.look()
    name = "suiban_terminal-2.0-py3-none-any.whl"
    info = found.target(name)
    half = next(makers.repository.targets.glob(f"*{name}")).read_bytes()[: info.length // 2]
    (tmp_path / f".{name}.part").write_bytes(half)
    found.fetch(name, tmp_path / name)
    assert seen[-1].endswith(f"@{len(half)}")
    assert makers.repository.piece(Shelf.TARGETS, "../metadata/timestamp.json", 0) is None
    assert len(makers.repository.piece(Shelf.METADATA, "timestamp.json", 0) or b"") < PIECE


def test_one_of_two_root_keys_makes_no_root(makers: Makers, tmp_path: Path) -> None:
    """A new root signed by one old key alone, put where terminals look for the next."""
    stranger = make_key(tmp_path / "stranger.pem", b"")
    root = copy.deepcopy(makers.repository.root().signed)
    root.version += 1
    root.add_key(stranger.public_key, "targets")
    forged = Metadata(root)
    forged.sign(makers.root_key(1))
    forged.sign(stranger, append=True)
    makers.repository.write_root(forged)
    assert refusal(makers, tmp_path) == "release.unsigned"
    gone = makers.root_key(3).public_key.keyid
    with pytest.raises(NotSigned, match="--sign"):
        making.rotate(makers.repository, [makers.root_key(1)], stranger, gone[:12], makers.now)


def test_a_lost_root_key_is_replaced_and_terminals_follow(makers: Makers, tmp_path: Path) -> None:
    library(makers, tmp_path).look()
    gone = makers.root_key(3).public_key.keyid
    new = make_key(tmp_path / "root-4.pem", b"")
    assert making.rotate(makers.repository, [makers.root_key(1), makers.root_key(2)], new, gone[:12], makers.now) == 2
    library(makers, tmp_path).look()
    assert json.loads((tmp_path / "trusted/root.json").read_text())["signed"]["version"] == 2


@pytest.mark.parametrize("role", ["targets", "timestamp"])
def test_another_key_signs_what_the_lost_one_had_signed(makers: Makers, tmp_path: Path, role: str) -> None:
    library(makers, tmp_path).look()
    gone = makers.repository.root().signed.roles[role].keyids[0]
    new = make_key(tmp_path / "new.pem", b"")
    two = [makers.root_key(1), makers.root_key(2)]
    making.rotate(makers.repository, two, new, gone[:12], makers.now, makers.keys[1])
    found = library(makers, tmp_path)
    found.look()
    assert found.manifest("2.0", tmp_path).release == "2.0"


def test_a_stranger_signs_no_release(makers: Makers, tmp_path: Path) -> None:
    wheel = next(makers.folder.glob("*.whl"))
    stranger = make_key(tmp_path / "stranger.pem", b"")
    with pytest.raises(NotSigned, match="not the release key"):
        making.add(makers.repository, "9.0", [wheel], "", (stranger, makers.keys[1]), makers.now)
    with pytest.raises(NotSigned, match="signed already"):
        makers.release("2.0")
    making.withdraw(makers.repository, "2.0", makers.keys, makers.now)
    assert makers.repository.offers() == []
    with pytest.raises(NotTrusted, match=r"release\.withdrawn"):
        library(makers, tmp_path).manifest("2.0", tmp_path)
