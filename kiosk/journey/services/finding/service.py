"""From 您要办什么 to the item: life events, tags, cities, or a question in one's own words. Pure."""

from typing import Final

import msgspec

from contract.classing import Tag
from kiosk import triage
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Then, Turn, back, go, stay
from kiosk.journey.services.finding import answers, pages
from kiosk.journey.services.finding.state import LONGEST, SHORTEST, Finding, cities, classed, reaching, tagged
from kiosk.journey.typing import any_letter, typed

ENTRIES: Final = {"": "begin", "tags": "tags", "across": "cities", "ask": "ask"}
"""What it may be opened about, and where it begins then."""


class FindingService(Finding, frozen=True, kw_only=True):
    """Nothing is kept of it, and nothing leaves the terminal."""

    def page(self, known: Known) -> p.Page:
        return pages.page(self, known)

    def meet(self, event: Met, known: Known) -> Turn:
        match event:
            case e.Chose(value):
                return self._chose(value, known)
            case e.Acted(name):
                return self._acted(name, known)
            case e.KeyPressed() | e.Erased() | e.Cleared() if self.at == "ask":
                return stay(self, question=typed(self.question, event, LONGEST, any_letter))
            case e.WentBack():
                return back(self)
            case _:
                return Turn(self)

    def _chose(self, value: str, known: Known) -> Turn:
        match self.at:
            case "begin" if value == pages.OTHERS:
                return Turn(go(self, "others"))
            case "begin" if any(one.key == value for one in triage.leading(known.items)):
                return Turn(go(self, "need", event=value))
            case "need":
                return self._needed(value, known)
            case "others" if any(item.department["zh-Hans"] == value for item in known.items):
                return Turn(go(self, "of_department", department=value))
            case "tags" if value in set(Tag):
                return self._with(Tag(value), known)
            case "cities" if value in cities(known):
                return Turn(go(self, "city", city=value))
            case "of_department" | "of_need":
                return self._outcome(value, known)
            case "tagged" if value in {item.slug for item in tagged(self, known)}:
                return self._open(value)
            case "city" if value in {item.slug for item in reaching(self.city, known)}:
                return self._open(value)
            case "answers":
                chosen = msgspec.structs.replace(self, passage=value)
                return Turn(self) if answers.answer_of(chosen, known) is None else Turn(go(chosen, "answer"))
            case _:
                return Turn(self)

    def _acted(self, name: str, known: Known) -> Turn:
        match self.at, name:
            case "begin", "ask":
                return Turn(go(self, "ask"))
            case "begin", "tags":
                return Turn(go(self, "tags", chosen=()))
            case "begin", "across" if cities(known):
                return Turn(go(self, "cities"))
            case "tags", "lists":
                return Turn(self, then=Then.OPEN, about="lists")
            case "begin", "way" if known.plan is not None:
                return Turn(self, then=Then.OPEN, about="way")
            case "tagged", "more":
                return Turn(go(self, "tags"))
            case "tagged", "clear":
                return Turn(msgspec.structs.replace(self, at="tags", chosen=(), trail=()))
            case "ask", "find" if len(self.question.strip()) >= SHORTEST:
                return Turn(go(self, "answers", passage=""))
            case "answers", "begin":
                return Turn(go(self, "begin"))
            case (("answers" | "answer"), "leave_question"):
                return Turn(self, then=Then.OPEN, about="saying")
            case "answer", "item":
                passage = answers.answer_of(self, known)
                return self._open(passage.item) if passage and known.find(passage.item) else Turn(self)
            case "outcome", "item":
                return self._open(self.slug)
            case _:
                return Turn(self)

    def _needed(self, value: str, known: Known) -> Turn:
        event = next((one for one in triage.leading(known.items) if one.key == self.event), None)
        if event is None or not value.isdecimal() or int(value) >= len(event.needs):
            return Turn(self)
        found = triage.wanted(event.needs[int(value)], known.items)
        if len(found) == 1:
            return self._outcome(found[0].slug, known)
        return Turn(go(self, "of_need", need=int(value)))

    def _outcome(self, slug: str, known: Known) -> Turn:
        item = known.find(slug)
        return Turn(self) if item is None else Turn(go(self, "outcome", slug=slug), item=slug)

    def _with(self, tag: Tag, known: Known) -> Turn:
        """One tag more; none that leaves nothing."""
        wanted = {*self.chosen, tag}
        if tag in self.chosen or not any(wanted <= own for _, own in classed(known)):
            return Turn(self)
        return Turn(go(self, "tagged", chosen=(*self.chosen, tag)))

    def _open(self, slug: str) -> Turn:
        return Turn(self, then=Then.OPEN, about=f"item:{slug}")


def opened(known: Known, about: str) -> Turn:
    """At the life events, or where `about` says: `tags`, `across`, `ask`. An item's slug means nothing here."""
    at = ENTRIES.get(about, "begin")
    return Turn(FindingService("begin" if at == "cities" and not cities(known) else at))
