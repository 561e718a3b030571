"""Every text a citizen can see, by key and language. One folder a language, one file a part; a test allows no gap."""

import tomllib
from functools import cache
from pathlib import Path

from contract.catalogue import DEFAULT_LANGUAGE

_OWN = Path(__file__).parent
_packs: list[Path] = []


@cache
def load(language: str) -> dict[str, str]:
    """All words of `language` by dotted key. Raises ValueError for one without words, or with a key said twice."""
    found: dict[str, str] = {}
    for path in (path for folder in (_OWN, *_packs) for path in sorted((folder / language).glob("*.toml"))):
        part = dict(_flatten("", tomllib.loads(path.read_text(encoding="utf-8"))))
        if twice := found.keys() & part.keys():
            message = f"{path}: {min(twice)!r} stands in another file of this language too; keep one"
            raise ValueError(message)
        found |= part
    if not found:
        message = f"kiosk/words: no folder for language {language!r}; there are {', '.join(languages())}"
        raise ValueError(message)
    return found


def languages() -> tuple[str, ...]:
    """The languages there are words for."""
    return tuple(sorted({path.parent.name for folder in (_OWN, *_packs) for path in folder.glob("*/*.toml")}))


def use(folder: Path) -> None:
    """Take the language packs of `folder` in: one folder a language, as here (docs/operations/language-pack.md)."""
    if folder not in _packs:
        _packs.append(folder)
        load.cache_clear()


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
