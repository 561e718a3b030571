"""One store, one clock, one centre, one terminal on the bench."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.store import Store
from tests.offline_cache.bench import Bench
from tests.offline_cache.centre_double import CentreDouble
from tests.offline_cache.drafts import Clock, lease, open_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """With leases of the days most stories happen on."""
    opened = open_store(tmp_path / "suiban.db", clock)
    lease(opened, "2026-11-22", "2026-11-23")
    yield opened
    opened.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def centre() -> Iterator[CentreDouble]:
    with CentreDouble() as double:
        yield double
