"""The fonts of every window. A family of ours stands for a list, so that one name brings its rare characters along."""

from typing import Final

from PySide6.QtGui import QFont, QGuiApplication

from kiosk import words

USUAL: Final = ("Noto Sans CJK SC", "HanaMinA", "HanaMinB")
"""Behind the fonts of every language: Hanazono has the rare characters of names that Noto has not."""


def install() -> None:
    """Make the family of each language known to Qt as `Suiban TAG`, and the usual fonts the application's.

    The same code point is written differently in simplified and in traditional text (骨, 直, 返); which fonts it is
    written in, each language says itself.
    """
    _stand_for("Suiban", USUAL)
    for language in words.languages():
        own = (name.strip() for name in words.say(language, "language.fonts").split(","))
        _stand_for(f"Suiban {language}", (*own, *USUAL))
    QGuiApplication.setFont(QFont(list(USUAL)))


def _stand_for(family: str, fonts: tuple[str, ...]) -> None:
    QFont.removeSubstitutions(family)
    QFont.insertSubstitutions(family, list(dict.fromkeys(fonts)))
