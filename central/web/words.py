"""Every text of the pages, by key and language, from words.toml and texts/*.toml; a key without words is an error,
never a blank, and so is one that two files have.
"""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh-Hans", "en")
_SHORT = {"zh": "zh-Hans", "zh-hans": "zh-Hans", "zh-cn": "zh-Hans", "en": "en"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key -> language -> words."""
    web = files("central").joinpath("web")
    parts = sorted(
        (one for one in web.joinpath("texts").iterdir() if one.name.endswith(".toml")), key=lambda one: one.name
    )
    found: dict[str, dict[str, str]] = {}
    for file in (web.joinpath("words.toml"), *parts):
        for group, keys in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for key, words in keys.items():
                if f"{group}.{key}" in found:
                    message = f"{file.name}: `{group}.{key}` has words in another file already"
                    raise ValueError(message)
                found[f"{group}.{key}"] = words
    return found


def language_of(asked: str) -> str | None:
    """Our name of a language somebody asked for, e.g. `?lang=en`."""
    return _SHORT.get(asked.lower())


class Words:
    """The catalogue in one language; called with a key it gives the words."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key, with its places filled. Raises LookupError for a key that is not there."""
        return catalogue()[key][self.language].format(**values)

    def of(self, group: str, word: object) -> str:
        """The words of a device's or a standard's own word; one the catalogue does not know is shown as it is."""
        found = catalogue().get(f"{group}.{word}")
        return found[self.language] if found else str(word)
