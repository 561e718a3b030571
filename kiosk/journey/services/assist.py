"""工作人员协助: whoever helps at the terminal says so, and the record names them (JH-03). Pure.

The citizen confirms and signs as before: a helper only stands beside them. Badge and number are asked of the centre;
where nobody can be asked, the record says that the badge was not checked.
"""

from typing import Final

from contract.assisting import GuideAsked, GuideKnown
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, back, go, stay
from kiosk.journey.services.courtesies import waiting, why_not
from kiosk.journey.typing import any_letter, digit, typed

SHORTEST: Final = 4
LONGEST: Final = 12
"""Characters of a badge."""
PIN_SHORTEST: Final = 4
PIN_LONGEST: Final = 6
UNCHECKED: Final = "/unchecked"
"""Behind a badge nobody could be asked about."""


class Assist(Service, frozen=True, kw_only=True):
    """`at`: badge, pin, asking."""

    badge: str = ""
    pin: str = ""
    tries: int = 0
    request: str = ""
    why: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    def page(self, known: Known) -> p.Page:
        match self.at:
            case "asking":
                return waiting("assist.asking", p.word("assist.asking"), usually=2, icon="user-round")
            case "pin":
                return self._enter("pin", p.Pad.DIGITS, "•" * len(self.pin), PIN_SHORTEST, PIN_LONGEST)
            case _:
                return self._enter("badge", p.Pad.CODE, self.badge, SHORTEST, LONGEST)

    def _enter(self, what: str, pad: p.Pad, shown: str, shortest: int, longest: int) -> p.Page:
        whole = len(shown) >= shortest
        left = p.word("assist.whole") if whole else p.word("form.digits_left", count=str(shortest - len(shown)))
        body = p.Enter(pad, shown, p.word(f"assist.{what}_example"), left, complete=whole, longest=longest)
        return p.Page(
            f"assist.{what}",
            p.word(f"assist.{what}_title"),
            body,
            why=p.word(f"assist.{what}_why"),
            main=p.Action("go", p.word("assist.go"), "check", off="" if whole else p.word(f"assist.{what}_example")),
            trouble=self.why,
            header=p.word("assist.header"),
            personal=True,
        )

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "badge", (e.KeyPressed() | e.Erased() | e.Cleared()):
                return stay(self, badge=typed(self.badge, event, LONGEST, _code).upper(), why="")
            case "pin", (e.KeyPressed() | e.Erased() | e.Cleared()):
                return stay(self, pin=typed(self.pin, event, PIN_LONGEST, digit), why="")
            case "badge", e.Acted("go") if len(self.badge) >= SHORTEST:
                return Turn(go(self, "pin", why=""))
            case "pin", e.Acted("go") if len(self.pin) >= PIN_SHORTEST:
                return self._ask(known)
            case "asking", e.Answered(_, request, GuideKnown(badge)) if request == self.request:
                return Turn(self, then=Then.BACK, about=badge)
            case "asking", e.Answered(_, request, answer) if request == self.request:
                why = why_not(answer) or p.word("unanswered.broken")
                return stay(self, at="badge", trail=(), pin="", request="", why=why)
            case "asking", e.Unanswered(_, request) if request == self.request:
                return self._unchecked()
            case (("badge" | "pin"), e.WentBack()):
                return back(self, pin="", why="")
            case _:
                return Turn(self)

    def _ask(self, known: Known) -> Turn:
        if not known.link_up:
            return self._unchecked()
        request = f"assist/{self.tries + 1}"
        asks = e.AskCentre(known.visit, request, GuideAsked(self.badge, self.pin))
        return Turn(go(self, "asking", pin="", tries=self.tries + 1, request=request), (asks,))

    def _unchecked(self) -> Turn:
        return Turn(self, then=Then.BACK, about=self.badge + UNCHECKED)


def _code(letter: str) -> bool:
    return any_letter(letter) and letter.isascii() and letter.isalnum()


def mask(badge: str) -> str:
    """As others may read it: the first two characters."""
    plain = badge.removesuffix(UNCHECKED)
    return f"{plain[:2]}{'*' * (len(plain) - 2)}"


def opened(known: Known, about: str) -> Turn:
    """Asks for the badge."""
    return Turn(Assist("badge"))
