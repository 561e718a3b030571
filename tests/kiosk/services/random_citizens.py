"""Random citizens: they tap, go back, change the language, lay down cards; answers come well, badly, late or never."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.questions import Unavailable
from kiosk import services
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.machines import PermitState
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.services import OPENERS
from kiosk.journey.step import step
from kiosk.rating_tags import built_in
from kiosk.sites import plan
from tests.kiosk.services.answering import Centre
from tests.kiosk.services.stations import WISHES, Machines
from tests.screens.album import HOLDER, VISIT

ITEMS = services.load().items
LANGUAGES = ("zh-Hans", "en")
OTHERS = tuple(name for name in OPENERS if name not in {kind.value for kind in ItemKind})
ROOT = Path(__file__).resolve().parents[3]
PLAN = plan.load("kiosk/demo/hall.toml", ROOT)


def starts() -> Iterator[tuple[str, str]]:
    for item in ITEMS:
        if item.kind.value in OPENERS:
            yield item.kind.value, item.slug
        yield "notice", item.slug
        if item.forms:
            yield "forms", item.slug
    for name in OTHERS:
        if name == "green":
            yield name, next(item.slug for item in ITEMS if item.kind is ItemKind.NUMBER)
        elif name == "find":
            yield from ((name, about) for about in ("", "tags", "across", "ask"))
        elif name == "way":
            yield from ((name, about) for about in ("", "real-estate-transfer", "flexible-employment-insurance"))
        elif name not in ("notice", "forms"):
            yield name, ""


def begun(chance: random.Random) -> Journey:
    """A citizen on the home screen."""
    items = tuple(msgspec.structs.replace(item, booking=True) for item in ITEMS)
    start = Journey(
        visit=VISIT, case_id=f"case-{chance.random()}", items=items, terminal="GL-01", tags=built_in(), plan=PLAN
    )
    for event in (e.Ticked(1.0, "2026-11-22T14:05"), e.DutyChanged((), link_up=True, papers=True), e.Started()):
        start, _ = step(start, event)
    return start


def can_be_done(page: p.Page, chance: random.Random) -> list[e.Event]:
    """What a finger finds on this page."""
    may: list[e.Event] = [e.Acted(action.name) for action in page.second if not action.off]
    if page.main is not None and not page.main.off:
        may += [e.Acted(page.main.name)] * 3
    match page.body:
        case p.Choose(options):
            may += [e.Chose(option.value) for option in options if not option.off]
        case p.Enter(_, typed, _, _, complete, longest):
            if not complete:
                may += [e.KeyPressed(chance.choice("1380013800ABX"))] * 4 + [e.KeyPressed("1" * (longest - len(typed)))]
            may.append(e.Erased())
        case p.Check(rows):
            may += [e.AnswerReopened(row.key) for row in rows if row.key]
        case p.Sign():
            may.append(e.Signed((((0, 0), (50, 60)),)))
        case _:
            pass
    return may


class Walk:
    """One citizen at one service, and everything the visit asked for."""

    def __init__(self, seed: int, name: str, about: str) -> None:
        self.chance = random.Random(seed)
        self.centre = Centre(self.chance)
        self.journey = begun(self.chance)
        self.open: list[e.Effect] = []
        self.asked: list[e.Effect] = []
        self.feed(e.ServiceOpened(name, about))

    def feed(self, event: e.Event) -> None:
        """One event, and what it asks for."""
        self.journey, effects = step(self.journey, event)
        self.asked += effects
        self.open += [
            f for f in effects if isinstance(f, (e.AskCentre, e.PrintPaper, e.KeepRecord, e.OpenDoor, *WISHES))
        ]

    def news(self, effect: e.Effect) -> Iterator[e.Event]:
        """What becomes of an effect."""
        match effect:
            case e.AskCentre(visit, request, question):
                if self.chance.random() < 0.15:
                    yield e.Unanswered(visit, request, self.chance.choice(("offline", "slow", "refused", "broken")))
                else:
                    yield e.Answered(visit, request, self.centre.answer(question))
            case e.PrintPaper(visit, paper_id):
                yield e.PaperMoved(visit, paper_id, e.TicketState.PRINTING)
                yield e.PaperMoved(visit, paper_id, self.chance.choice(ENDS), "", self.chance.choice((None, 1)), 2)
            case e.KeepRecord(visit, record_id):
                yield e.RecordKept(visit, record_id, self.chance.choice(("", "", "store.io")))
            case e.OpenDoor(visit, request):
                yield e.DoorMoved(visit, request, self.chance.choice(("opened", "stuck", "unknown")))
                yield e.DoorMoved(visit, request, self.chance.choice(("closed", "opened")))
            case _:
                machines = Machines(
                    self.chance.choice((PermitState.INSIDE, PermitState.INSIDE, PermitState.NONE)),
                    endorsed=self.chance.choice((PermitState.ENDORSED, PermitState.BLANK, PermitState.UNCERTAIN)),
                    out=self.chance.choice((PermitState.OUT, PermitState.KEPT, PermitState.STUCK)),
                    verdict=self.chance.choice(("same", "other", "nobody", "unable")),
                )
                yield from machines.news(effect)

    def go(self) -> None:  # noqa: C901 - one case for each thing that may happen
        """One thing that may happen now."""
        j, draw = self.journey, self.chance.random()
        if self.open and draw < 0.5:
            for event in self.news(self.open.pop(self.chance.randrange(len(self.open)))):
                self.feed(event)
        elif draw < 0.55:
            self.feed(
                self.chance.choice(
                    (e.WentBack(), e.LanguageChosen("en"), e.Touched(), e.HelpOpened(), e.OverlayClosed())
                )
            )
        elif draw < 0.6:
            self.feed(e.Answered(VISIT, "nobody/asked", Unavailable("down")))
        elif draw < 0.65:
            self.feed(e.Ticked(j.now + self.chance.choice((0.25, 3.1)), "2026-11-22T14:06"))
        elif j.screen is Screen.CARD:
            self.feed(e.CardRead(VISIT, HOLDER))
        elif j.screen is Screen.PERSON:
            self.feed(e.PersonConfirmed())
        elif j.screen is Screen.RATING:
            self.feed(e.Rated(self.chance.choice(list(Satisfaction))))
        elif j.page is not None and (may := can_be_done(j.page, self.chance)):
            event = self.chance.choice(may)
            for _ in range(self.chance.choice((1, 1, 1, 2))):  # a double tap reaches the pure journey now and then
                self.feed(event)
        elif j.screen in (Screen.HOME, Screen.BROWSE, Screen.ITEM):
            name, about = self.chance.choice(list(starts()))
            self.feed(e.ServiceOpened(name, about))


ENDS = (e.TicketState.PRINTED, e.TicketState.FAILED, e.TicketState.UNCERTAIN)
