"""The drawings there are: a catalogue may name one that this terminal does not have."""

import tomllib
from functools import cache
from pathlib import Path

PLAIN_ICON = "file-text"
_LIST = Path(__file__).parent.parent / "assets" / "icons.toml"


@cache
def drawings() -> frozenset[str]:
    """Their names, as ui/assets/icons.toml lists them."""
    return frozenset(tomllib.loads(_LIST.read_text(encoding="utf-8"))["icons"])
