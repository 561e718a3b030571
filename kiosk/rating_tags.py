"""The reasons of a rating that come with the release, for a terminal the centre has sent none yet (HC-02)."""

from functools import cache
from importlib.resources import files

import msgspec

from contract.feed import RatingTags


@cache
def built_in() -> RatingTags:
    """Version 1 of the list."""
    return msgspec.toml.decode(files("kiosk").joinpath("rating_tags.toml").read_bytes(), type=RatingTags)
