"""Every page in every look: which there are, which of them CI takes, and what is wrong with one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from PySide6.QtGui import QGuiApplication

from kiosk.journey.display import SIZES, Contrast, Display
from tests.screens import measure
from tests.screens.album import SITE, Page, pages
from ui import hand
from ui.app import CitizenScreen, Panel

LANGUAGES: Final = ("zh-Hans", "zh-Hant", "en")
PX_PER_MM: Final = 4.03
BOTTOM_MM: Final = 800.0
MOST_LEAVES: Final = 8
PANELS: Final = {"portrait": (1080, 1920), "low": (1080, 1920), "wide": (1366, 768)}
"""A 21.5-inch panel upright, the same with its controls within reach, and a 15.6-inch one lying."""


@dataclass(frozen=True)
class Look:
    """What a citizen chose, on which glass."""

    size: int = 2
    contrast: Contrast = Contrast.STANDARD
    language: str = "zh-Hans"
    panel: str = "portrait"
    elder: bool = False

    @property
    def display(self) -> Display:
        return Display(self.size, self.contrast, elder=self.elder, low=self.panel == "low")

    def __str__(self) -> str:
        elder = "-elder" if self.elder else ""
        return f"{self.panel}-{self.language}-{self.size}-{self.contrast}{elder}"


def names() -> tuple[str, ...]:
    """Every page of the album."""
    return tuple(album("zh-Hans", Display()))


@cache
def album(language: str, display: Display) -> dict[str, Page]:
    """The pages by name, as this citizen would meet them."""
    return {page.name: page for page in pages(language, display)}


def every(panels: tuple[str, ...] = ("portrait",)) -> Iterator[tuple[str, Look]]:
    """All pages × 4 sizes × 4 contrasts × 3 languages, on these panels."""
    looks = product(SIZES, Contrast, LANGUAGES, panels)
    for size, contrast, language, panel in looks:
        look = Look(size, contrast, language, panel)
        yield from ((name, look) for name in album(language, look.display))


def pairwise(only: tuple[str, ...] = ()) -> Iterator[tuple[str, Look]]:
    """Four looks a page, in which any two values of page, size, contrast, language, panel and 关怀模式 meet.

    Rows of a Latin kind: each page takes the four sizes and begins the other axes elsewhere; a test counts the pairs.
    """
    contrasts, panels = tuple(Contrast), tuple(PANELS)
    for at, name in enumerate(names()):
        for turn, size in enumerate(SIZES):
            look = Look(
                size,
                contrasts[(turn + at) % 4],
                LANGUAGES[(turn + at // 4) % 3],
                panels[(turn + at // 12 + at) % 3],
                elder=(turn + at // 2) % 2 == 1,
            )
            if not only or name in only:
                yield name, look


def page_of(name: str, look: Look) -> Page:
    """One page in one look."""
    return album(look.language, look.display)[name]


class Booths:
    """One screen for each panel. Lives on the Qt thread."""

    def __init__(self) -> None:
        self._screens: dict[str, CitizenScreen] = {}

    def lay(self, page: Page, look: Look) -> CitizenScreen:
        """Lay a page on the glass as it is when it is reached: on its first leaf."""
        if look.panel not in self._screens:
            panel = Panel(*PANELS[look.panel], PX_PER_MM, fullscreen=False, still=True, bottom_mm=BOTTOM_MM)
            screen = self._screens[look.panel] = CitizenScreen(site=SITE, panel=panel, send=lambda _: None)
            screen.warm()
            screen.open()
        screen = self._screens[look.panel]
        between = page_of("farewell-left", look)
        screen.show(between.journey, between.facts, between.clock)
        screen.show(page.journey, page.facts, page.clock)
        settle(screen)
        return screen

    def leaves(self, page: Page, look: Look) -> Iterator[CitizenScreen]:
        """The page, then the answers to its question where it is folded, then every leaf of its list."""
        screen = self.lay(page, look)
        yield screen
        for _ in range(MOST_LEAVES):
            if not (tap(screen, "answer") or tap(screen, "page.after")):
                return
            yield screen

    def close(self) -> None:
        """End every screen."""
        for screen in self._screens.values():
            screen.close()
        self._screens.clear()


def settle(screen: CitizenScreen) -> None:
    """Lay out and paint at once, instead of with the next frame."""
    QGuiApplication.processEvents()
    assert screen.window is not None
    screen.window.grabWindow()


def tap(screen: CitizenScreen, name: str) -> bool:
    """Touch what is called `name`; False where it is not on the glass, or off, or under the veil or a countdown."""
    assert screen.window is not None
    journey = screen.journey
    if journey is None or journey.hidden or journey.countdown_since is not None:
        return False
    there = measure.targets(measure.top_layer(screen.window, journey))
    if not any(item.objectName() == name and item.isEnabled() for item in there):
        return False
    hand.touch(screen.window, name)
    settle(screen)
    return True


def faults(screen: CitizenScreen, page: Page, look: Look) -> list[str]:
    """What is wrong with a page that is on the glass, each as one line."""
    assert screen.window is not None
    layer = measure.top_layer(screen.window, page.journey)
    inks = measure.inks(layer)
    if not inks:
        return [f"{page.name} {look}: nothing can be read"]
    wanted = 20.0 if look.elder else 12.7
    least = 10.0 if look.contrast in (Contrast.BLACK_WHITE, Contrast.BLACK_YELLOW) else 7.0
    found = [
        *measure.text_faults(screen.window, layer, inks),
        *measure.target_faults(layer, wanted),
        *measure.size_faults(layer, look.size, inks),
        *measure.picture_faults(layer),
        *(() if page.journey.hidden else measure.contrast_faults(screen.window, layer, least, inks)),
        *(measure.reach_faults(screen.window, layer, BOTTOM_MM) if look.panel == "low" else ()),
    ]
    return [f"{page.name} {look}: {fault}" for fault in found]
