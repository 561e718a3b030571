"""Every page of every service, met by random citizens with fixed seeds, in any language and display."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from kiosk.journey.display import USUAL, Display
from kiosk.journey.overlay import Overlay
from kiosk.journey.progress import Journey, Screen
from tests.kiosk.services.random_citizens import Walk, starts
from tests.screens import deliberate
from tests.screens.album import Page

SEEDS: Final = range(14)
STEPS: Final = 80
_NO_WORD: Final = re.compile(r": '\d{19,}' at [\d,]+ breaks a word in two$")


@cache
def met() -> dict[str, Journey]:
    """The first journey that showed each page, by the page's name."""
    found: dict[str, Journey] = {}
    for name, about in sorted(starts()):
        for seed in SEEDS:
            walk = Walk(seed, name, about)
            for _ in range(STEPS):
                journey = walk.journey
                plain = journey.overlay is Overlay.NONE and not journey.hidden and journey.countdown_since is None
                if plain and journey.page is not None:
                    found.setdefault(journey.page.name, journey)
                walk.go()
                if walk.journey.screen is Screen.ENDED:
                    break
    for journey in deliberate.journeys():
        if journey.page is not None:
            found.setdefault(journey.page.name, journey)
    return dict(sorted(found.items()))


@cache
def by_name(language: str, display: Display) -> dict[str, Page]:
    """The pages by name, as this citizen would meet them."""
    return {page.name: page for page in service_pages(language, display)}


def service_pages(language: str, display: Display = USUAL) -> Iterator[Page]:
    """Each of them as somebody would see it who chose this language and display."""
    for name, journey in met().items():
        yield Page(name, replace(journey, language=language, display=display, fault=""))


def may_break(fault: str) -> bool:
    """Whether it is about digits somebody typed without end, longer than any number we ask for: they go on in the next
    line.
    """
    return _NO_WORD.search(fault) is not None
