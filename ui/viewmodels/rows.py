"""Lists as QML reads them: plain dictionaries, also inside one another."""

from collections.abc import Sequence
from typing import cast

import msgspec


def as_rows(entries: Sequence[object]) -> list[dict[str, object]]:
    """Frozen dataclasses as dictionaries by their field names."""
    return cast(list[dict[str, object]], msgspec.to_builtins(entries))
