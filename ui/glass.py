"""What is on the glass: the items that can be seen, and where."""

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    """`root` and everything drawn in it that can be seen, in the order of painting."""
    if not root.isVisible() or root.opacity() == 0:
        return
    yield root
    for child in sorted(root.childItems(), key=lambda item: item.z()):
        yield from items(child)


def rect(item: QQuickItem) -> QRectF:
    """Where `item` is in its window."""
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def seen(item: QQuickItem) -> QRectF:
    """The part of `item` that its window and the lists around it leave to be seen."""
    part = rect(item)
    # Not item.window(): its wrapper would own the window and take it along when it is collected.
    for around in around_of(item):
        if around.clip() or around.parentItem() is None:
            part = part.intersected(rect(around))
    return part


def around_of(item: QQuickItem) -> Iterator[QQuickItem]:
    """What `item` is in, from the inside out."""
    # The stub does not know that the root has no parent.
    parent = cast("QQuickItem | None", item.parentItem())
    if parent is not None:
        yield parent
        yield from around_of(parent)
