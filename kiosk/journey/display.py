"""How one citizen wants the screen: text size, colours, 关怀模式, controls within reach. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

SIZES = (1, 2, 3, 4)
"""Capital letters of 4.0, 4.9, 6.5 and 8.6 mm in running text (experience.md 7.3)."""
USUAL_SIZE = 2
ELDER_SIZE = 3
OFFERED_FROM_AGE = 60


class Contrast(StrEnum):
    """The four pairs of colours. The first two reach 7:1, the others 10:1 (experience.md 7.5)."""

    STANDARD = "standard"
    DARK = "dark"
    BLACK_WHITE = "black_white"
    BLACK_YELLOW = "black_yellow"


class Offer(StrEnum):
    """Whether larger text has been offered; it is once in a visit (experience.md 7.1)."""

    NOT_YET = ""
    STANDS = "stands"
    OVER = "over"


@dataclass(frozen=True)
class Display:
    """What was chosen. It ends with the visit."""

    size: int = USUAL_SIZE
    contrast: Contrast = Contrast.STANDARD
    elder: bool = False
    """关怀模式: one thing after the other, larger targets, more time."""
    low: bool = False
    """Every control between 380 and 1,220 mm above the floor."""

    @property
    def unhurried(self) -> bool:
        """Whether the longer waits hold: who reads large text is given the time to."""
        return self.elder or self.size >= ELDER_SIZE

    def with_elder(self, *, on: bool) -> "Display":
        """关怀模式 brings its text size along, and takes it back."""
        if on:
            return replace(self, elder=True, size=max(self.size, ELDER_SIZE))
        return replace(self, elder=False, size=USUAL_SIZE)


USUAL = Display()


def is_offered_larger(birth_date: str, today: str) -> bool:
    """Whether someone born on `birth_date` is asked; both `YYYY-MM-DD`. A date nobody can read is no reason to ask."""
    try:
        born, now = date.fromisoformat(birth_date), date.fromisoformat(today)
    except ValueError:
        return False
    age = now.year - born.year - ((now.month, now.day) < (born.month, born.day))
    return age >= OFFERED_FROM_AGE
