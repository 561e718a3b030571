"""绿色通道: offered to whoever a card says is 60 or whoever says they need it, never imposed (JH-02). Pure.

Why somebody takes it is known to the hall's queue alone: the ticket only says that it is one of the green channel.
"""

from datetime import date
from typing import Final

import msgspec

from contract.catalogue import Identity, Item, ItemKind
from contract.messages import Filed, Holder
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go

FROM_AGE: Final = 60
REASONS: Final = {
    "elder": "user-round",
    "disabled": "accessibility",
    "veteran": "shield-check",
    "pregnant": "heart-pulse",
    "child": "baby",
}
"""Why, with its icon."""


class Green(Service, frozen=True, kw_only=True):
    """`at`: offer (a card says 60 or more), why (somebody says so), taken."""

    reason: str = ""
    taken: bool = False
    settled: bool = False
    """The card is read, or the citizen goes on without one."""

    def page(self, known: Known) -> p.Page:
        if self.at == "why":
            options = tuple(p.Option(key, p.word(f"green.{key}"), icon=icon) for key, icon in REASONS.items())
            return p.Page(
                "green.why",
                p.word("green.why"),
                p.Choose(options),
                why=p.word("green.why_note"),
                second=(p.Action("plain", p.word("green.plain"), "ticket"),),
            )
        told = (p.Line(p.word("green.told")), p.Line(p.word("green.paper")))
        return p.Page(
            f"green.{self.at}",
            p.word("green.title" if self.at == "offer" else "green.ready"),
            p.Read(told),
            why=p.word("green.offer_why" if self.at == "offer" else "green.ready_why"),
            main=p.Action("green", p.word("green.take"), "check"),
            second=(p.Action("plain", p.word("green.plain"), "ticket"),),
            personal=known.holder is not None,
        )

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "why", e.Chose(reason) if reason in REASONS:
                return msgspec.structs.replace(go(self, "taken", reason=reason), taken=True)._number(known)
            case _, e.Acted("green") if self.at != "why":
                return msgspec.structs.replace(self, taken=True)._number(known)
            case _, e.Acted("plain"):
                return msgspec.structs.replace(self, taken=False)._number(known)
            case _, Identified():
                return msgspec.structs.replace(self, settled=True).save()
            case _, e.CaseSaved():
                return Turn(self, then=Then.RESULT)
            case _, e.WentBack():
                return back(self)
            case _:
                return Turn(self)

    def _number(self, known: Known) -> Turn:
        item = known.item
        if not self.settled and known.holder is None and item is not None and item.identity is not Identity.NONE:
            return Turn(self, then=Then.CARD)
        return self.save()

    def save(self) -> Turn:
        """Take the number: of the green channel, or an ordinary one."""
        return Turn(self, then=Then.SAVE, filed=Filed(green=self.reason if self.taken else ""))


def is_offered(item: Item | None, holder: Holder | None, today: str) -> bool:
    """Whether the card of somebody who takes this number says 60 or more. `today` is `YYYY-MM-DD`."""
    if item is None or item.kind is not ItemKind.NUMBER or not item.green or holder is None or not holder.birth_date:
        return False
    try:
        born, now = date.fromisoformat(holder.birth_date), date.fromisoformat(today)
    except ValueError:
        return False
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day)) >= FROM_AGE


def opened(known: Known, about: str) -> Turn:
    """For the item's number; a closed one, or one without a green channel, has none. `offer` where the card says 60 or
    more, `taken` where that was taken up beside "it is me".
    """
    item = known.find(about) or known.item
    if item is None or item.kind is not ItemKind.NUMBER or not item.green or item.slug in dict(known.closed):
        return Turn(Green("why"), then=Then.BACK)
    if about in ("offer", "taken") and is_offered(item, known.holder, known.today):
        offered = Green(about, reason="elder", taken=about == "taken")
        return offered.save() if offered.taken else Turn(offered)
    return Turn(Green("why"), item=item.slug)
