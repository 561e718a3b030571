"""Which terminals a page shows: hall, place of the tree, state and text. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from central.fleet.rules import Card, Concern


@dataclass(frozen=True)
class Shown:
    """Which terminals a page shows; lives in the URL."""

    hall: str = ""
    unit: str = ""
    state: str = ""
    text: str = ""
    page: int = 1

    def query(self, page: int = 1) -> str:
        """The query string of another page of the same filter."""
        said = {"hall": self.hall, "unit": self.unit, "state": self.state, "text": self.text}
        said |= {"page": str(page)} if page > 1 else {}
        return urlencode({name: value for name, value in said.items() if value})

    def lets(self, card: Card, halls: Collection[str] | None) -> bool:
        """Whether a terminal is meant; `halls` are those of the unit."""
        if self.hall and card.terminal.hall != self.hall:
            return False
        if halls is not None and card.terminal.hall not in halls:
            return False
        if self.state and self.state not in standing_of(card):
            return False
        told = (card.terminal.id, card.terminal.hall, card.terminal.place)
        return not self.text or any(self.text.lower() in one.lower() for one in told)


STATES = ("act", "soon", "good", "offline", "never")


def standing_of(card: Card) -> set[str]:
    """Every state a filter may ask for that a terminal has now."""
    if card.seen_at is None:
        return {"never"}
    found = {"good" if card.concern is Concern.NONE else card.concern.value}
    return found if card.online or card.hall_silent else found | {"offline"}


def read_shown(query: Mapping[str, str]) -> Shown:
    """What a URL asks for; what makes no sense is left out rather than refused."""
    state, page = query.get("state", ""), query.get("page", "")
    return Shown(
        hall=query.get("hall", "")[:60],
        unit=query.get("unit", "")[:60],
        state=state if state in STATES else "",
        text=query.get("text", "").strip()[:40],
        page=int(page) if page.isdecimal() and len(page) < 5 and int(page) else 1,
    )
