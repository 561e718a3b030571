"""The fonts of every window. A family of ours stands for a list, so that one name brings its rare characters along."""

from typing import Final

from PySide6.QtGui import QFont, QGuiApplication

RARE: Final = ("HanaMinA", "HanaMinB")
"""Hanazono has the rare characters of names that Noto has not."""
FAMILIES: Final = {
    "Suiban": ("Noto Sans CJK SC", *RARE),
    "Suiban Traditional": ("Noto Sans CJK HK", "Noto Sans CJK TC", *RARE),
}
"""The same code point is written differently in simplified and in traditional text: 骨, 直, 返."""
USUAL: Final = "Suiban"


def install() -> None:
    """Make the families known to Qt, and the first of them the application's."""
    for name, stands_for in FAMILIES.items():
        QFont.removeSubstitutions(name)
        QFont.insertSubstitutions(name, list(stands_for))
    QGuiApplication.setFont(QFont(list(FAMILIES[USUAL])))
