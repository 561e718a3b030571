"""Every text of the pages, by key and language, from one file; a key without words is an error, never a blank."""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh-Hans", "en")
_SHORT = {"zh": "zh-Hans", "zh-hans": "zh-Hans", "zh-cn": "zh-Hans", "en": "en"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key -> language -> words."""
    text = files("central").joinpath("web", "words.toml").read_text(encoding="utf-8")
    return {f"{group}.{key}": words for group, keys in tomllib.loads(text).items() for key, words in keys.items()}


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
