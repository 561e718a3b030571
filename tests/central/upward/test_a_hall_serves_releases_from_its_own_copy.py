"""A hall fetches a release once; its terminals check it as if it came from the centre; a bad copy deceives nobody."""

from pathlib import Path

import pytest

from central.feed import store as feed
from central.feed.rules import Draft
from central.releases.repository import Repository
from central.upward.releases import Releases
from contract.feed import FeedKind
from contract.releases import RELEASE_KEY, Shelf, Wanted
from kiosk.release.trusted import Library, NotTrusted
from tests.central.conftest import Running
from tests.kiosk.release.world import Makers, brought


class Far:
    """The centre's repository, as the line reaches it."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.asked: list[str] = []

    def piece(self, shelf: Shelf, name: str, offset: int) -> bytes | None:
        self.asked.append(name)
        return self.repository.piece(shelf, name, offset)


@pytest.fixture
def hall(embedded: Running, tmp_path: Path) -> tuple[Makers, Far, Releases, Repository]:
    """A hall whose terminals are to run release 2.0; nothing was fetched yet."""
    makers = Makers(tmp_path / "makers")
    makers.release("1.5")
    makers.release("2.0")
    draft = Draft("GL-01", FeedKind.RELEASE, RELEASE_KEY, Wanted("2.0"), "boss")
    with embedded.centre.database.writing() as connection:
        feed.publish_all(connection, embedded.centre.keys, [draft], embedded.clock())
    far = Far(makers.repository)
    releases = Releases(embedded.centre.database, far, tmp_path / "hall", lambda _: None)
    return makers, far, releases, Repository(tmp_path / "hall")


def test_it_is_fetched_once_and_believed_for_its_makers_sake(
    hall: tuple[Makers, Far, Releases, Repository], tmp_path: Path
) -> None:
    makers, far, releases, copy = hall
    releases.step()
    assert len([name for name in far.asked if name.endswith(".whl")]) == 1, "only what is wanted here"
    releases.step()
    assert len([name for name in far.asked if name.endswith(".whl")]) == 1
    library = Library(makers.root, tmp_path / "trusted", brought(copy))
    library.look()
    made_of = library.manifest("2.0", tmp_path)
    assert library.fetch(made_of.files[0], tmp_path / "whole.whl").exists()
    with pytest.raises(NotTrusted):
        library.fetch("suiban_terminal-1.5-py3-none-any.whl", tmp_path / "other.whl")


def test_a_copy_somebody_changed_deceives_no_terminal(
    hall: tuple[Makers, Far, Releases, Repository], tmp_path: Path
) -> None:
    makers, _, releases, copy = hall
    releases.step()
    changed = copy.metadata / "3.targets.json"
    changed.write_bytes(changed.read_bytes().replace(b'"length":', b'"length": '))
    Library(makers.root, tmp_path / "same", brought(copy)).look()
    changed.write_bytes(changed.read_bytes().replace(b"2.0", b"6.6"))
    with pytest.raises(NotTrusted, match=r"release\.unsigned"):
        Library(makers.root, tmp_path / "trusted", brought(copy)).look()


def test_what_was_damaged_on_the_way_is_not_named_by_the_copy(
    hall: tuple[Makers, Far, Releases, Repository],
) -> None:
    makers, _, releases, copy = hall
    wheel = next(makers.repository.targets.glob("*terminal-2.0*.whl"))
    good = wheel.read_bytes()
    wheel.write_bytes(good[:-1] + b"!")
    releases.step()
    assert not (copy.metadata / "timestamp.json").exists(), "terminals keep what they run"
    wheel.write_bytes(good)
    releases.step()
    assert (copy.metadata / "timestamp.json").exists()
