"""What a store says to its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from offline_cache.store import Store


@contextmanager
def traced(store: Store) -> Iterator[list[str]]:
    """Every statement the driver meets, values filled in."""
    seen: list[str] = []
    driver = driver_of(store)
    driver.set_trace_callback(seen.append)
    yield seen
    driver.set_trace_callback(None)


def driver_of(store: Store) -> Any:  # noqa: ANN401 - the driver ships no types
    """The connection itself."""
    return store._database._driver
