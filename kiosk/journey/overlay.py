"""What may lie over a page without leaving it. Values only."""

from enum import StrEnum


class Overlay(StrEnum):
    """What may lie over a page without leaving it."""

    NONE = ""
    HELP = "help"
    DIFFICULTY = "difficulty"
    DIFFICULTY_SENT = "difficulty_sent"
    DISPLAY = "display"
