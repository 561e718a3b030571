"""The search over a thousand items, by words, Pinyin and initials, letter by letter as people type."""

import random
import time
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from benchmarks.figures import milliseconds, spread
from contract.catalogue import Item
from kiosk import services
from kiosk.journey.search import Index, Spelling
from kiosk.spelling import spell

ITEMS: Final = 1000
_PLACES: Final = "东西南北中高新城乡镇街道路桥河湖山海江泾渭陵阳安宁平和永兴"
_SHOWN_IF_NONE: Final = 3


def catalogue(items: int) -> tuple[Item, ...]:
    """The real items, and as many made from them as it takes: each with a name and keywords of its own."""
    real = services.load().items
    chance = random.Random(7)  # noqa: S311 - the same items every time
    made = []
    for at in range(len(real), items):
        item = real[at % len(real)]
        own = "".join(chance.sample(_PLACES, 3))
        title = {
            language: own + text if language == "zh-Hans" else f"{text} {at}" for language, text in item.title.items()
        }
        words = tuple(own[: chance.randrange(1, 4)] + word for word in item.keywords)
        made.append(msgspec.structs.replace(item, slug=f"{item.slug}-{at}", title=title, keywords=words))
    return (*real, *made)


def measure(rounds: int) -> dict[str, Any]:
    """Every beginning of `rounds` things people type, none twice, with what is shown where nothing is found."""
    items = catalogue(ITEMS)
    began = time.process_time()
    spelling = spell(items)
    spelt = time.process_time() - began
    began = time.process_time()
    index = Index(items, spelling)
    index.find("s", items)
    built = time.process_time() - began
    kinds: dict[str, list[float]] = {"words": [], "pinyin": [], "initials": [], "mistaken": []}
    named, asked = 0, set[str]()
    for kind, query in _typed(items, spelling, rounds):
        for length in range(1, len(query) + 1):
            if query[:length] in asked:
                continue
            asked.add(query[:length])
            began = time.perf_counter()
            found = index.find(query[:length], items) or index.nearest(query[:length], items, _SHOWN_IF_NONE)
            kinds[kind].append(time.perf_counter() - began)
            named += bool(found)
    every = sorted(took for times in kinds.values() for took in times)
    return {
        "items": len(items),
        "spelling_processor_ms": milliseconds(spelt),
        "index_and_first_search_processor_ms": milliseconds(built),
        "p95_ms": milliseconds(every[round(0.95 * (len(every) - 1))]),
        "most_ms": milliseconds(every[-1]),
        "searches": len(every),
        "searches_with_an_answer": named,
        **{kind: spread(times) for kind, times in kinds.items()},
    }


def _typed(items: tuple[Item, ...], spelling: Spelling, rounds: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(11)  # noqa: S311 - the same queries every time
    for _ in range(rounds):
        item = chance.choice(items)
        text = chance.choice((*item.keywords, item.title["zh-Hans"]))
        syllables = spelling[text]
        yield "words", text
        yield "pinyin", "".join(syllables)[:18]
        yield "initials", "".join(word[0] for word in syllables)[:8]
        yield "mistaken", "".join(syllables)[:6] + "".join(chance.sample("qvxzkw", 4))
