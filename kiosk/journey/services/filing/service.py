"""A filing as a service: what is shown at each place, and what each event means there. Pure."""

from typing import Final

import msgspec

from contract.catalogue import Item
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Turn
from kiosk.journey.services.courtesies import known_word
from kiosk.journey.services.filing import (
    afterwards,
    asking,
    choosing,
    drafting,
    moving,
    plan,
    principal,
    reviewing,
    scanning,
    signing,
    telling,
)
from kiosk.journey.services.filing.state import Filing

_STAGES: Final = {
    "needs": p.word("filing.stage_needs"),
    "item": p.word("step.item"),
    "card": p.word("step.card"),
    "form": p.word("step.form"),
    "papers": p.word("filing.stage_papers"),
    "review": p.word("step.review"),
    "last": p.word("step.receipt"),
}


class FilingService(Filing, frozen=True):
    """The whole filing, from the first question to the papers in the hand."""

    def page(self, known: Known) -> p.Page:
        """What is shown now, with the step bar, what is wrong, and the way to put it aside."""
        shown = _page(self, known)
        stages = plan.stages(self, known)
        stage = plan.stage(self.aside or self.at)
        trouble = shown.trouble or _trouble(self)
        # A pad of letters in the largest text leaves no room for a further button, one of digits for one.
        crowded = isinstance(shown.body, p.Enter) and (bool(shown.second) or shown.body.pad in asking.LETTERS)
        aside = drafting.button(self, known) if shown.may_back and not self.aside and not crowded else ()
        return msgspec.structs.replace(
            shown,
            steps=() if self.at == plan.STOP else tuple(_STAGES[one] for one in stages),
            here=-1 if self.at == plan.STOP else stages.index(stage) if stage in stages else 0,
            trouble=trouble,
            second=(*shown.second, *aside),
            header=self.of.title,
        )

    def meet(self, event: Met, known: Known) -> Turn:
        """What an event means here."""
        match event:
            case e.CaseSaved() if self.saved is None:
                return afterwards.begin(self, known, event)
            case _ if self.saved is not None:
                return Turn(self) if isinstance(event, Identified) else afterwards.met(self, known, event)
            case Identified():
                carded = msgspec.structs.replace(self, carded=True)
                return moving.arrive(carded, known, plan.after(carded, known, plan.CARD))
            case _ if self.aside:
                return drafting.met(self, known, event)
            case e.Acted(drafting.DRAFT):
                return drafting.asked(self, known)
            case e.WentBack() if (above := asking.higher(self)) is not None:
                return Turn(above)
            case e.WentBack():
                return Turn(self) if self.asked or (self.shot and self.shot.busy) else moving.back(self, known)
            case _:
                return _met(self, known, event)

    def leaving(self, known: Known) -> tuple[e.Effect, ...]:
        """An open order, pictures of nobody's case, and a draft that was agreed to."""
        if self.saved is not None:
            return afterwards.leaving(self, known)
        shot = (e.DropScan(known.visit, self.shot.scan_id),) if self.shot and self.shot.scan_id else ()
        return (*shot, *moving.dropped(self, known), *drafting.leaving(self, known))

    @property
    def reads_card(self) -> bool:
        """Whether a principal's card is waited for on this page."""
        return self.at == "principal" and self.saved is None and not self.aside


def opened(known: Known, about: str) -> Turn:
    """Begin a filing of the item with this slug."""
    item = known.find(about) or known.item
    if item is None:
        message = f"filing: there is no item {about!r} on this terminal; it is opened with one that there is"
        raise ValueError(message)
    f = begun(item, known)
    return moving.arrive(f, known, plan.first(f, known))


def begun(item: Item, known: Known) -> FilingService:
    """A filing nobody has answered anything of. 一件事 has those of its items this terminal knows."""
    slugs = item.joint.items if item.joint else ()
    parts = tuple(part for slug in slugs if (part := known.find(slug)) is not None)
    return FilingService(plan.NEEDS, item=item, parts=parts, began=known.now)


def _page(f: Filing, known: Known) -> p.Page:
    if f.saved is not None:
        return afterwards.page(f, known)
    if (shown := drafting.page(f, known)) is not None:
        return shown
    if (ask := asking.asked(f)) is not None:
        return asking.page(f, ask, known)
    if (what := choosing.choosing(f)) is not None:
        return choosing.page(f, what)
    if (material := scanning.material(f)) is not None:
        return scanning.page(f, known, material)
    if f.at == principal.PLACE:
        return principal.page(f)
    if (shown := signing.page(f, known) or telling.page(f, known)) is not None:
        return shown
    return reviewing.page(f, known)


def _met(f: Filing, known: Known, event: e.Event) -> Turn:
    if (ask := asking.asked(f)) is not None:
        return asking.touched(f, ask, known, event) if isinstance(event, e.Touch) else Turn(f)
    if (what := choosing.choosing(f)) is not None:
        return choosing.touched(f, known, what, event) if isinstance(event, e.Touch) else Turn(f)
    if (material := scanning.material(f)) is not None:
        if isinstance(event, e.Touch):
            return scanning.touched(f, known, material, event)
        return scanning.heard(f, known, material, event)
    if f.at == principal.PLACE:
        return principal.met(f, known, event)
    if not isinstance(event, e.Touch):
        return Turn(f)
    if f.at.startswith(plan.SIGN):
        return signing.touched(f, known, event)
    return reviewing.touched(f, known, event) if f.at == plan.REVIEW else telling.touched(f, known, event)


def _trouble(f: Filing) -> p.Said:
    if f.said and f.fault:
        return f.said
    if f.fault in ("filing.scan_failed", "filing.card_failed"):
        return p.word(f.fault, cause=known_word(dict(f.blanks)["cause"], "fault.unknown"))
    return p.Word(f.fault, f.blanks) if f.fault else ""
