"""What may be said where others can hear it: identity and mobile numbers never (experience.md 5.2). Pure.

The last thing before the synthesiser, so that no page has to think of it; on the safe side where a number is unknown.
"""

import re
import unicodedata
from typing import Final

from kiosk import words
from kiosk.voice.reading import chinese_days, days

_RUN = re.compile(r"[A-Za-z]{0,3}\d[\d*Xx]*(?:(?:[ \-‐-–，]|, )[\d*Xx]+)*(?:[ ][\dA-Za-z](?![A-Za-z0-9]))?")
_PUBLIC: Final = (
    re.compile(r"0\d{2,3}-\d{3,8}|12345|400-?\d{3}-?\d{4}"),  # telephones of desks
    re.compile(r"\d{1,2} ?[–-] ?\d{1,2}"),  # windows
    re.compile(r"[A-Z]{1,2}\d{0,2}-\d{2,4}"),  # tickets
    re.compile(r"\d{6} \d{4} \d{8} \d{6} [0-9A-Z]"),  # a case number in its parts: it names no person
)
_MASKED_NAME = re.compile(r"(?<=[\u3400-\u9fff])\*{1,4}(?![\d*])")
_MASK = re.compile(r"[*•●]{2,}|(?<![\w*])\*(?!\w)")
_SHORTEST: Final = 7
"""Digits from which a number may be somebody's: passports have eight, mobiles eleven, identities eighteen."""


def discreet(text: str, language: str) -> str:
    """`text` with every number that may be a person's replaced by words that say it is kept back."""
    plain = "".join(unicodedata.normalize("NFKC", c) if c.isdecimal() else c for c in text)
    dated = chinese_days(plain) if language.startswith("zh") else days(plain)
    return unmasked(_RUN.sub(lambda run: _said(run.group(), language), dated), language)


def unmasked(text: str, language: str) -> str:
    """`text` with stars as words: 张* is a person, a row of stars is something hidden."""
    text = _MASKED_NAME.sub(words.say(language, "voice.somebody"), text)
    return _MASK.sub(words.say(language, "voice.hidden"), text)


def no_digits(text: str, language: str) -> str:
    """What is being typed, for all to hear: nothing of it as soon as a digit is in it."""
    return words.say(language, "voice.kept_back") if re.search(r"\d", text) else discreet(text, language)


def _said(run: str, language: str) -> str:
    if any(public.fullmatch(run) for public in _PUBLIC):
        return run
    signs = sum(c.isdecimal() or c == "*" for c in run)
    return words.say(language, "voice.kept_back") if signs >= _SHORTEST else run
