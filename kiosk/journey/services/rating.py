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
from kiosk.journey.service import Known, Met, Service, Then, Turn, go, stay
from kiosk.journey.services import survey

MOST_TAGS: Final = 3
ICONS: Final = {
    Satisfaction.VERY_SATISFIED: "laugh",
    Satisfaction.SATISFIED: "smile",
    Satisfaction.FAIRLY_SATISFIED: "meh",
    Satisfaction.DISSATISFIED: "frown",
    Satisfaction.VERY_DISSATISFIED: "angry",
}
_ASKS: Final = "rating/survey"
_GLAD: Final = frozenset({Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.FAIRLY_SATISFIED})


class Rating(Service, frozen=True, kw_only=True):
    """`at`: level (of a second rating; the first is the shell's own page), tags."""

    item: str = ""
    level: Satisfaction | None = None
    picked: tuple[str, ...] = ()
    again: bool = False
    case_number: str = ""
    """Of a case rated again: all that is known of it here."""
    offered: SurveyOffered | None = None
    kept: bool = False

    def page(self, known: Known) -> p.Page:
        shown = self._level() if self.at == "level" or self.level is None else self._tags(known, self.level)
        return msgspec.structs.replace(shown, header=p.word("rating.header"))

    @staticmethod
    def _level() -> p.Page:
        options = tuple(
            p.Option(level.value, p.word(f"rating.{level.value}"), icon=ICONS[level]) for level in Satisfaction
        )
        return p.Page(
            "rating.level",
            p.word("rating.again_title"),
            p.Choose(options, equal=True),
            why=p.word("rating.again_why"),
            second=(p.Action("skip", p.word("rating.skip"), "arrow-right"),),
            pace=p.Pace.MENU,
        )

    def _tags(self, known: Known, level: Satisfaction) -> p.Page:
        full = len(self.picked) >= MOST_TAGS
        options = tuple(
            p.Option(
                tag.key,
                tag.text,
                chosen=tag.key in self.picked,
                off=p.word("rating.tags_full") if full and tag.key not in self.picked else "",
            )
            for tag in known.tags.levels.get(level.value, ())
        )
        return p.Page(
            "rating.tags",
            p.word("rating.tags_glad" if level in _GLAD else "rating.tags_sorry"),
            p.Choose(options, several=True),
            why=p.word("rating.tags_why", level=p.word(f"rating.{level.value}")),
            main=p.Action("done", p.word("rating.tags_done"), "check"),
            pace=p.Pace.MENU,
        )

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "level", e.Chose(value) if value in {level.value for level in Satisfaction}:
                rated = go(self, "tags", level=Satisfaction(value), picked=())
                return Turn(rated) if _tags_of(known, Satisfaction(value)) else rated.done(known)
            case "level", e.Acted("skip"):
                return Turn(self, then=Then.FAREWELL)
            case "tags", e.Chose(key) if key in _tags_of(known, self.level):
                return stay(self, picked=self._after(key))
            case "tags", e.Acted("done"):
                return self.done(known)
            case _, e.Answered(_, request, SurveyOffered() as offered) if request == _ASKS and offered.questions:
                return stay(self, offered=offered)
            case _, e.WentBack() if self.trail:
                before = msgspec.structs.replace(self, at=self.trail[-1], trail=self.trail[:-1], level=None, picked=())
                return Turn(before)
            case _, e.WentBack():
                return Turn(msgspec.structs.replace(self, level=None), then=Then.BACK)
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
        if self.level is None or self.kept:
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


def _tags_of(known: Known, level: Satisfaction | None) -> frozenset[str]:
    return frozenset(tag.key for tag in known.tags.levels.get(level.value, ())) if level else frozenset()


def given(known: Known, level: Satisfaction, item: str) -> Turn:
    """The level touched on the shell's rating page: its reasons next, where there are any."""
    rating = Rating("tags", item=item, level=level)
    if not _tags_of(known, level):
        return rating.done(known)
    asks = (e.AskCentre(known.visit, _ASKS, SurveyAsked(item)),) if known.link_up else ()
    return Turn(rating, asks)


def opened(known: Known, about: str) -> Turn:
    """追评 of the case with this number. Without one there is nothing to rate."""
    if not about:
        return Turn(Rating("level"), then=Then.BACK)
    asks = (e.AskCentre(known.visit, _ASKS, SurveyAsked("")),) if known.link_up else ()
    return Turn(Rating("level", again=True, case_number=about), asks)
