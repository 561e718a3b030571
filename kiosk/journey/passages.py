"""The local assistant: a question in a citizen's own words finds the passages that answer it, with no line out. Pure.

Items and frequent questions are ranked by BM25 (Robertson and Zaragoza 2009) over pairs of characters and words; of the
best items those parts of the guide are taken that the question asks for. Letters that spell Pinyin name items as the
search does.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from contract.catalogue import Item, Text
from contract.offering import Frequent
from kiosk import faq, triage
from kiosk.journey.search import Index, Spelling

MOST: Final = 5
"""Answers that are offered."""
_ITEMS: Final = 3
_TOPICS: Final = 3
_SATURATION, _LENGTH = 1.4, 0.6
_FAINT: Final = 0.34
"""Of the best score: what is below does not answer the question."""
_SAID: Final = 2.0
"""A question with the very words by which people ask one that is often asked."""
_NAMED: Final = 60
_CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_EMPTY = re.compile(r"请问|我想|我要|一下|怎么|什么|可以|需要|办理|\b(?:the|and|for|can|need)\b")
"""Said in every question: they tell none from another."""
GUIDE: Final = "guide"


class Passage(msgspec.Struct, frozen=True):
    """One answer: a frequent question's (`key`), or a part (`topic`) of an item's guide."""

    item: str = ""
    topic: str = ""
    key: str = ""

    @property
    def value(self) -> str:
        """Its name among those offered."""
        return f"faq-{self.key}" if self.key else f"{self.topic}-{self.item}"


class Desk:
    """All that can be answered from, read once."""

    def __init__(self, items: Sequence[Item], spelling: Spelling) -> None:
        self.items = tuple(items)
        self.frequent: Mapping[str, Frequent] = {one.key: one for one in faq.load(self.items)}
        self._index = Index(self.items, spelling)
        self._of_items = _Ranking({item.slug: _of_item(item) for item in self.items})
        self._answered: dict[str, tuple[Passage, ...]] = {}
        self._of_questions = _Ranking(
            {one.key: faq.texts(one) * 2 + _all(one.answer) for one in self.frequent.values()}
        )

    def answers(self, question: str) -> tuple[Passage, ...]:
        """The best answers, the best first; none where nothing here answers it."""
        if question not in self._answered:  # a page that is drawn anew asks again; only the last question is held
            self._answered = {question: self._ranked(question)}
        return self._answered[question]

    def _ranked(self, question: str) -> tuple[Passage, ...]:
        scores: dict[Passage, float] = {}
        for key, score in self._of_questions.scores(question).items():
            said = any(word in question for word in self.frequent[key].keywords)
            scores[Passage(self.frequent[key].item, key=key)] = score * (_SAID if said else 1.0)
        named = self._items(question)
        topics = asked(question)
        for slug in sorted(named, key=lambda slug: -named[slug])[:_ITEMS]:
            for place, topic in enumerate(topics[:_TOPICS] or (GUIDE,)):
                scores[Passage(slug, topic)] = named[slug] * (1.0 - place / 10) * (1.5 if topics else 1.0)
        best = max(scores.values(), default=0.0)
        ranked = sorted(scores, key=lambda passage: -scores[passage])
        return tuple(passage for passage in ranked if scores[passage] >= best * _FAINT)[:MOST]

    def _items(self, question: str) -> dict[str, float]:
        found = self._of_items.scores(question)
        letters = "".join(_LATIN.findall(question.lower()))
        if letters and not found and not _CJK.search(question):
            for place, item in enumerate(self._spelt(letters)):
                found[item.slug] = _NAMED / (1 + place)
        return found

    def _spelt(self, letters: str) -> tuple[Item, ...]:
        """What the longest beginning of these letters spells, of at least two."""
        for end in range(len(letters), 1, -1):
            if named := self._index.find(letters[:end], self.items):
                return named[:_ITEMS]
        return ()


def asked(question: str) -> tuple[str, ...]:
    """The parts of a guide a question asks for."""
    plain, words = question.lower(), set(_LATIN.findall(question.lower()))
    found = []
    for topic in triage.topics():
        hits = sum(len(said) for said in topic.asked.get("zh-Hans", ()) if said in plain)
        hits += sum(len(said) for said in topic.asked.get("en", ()) if said in words)
        if hits:
            found.append((hits, topic.key))
    return tuple(key for _, key in sorted(found, key=lambda one: -one[0]))


class _Ranking:
    """Some texts by their names, ranked by what they have of a question and others have not."""

    def __init__(self, texts: Mapping[str, Iterable[str]]) -> None:
        self._counts = {name: Counter(tokens("\n".join(said))) for name, said in texts.items()}
        self._lengths = {name: sum(counts.values()) for name, counts in self._counts.items()}
        self._mean = sum(self._lengths.values()) / max(1, len(self._lengths))
        self._in = Counter(token for counts in self._counts.values() for token in counts)

    def scores(self, question: str) -> dict[str, float]:
        """Of every text that has anything of it."""
        wanted = set(tokens(question))
        found: dict[str, float] = {}
        for name, counts in self._counts.items():
            score = 0.0
            for token in wanted & counts.keys():
                rare = math.log(1 + (len(self._counts) - self._in[token] + 0.5) / (self._in[token] + 0.5))
                weight = _SATURATION * (1 - _LENGTH + _LENGTH * self._lengths[name] / self._mean)
                score += rare * counts[token] * (_SATURATION + 1) / (counts[token] + weight)
            if score > 0:
                found[name] = score
        return found


def tokens(text: str) -> list[str]:
    """Pairs of Chinese characters, and words of other letters."""
    plain = _EMPTY.sub(" ", text.lower())
    pairs = [run[at : at + 2] for run in _CJK.findall(plain) for at in range(len(run) - 1)]
    return pairs + [word for word in _LATIN.findall(plain) if len(word) > 1]


def _of_item(item: Item) -> tuple[str, ...]:
    """Names count more than what is written about it."""
    return (*_all(item.title) * 3, *item.keywords * 3, *_all(item.summary), *_all(item.result))


def _all(text: Text) -> tuple[str, ...]:
    return tuple(text.values())


_held: list[tuple[Sequence[Item], Spelling, Desk]] = []


def desk(items: Sequence[Item], spelling: Spelling) -> Desk:
    """The desk of these items, made once: a page that is drawn anew asks again."""
    if not _held or _held[0][0] is not items or _held[0][1] is not spelling:
        _held[:] = [(items, spelling, Desk(items, spelling))]
    return _held[0][2]
