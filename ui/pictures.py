"""Pictures of this visit on the screen, from memory: `image://pictures/ID`. None is kept here."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

PICTURES: Final = "pictures"


class PictureProvider(QQuickImageProvider):
    """Hands QML what `find` has under an id; nothing where it is gone."""

    def __init__(self, find: Callable[[str], bytes]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._find = find

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:
        """Decode it, no larger than the page asks for."""
        image = QImage.fromData(self._find(name))
        if image.isNull():  # gone, or no frame yet: nothing is shown, and nothing is complained of
            image = QImage(1, 1, QImage.Format.Format_ARGB32)
            image.fill(Qt.GlobalColor.transparent)
        size.setWidth(image.width())
        size.setHeight(image.height())
        if not requested.isValid() or requested.isEmpty():
            return image
        return image.scaled(requested, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
