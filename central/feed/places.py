"""Where else a citizen may go: the places of the district, from a file, checked before they are signed. Pure."""

from collections import Counter

import msgspec

from central.feed.rules import EVERYBODY, Draft, Invalid, read_toml, words
from contract.feed import FeedKind, Place, Sites

KEY = "sites"
MOST = 2000


class _Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: dict[str, str]
    items: tuple[str, ...]
    east: float | None = None
    north: float | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    places: tuple[_Place, ...]


def sites_draft(source: str, raw: bytes, by: str) -> Draft:
    """All places of the district from TOML: `[[places]]` with `id`, `name`, `items` and, for distances, `east` and
    `north` in degrees. It replaces what was published before. Raises Invalid.
    """
    found = read_toml(source, raw, _File).places
    if not 0 < len(found) <= MOST:
        raise Invalid(f"{source}: `places`: {len(found)} found; expected 1 to {MOST}")
    twice = next((name for name, count in Counter(place.id for place in found).items() if count > 1), None)
    if twice is not None:
        raise Invalid(f"{source}: `places`: {twice!r} stands there twice; expected each id once")
    sites = Sites(tuple(_checked(f"{source}: {place.id!r}", place) for place in found))
    return Draft(EVERYBODY, FeedKind.SITES, KEY, sites, by)


def _checked(where: str, place: _Place) -> Place:
    if not place.items:
        raise Invalid(f'{where}: `items`: expected the slugs of what can be done there, or ["*"]')
    if (place.east is None) != (place.north is None):
        raise Invalid(f"{where}: `east` and `north`: expected both or none")
    if place.east is not None and place.north is not None:
        for name, degrees, least, most in (("east", place.east, 73.0, 136.0), ("north", place.north, 3.0, 54.0)):
            if not least <= degrees <= most:
                raise Invalid(
                    f"{where}: `{name}`: {degrees}; expected degrees of {least:g} to {most:g}, as a map shows"
                )
    return Place(place.id, words(where, "name", place.name), place.items, place.east, place.north)
