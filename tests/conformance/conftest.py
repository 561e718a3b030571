"""A citizen in front of the real screen."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication

from contract.catalogue import Item
from kiosk.facts import Site
from tests.conformance.visitor import Answers, Visitor
from tests.screens.album import SITE, fresh
from tests.ui import booth as of_booth
from tests.ui.booth import Booth

MakeVisitor = Callable[..., Visitor]


@pytest.fixture
def visit(qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeVisitor]:
    """Begin a visit: what the centre says, which items there are, and at which place."""
    made: list[Booth] = []

    def make(said: Answers | None = None, items: tuple[Item, ...] = (), site: Site = SITE) -> Visitor:
        monkeypatch.setattr(of_booth, "SITE", site)
        journey = fresh()
        made.append(Booth(qapp, replace(journey, items=items) if items else journey))
        return Visitor(made[-1], said)

    yield make
    for booth in made:
        booth.screen.close()
