from pathlib import Path

import pytest

from tests.setup.small_tree import Tree, make_tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return make_tree(tmp_path)


@pytest.fixture(scope="module")
def used_tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A tree that was set up by its first use."""
    tree = make_tree(tmp_path_factory.mktemp("used"))
    done = tree.run("kiosk", "first")
    assert done.returncode == 0, done.stderr
    return tree
