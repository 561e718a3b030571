"""工作人员协助: whoever helps at the terminal says so, and the record names them (JH-03). Pure.

The citizen confirms and signs as before: a helper only stands beside them. The badge is kept as it was typed, with or
without a line to the centre, which knows whose it is.
"""

from typing import Final

from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, stay
from kiosk.journey.typing import any_letter, typed

SHORTEST: Final = 4
LONGEST: Final = 12
"""Characters of a badge."""


class Assist(Service, frozen=True, kw_only=True):
    """`at`: badge."""

    badge: str = ""

    def page(self, known: Known) -> p.Page:
        whole = len(self.badge) >= SHORTEST
        left = p.word("assist.whole") if whole else p.word("form.digits_left", count=str(SHORTEST - len(self.badge)))
        body = p.Enter(p.Pad.CODE, self.badge, p.word("assist.example"), left, complete=whole, longest=LONGEST)
        return p.Page(
            "assist.badge",
            p.word("assist.title"),
            body,
            why=p.word("assist.why"),
            main=p.Action("go", p.word("assist.go"), "check", off="" if whole else p.word("assist.example")),
            header=p.word("assist.header"),
            personal=True,
        )

    def meet(self, event: Met, known: Known) -> Turn:
        match event:
            case e.KeyPressed() | e.Erased() | e.Cleared():
                return stay(self, badge=typed(self.badge, event, LONGEST, _code).upper())
            case e.Acted("go") if len(self.badge) >= SHORTEST:
                return Turn(self, then=Then.BACK, about=self.badge)
            case e.WentBack():
                return Turn(self, then=Then.BACK)
            case _:
                return Turn(self)


def _code(letter: str) -> bool:
    return any_letter(letter) and letter.isascii() and letter.isalnum()


def mask(badge: str) -> str:
    """As others may read it: the first two characters."""
    return f"{badge[:2]}{'*' * (len(badge) - 2)}"


def opened(known: Known, about: str) -> Turn:
    """Asks for the badge."""
    return Turn(Assist("badge"))
