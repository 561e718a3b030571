"""The texts of templates, from texts.toml; a test fills each."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def templates() -> dict[str, str]:
    """Key -> text with its places."""
    text = files("central").joinpath("messages", "texts.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}
