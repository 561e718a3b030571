"""The reasons a rating may give (HC-02): the platform's list, from a file, checked before it is signed. Pure."""

from collections import Counter

import msgspec

from central.feed.rules import EVERYBODY, Draft, Invalid, read_toml, words
from contract.codes import Satisfaction
from contract.feed import FeedKind, RatingTag, RatingTags

KEY = "tags"
MOST = 10
"""At a level: more is not read by anybody."""


class _Tag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    text: dict[str, str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    levels: dict[str, tuple[_Tag, ...]]


def tags_draft(source: str, raw: bytes, by: str) -> Draft:
    """All reasons from TOML: `version`, and `[[levels.satisfied]]` with `key` and `text` for each of the five levels.
    It replaces what was published before. Raises Invalid.
    """
    found = read_toml(source, raw, _File)
    if found.version < 1:
        raise Invalid(f"{source}: `version`: {found.version}; expected 1 or more, higher with every change")
    known = {level.value for level in Satisfaction}
    if set(found.levels) != known:
        raise Invalid(f"{source}: `levels`: {sorted(found.levels)}; expected all of {', '.join(sorted(known))}")
    levels = {level: _checked(f"{source}: `levels.{level}`", tags) for level, tags in found.levels.items()}
    return Draft(EVERYBODY, FeedKind.TAGS, KEY, RatingTags(found.version, levels), by)


def _checked(where: str, tags: tuple[_Tag, ...]) -> tuple[RatingTag, ...]:
    if not 0 < len(tags) <= MOST:
        raise Invalid(f"{where}: {len(tags)} found; expected 1 to {MOST}")
    twice = next((key for key, count in Counter(tag.key for tag in tags).items() if count > 1), None)
    if twice is not None:
        raise Invalid(f"{where}: {twice!r} stands there twice; expected each key once")
    return tuple(RatingTag(tag.key, words(where, tag.key, tag.text)) for tag in tags)
