"""Pages of services bring no QML of their own: each is looked at in one of the looks there are by turns, by
SUIBAN_FULL=1 in two.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.journey import page as p
from kiosk.journey.display import SIZES, Contrast
from tests.screens import matrix
from tests.screens.album import Page
from tests.screens.matrix import LANGUAGES, Booths, Look
from tests.screens.services_album import may_break, met, service_pages

pytestmark = pytest.mark.slow
TURNS = 2 if os.environ.get("SUIBAN_FULL") else 1


@pytest.fixture(scope="module")
def booths(qapp: object) -> Iterator[Booths]:
    found = Booths()
    yield found
    found.close()


def looks() -> list[tuple[str, Look]]:
    """So many looks a page; over all pages every value of every axis comes up often."""
    contrasts, panels = tuple(Contrast), tuple(matrix.PANELS)
    return [
        (
            name,
            Look(
                SIZES[(at + 2 * turn) % 4],
                contrasts[(at // 2 + turn) % 4],
                LANGUAGES[(at + turn) % 3],
                panels[(at // 3 + turn) % 3],
                elder=(at + turn) % 4 == 3,
            ),
        )
        for at, name in enumerate(met())
        for turn in range(TURNS)
    ]


def page_in(name: str, look: Look) -> Page:
    """The page as somebody with this look would see it."""
    return next(page for page in service_pages(look.language, look.display) if page.name == name)


def faults(booths: Booths, page: Page, look: Look) -> list[str]:
    """What is wrong with it on any of its leaves."""
    found = [fault for screen in booths.leaves(page, look) for fault in matrix.faults(screen, page, look)]
    return [fault for fault in found if not may_break(fault)]


def test_there_are_pages_of_every_service() -> None:
    assert {name.partition(".")[0] for name in met()} >= {
        "query", "notice", "appointment", "progress", "pickup", "saying", "mine", "pay", "filing",
    }  # fmt: skip
    assert len(met()) > 80


@pytest.mark.parametrize("panel", matrix.PANELS)
def test_no_page_of_a_service_is_cut_covered_or_pale(booths: Booths, panel: str) -> None:
    here = [(page_in(name, look), look) for name, look in looks() if look.panel == panel]
    found = [fault for page, look in here for fault in faults(booths, page, look)]
    assert list(dict.fromkeys(found)) == []


def test_a_word_too_long_for_its_place_is_found(booths: Booths) -> None:
    """Negative control: options nobody could lay out turn the test above red."""
    look = Look(size=4, panel="wide")
    page = page_in("saying.matter", look)
    service = page.journey.service
    assert service is not None

    class Crowded(type(service)):  # type: ignore[misc]  # the service's own class with one impossible page
        def page(self, known: object) -> p.Page:  # noqa: ARG002 - as every page is called
            return p.Page("crowded", "W" * 90, p.Read((p.Entry("x" * 200, "y" * 300),)), why="z" * 400)

    crowded = Crowded(**{name: getattr(service, name) for name in service.__struct_fields__})
    assert faults(booths, replace(page, journey=replace(page.journey, service=crowded)), look)
