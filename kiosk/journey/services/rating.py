"""好差评: one of five equal levels, at most three reasons of the platform's list, and once more afterwards. Pure.

HC-01, HC-02. Voluntary: nothing has to be chosen, and whoever walks off after choosing a level has rated. A rating
goes out once, when its citizen is done with it.
"""

from typing import Final

import msgspec

from contract.codes import Satisfaction
from contract.questions import SurveyAsked, SurveyOffered
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, stay
from kiosk.journey.services import survey

MOST_TAGS: Final = 3
_ASKS: Final = "rating/survey"
_GLAD: Final = frozenset({Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED})


class Rating(Service, frozen=True, kw_only=True):
    """`at`: tags. The level was touched on the shell's own page, of a first rating and of a second one alike."""

    item: str = ""
    level: Satisfaction
    picked: tuple[str, ...] = ()
    again: bool = False
    case_number: str = ""
    """Of a case rated again: all that is known of it here."""
    offered: SurveyOffered | None = None
    kept: bool = False

    def page(self, known: Known) -> p.Page:
        full = len(self.picked) >= MOST_TAGS
        options = tuple(
            p.Option(
                tag.key,
                tag.text,
                chosen=tag.key in self.picked,
                off=p.word("rating.tags_full") if full and tag.key not in self.picked else "",
            )
            for tag in known.tags.levels.get(self.level.value, ())
        )
        return p.Page(
            "rating.tags",
            p.word("rating.tags_glad" if self.level in _GLAD else "rating.tags_sorry"),
            p.Choose(options, several=True),
            why=p.word("rating.tags_why", level=p.word(f"rating.{self.level.value}")),
            main=p.Action("done", p.word("rating.tags_done"), "check"),
            pace=p.Pace.MENU,
            header=p.word("rating.header"),
        )

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "tags", e.Chose(key) if key in _tags_of(known, self.level):
                return stay(self, picked=self._after(key))
            case "tags", e.Acted("done"):
                return self.done(known)
            case _, e.Answered(_, request, SurveyOffered() as offered) if request == _ASKS and offered.questions:
                return stay(self, offered=offered)
            case _, e.WentBack():  # nothing was sent: the level can be touched again
                return Turn(msgspec.structs.replace(self, kept=True), then=Then.BACK)
            case _:
                return Turn(self)

    def _after(self, key: str) -> tuple[str, ...]:
        if key in self.picked:
            return tuple(one for one in self.picked if one != key)
        return (*self.picked, key) if len(self.picked) < MOST_TAGS else self.picked

    def done(self, known: Known) -> Turn:
        """Send it, and ask what the centre wants to know where it does; else good-bye."""
        kept = msgspec.structs.replace(self, kept=True)
        if self.offered is not None:
            return Turn(survey.offer(self.offered), self.leaving(known))
        return Turn(kept, self.leaving(known), then=Then.FAREWELL)

    def leaving(self, known: Known) -> tuple[e.Effect, ...]:
        """A level that was chosen is a rating, with or without reasons."""
        if self.kept:
            return ()
        case_id = known.case_id if known.case_kept and not self.again else ""
        rating = e.SaveRating(
            known.visit,
            case_id,
            self.level,
            tags=self.picked,
            tags_version=known.tags.version if self.picked else 0,
            again=self.again,
            item=self.item,
            case_number=self.case_number,
            record_id=known.id(f"again/{self.case_number}") if self.again else known.case_id,
        )
        return (rating,)


def _tags_of(known: Known, level: Satisfaction) -> frozenset[str]:
    return frozenset(tag.key for tag in known.tags.levels.get(level.value, ()))


def given(known: Known, level: Satisfaction, item: str, again: str = "") -> Turn:
    """The level touched on the shell's page: its reasons next, where there are any. `again` is the number of the case
    that is rated a second time (追评).
    """
    rating = Rating("tags", item=item, level=level, again=bool(again), case_number=again)
    if not _tags_of(known, level):
        return rating.done(known)
    asks = (e.AskCentre(known.visit, _ASKS, SurveyAsked(item)),) if known.link_up else ()
    return Turn(rating, asks)
