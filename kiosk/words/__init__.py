"""Every text a citizen can see, by key and language. One TOML file a language beside this one; a test allows no gap."""

import tomllib
from functools import cache
from pathlib import Path

from contract.catalogue import DEFAULT_LANGUAGE

_FOLDER = Path(__file__).parent


@cache
def load(language: str) -> dict[str, str]:
    """All words of `language` by dotted key. Raises ValueError for a language without a file."""
    path = _FOLDER / f"{language}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"kiosk/words: no file for language {language!r}; there are {', '.join(languages())}"
        raise ValueError(message) from None
    return dict(_flatten("", tables))


def languages() -> tuple[str, ...]:
    """The languages there are words for."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def say(language: str, key: str, /, **values: object) -> str:
    """The words for `key` with its `{names}` filled in. Raises KeyError for a key that no catalogue holds."""
    found = load(language).get(key) or load(DEFAULT_LANGUAGE)[key]
    return found.format_map(values) if values else found


def _flatten(prefix: str, tables: dict[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tables.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            pairs += _flatten(f"{key}.", value)
        else:
            pairs.append((key, str(value)))
    return pairs
