"""Every page, every sheet: what a finger can touch five keys can reach, and it has a name that is spoken."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtQuick import QQuickItem
from shiboken6 import getCppPointer

from tests.screens import measure
from tests.screens.album import Page, pages
from tests.screens.conftest import Lay
from ui.focus import spoken, top_layer, way_round
from ui.glass import items, seen

PORTRAIT = (1080, 1920)
BY_HAND_ALONE = {
    "service": "a technician's hidden gesture",
    "signature": "drawn with a finger; a service offers another way to agree",
    "page.before": "the way round turns the leaf",
    "page.after": "the way round turns the leaf",
}


def touchable(layer: QQuickItem) -> Iterator[QQuickItem]:
    """What a finger can mean on this layer: the item whose mouse area it is."""
    for item in items(layer):
        if item.inherits("QQuickMouseArea") and item.isEnabled() and not seen(item).isEmpty():
            owner = item if item.objectName() or item.property("speech") else item.parentItem()
            if owner.objectName() not in BY_HAND_ALONE:
                yield owner


def is_shield(owner: QQuickItem, layer: QQuickItem) -> bool:
    """A touch beside everything: it means "I am here", as any key does."""
    return owner.width() >= layer.width() and owner.height() >= layer.height() and not owner.property("speech")


def unreached(layer: QQuickItem) -> list[str]:
    """What can be touched here but not be reached, or has no name."""
    reached = {_address(found.item) for found in way_round(layer) if found.stop.acts}
    held = {_address(found.item) for found in way_round(layer)}
    lost = []
    for owner in touchable(layer):
        if is_shield(owner, layer):
            continue
        chain = (owner, *_parents(owner))
        if not any(_address(around) in reached for around in chain) and _address(owner) not in held:
            lost.append(f"{owner.objectName() or 'a nameless item'} at {owner.x():.0f},{owner.y():.0f}")
    return lost


def _parents(item: QQuickItem) -> Iterator[QQuickItem]:
    parent: QObject | None = item.parentItem()
    while isinstance(parent, QQuickItem):
        yield parent
        parent = parent.parentItem()


def _address(item: QQuickItem) -> int:
    return int(getCppPointer(item)[0])


def _looked_at(lay: Lay, page: Page) -> list[str]:
    screen = lay(PORTRAIT, page)
    assert screen.window is not None
    layer = top_layer(screen.window)
    if layer is None:
        return [f"{page.name}: nothing is spoken of it"]
    faults = [f"{page.name}: {lost} cannot be reached" for lost in unreached(layer)]
    if not spoken(layer) and page.journey.countdown_since is None:
        faults.append(f"{page.name}: nothing is spoken when it comes")
    return faults


@pytest.mark.slow
def test_on_every_page(lay: Lay) -> None:
    assert [fault for page in pages("zh-Hans") for fault in _looked_at(lay, page)] == []


def test_a_control_without_a_name_is_reported(lay: Lay) -> None:
    """The harness can fail: a control that lost its name, and a page that lost what is spoken of it."""
    page = next(page for page in pages("zh-Hans") if page.name == "review")
    screen = lay(PORTRAIT, page)
    assert screen.window is not None
    layer = top_layer(screen.window)
    assert layer is not None
    main = next(found.item for found in way_round(layer) if found.item.objectName() == "main")
    name = main.property("speech")
    main.setProperty("speech", "")
    try:
        assert any("main" in fault for fault in _looked_at(lay, page))
    finally:
        main.setProperty("speech", name)


@pytest.mark.slow
def test_the_strip_of_the_captions_takes_nothing_from_a_page(lay: Lay) -> None:
    faults = []
    for page in pages("zh-Hans"):
        screen = lay(PORTRAIT, replace(page, journey=replace(page.journey, voice=True)))
        assert screen.window is not None
        layer = top_layer(screen.window)
        assert layer is not None
        found = (*measure.text_faults(screen.window, layer), *measure.target_faults(layer))
        faults += [f"{page.name}: {fault}" for fault in found]
    assert faults == []
