"""The search finds what a slow and plain reading of the same rules finds, whatever is typed, letter by letter."""

import random
from collections.abc import Iterator

import msgspec
import pytest

from contract.catalogue import Item
from kiosk import services, spelling
from kiosk.journey.search import Index, Spelling

ITEMS = services.load().items
SPELLING = spelling.spell(ITEMS)


def plain(text: str) -> str:
    return "".join(character.lower() for character in text if character.isalnum())


def syllables(text: str, known: Spelling) -> tuple[str, ...]:
    apart = ("".join(c if c.isalnum() else " " for c in part.lower()) for part in known.get(text, (text,)))
    return tuple(word for part in apart for word in part.split())


def spells(wanted: str, said: tuple[str, ...]) -> bool:
    """Whether `wanted` takes at least a letter from the beginning of each syllable it passes."""
    if not wanted or not said:
        return not wanted
    same = next((n for n, (a, b) in enumerate(zip(wanted, said[0], strict=False)) if a != b), None)
    longest = min(len(wanted), len(said[0])) if same is None else same
    return any(spells(wanted[length:], said[1:]) for length in range(1, longest + 1))


def rank(wanted: str, text: str, known: Spelling) -> int | None:
    """0 the whole text, 1 its beginning, 4 inside; 2 spelt from its beginning, 5 spelt inside."""
    if wanted in plain(text):
        return 0 if wanted == plain(text) else 1 if plain(text).startswith(wanted) else 4
    said = syllables(text, known)
    starts = [at for at in range(len(said)) if wanted.isascii() and spells(wanted, said[at:])]
    return None if not starts else 2 if starts[0] == 0 else 5


def ranked(query: str, item: Item, known: Spelling) -> int | None:
    names = [(text, 0) for text in (*item.keywords, *item.title.values())]
    names += [(text, 20) for text in (*item.summary.values(), *item.department.values())]
    hits = [(rank(plain(query), text, known), weight) for text, weight in names]
    return min((hit + weight for hit, weight in hits if hit is not None), default=None)


def reckoned(query: str, items: tuple[Item, ...], known: Spelling) -> list[str]:
    """The slugs in the order in which they should be shown."""
    hits = [(hit, at, item.slug) for at, item in enumerate(items) if (hit := ranked(query, item, known)) is not None]
    return [slug for _, _, slug in sorted(hits)]


def queries() -> Iterator[str]:
    """Words, Pinyin, initials and beginnings of them, mistakes too."""
    chance = random.Random(5)
    texts = [text for text, said in SPELLING.items() if len(said) < 12]
    for text in chance.sample(texts, 40):
        said = syllables(text, SPELLING)
        at = chance.randrange(len(said))
        yield text[: chance.randrange(1, len(text) + 1)]
        yield "".join(said[at:])[: chance.randrange(1, 9)]
        yield "".join(word[0] for word in said[at:])[: chance.randrange(1, 6)]
        yield "".join(word[: chance.randrange(1, 4)] for word in said[at : at + 4])
    yield from ("zzzz", "社b", "sb", "2", "S H E bao")


def test_what_is_found_is_what_the_rules_say() -> None:
    index = Index(ITEMS, SPELLING)
    found_any = 0
    for query in queries():
        found = [item.slug for item in index.find(query, ITEMS)]
        assert found == reckoned(query, ITEMS, SPELLING), query
        found_any += bool(found)
    assert found_any > 100


def test_a_rule_that_was_forgotten_is_noticed() -> None:
    """Negative control: without Pinyin the comparison fails."""
    index = Index(ITEMS, {})
    assert [item.slug for item in index.find("shebao", ITEMS)] != reckoned("shebao", ITEMS, SPELLING)


@pytest.mark.parametrize("query", ["shebaokkk", "sbxq", "社保卡丢失了", "q9x"])
def test_what_names_nothing_is_read_up_to_where_it_names_something(query: str) -> None:
    index = Index(ITEMS, SPELLING)
    lengths = [n for n in range(len(query) - 1, 0, -1) if reckoned(query[:n], ITEMS, SPELLING)]
    expected = reckoned(query[: lengths[0]], ITEMS, SPELLING) if lengths else [item.slug for item in ITEMS]
    assert [item.slug for item in index.nearest(query, ITEMS, 5)] == expected[:5]


def test_only_what_is_offered_is_found_and_an_empty_query_names_all() -> None:
    index = Index(ITEMS, SPELLING)
    few = ITEMS[:6]
    assert index.find(" ", few) == few
    assert all(item in few for item in index.find("s", few))
    stranger = msgspec.structs.replace(ITEMS[0], slug="not-in-the-index")
    assert index.find("s", (stranger,)) == ()
