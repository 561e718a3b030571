"""Experience 2.3: another identity card ends the visit under way, on whichever page it stands; nothing of it stays."""

from dataclasses import replace
from typing import Any, cast

import pytest

from contract.questions import PayClosed, PayState
from devices.id_card_reader.layouts import CardContent, CardKind
from kiosk.journey import events as e
from kiosk.journey.moves import enter, go
from kiosk.journey.overlay import Overlay
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.services.query.service import Query
from kiosk.journey.step import step
from kiosk.visit.card_watch import CardGuard
from tests.kiosk.services.filing.citizen import patient_journeys
from tests.kiosk.services.random_citizens import Walk, starts
from tests.screens.album import HOLDER, VISIT

OTHER = e.OtherCard(VISIT)
SEEDS, STEPS = range(2), 60


def of_somebody(seed: int, name: str, about: str) -> list[Journey]:
    """The journeys of a citizen who is known, at each of the pages met."""
    walk = Walk(seed, name, about)
    met: dict[tuple[str, ...], Journey] = {}
    for _ in range(STEPS):
        j = walk.journey
        if j.holder is not None and j.screen is not Screen.ENDED:
            met.setdefault(j.place, j)
        walk.go()
    return list(met.values())


def test_the_walks_come_to_pages_of_somebody() -> None:
    places = {journey.place for name, about in starts() for journey in of_somebody(0, name, about)}
    assert len(places) > 40
    assert {place[0] for place in places} >= {Screen.HOME, Screen.ITEM, Screen.SERVICE, Screen.PERSON, Screen.RATING}


@pytest.mark.parametrize(("name", "about"), sorted(starts()))
def test_on_every_page_of_every_service(name: str, about: str) -> None:
    for seed in SEEDS:
        for journey in of_somebody(seed, name, about):
            ends_for(journey)


def test_on_every_page_of_every_filing() -> None:
    places = set()
    for journey in patient_journeys():
        if journey.holder is not None and journey.place not in places:
            places.add(journey.place)
            ends_for(journey)
    assert len(places) > 40


def ends_for(j: Journey) -> None:
    """What another card does on this page."""
    after, effects = step(j, e.OtherCard(j.visit))
    expects_one = j.screen is Screen.SERVICE and j.service is not None and j.service.reads_card
    if expects_one or j.screen is Screen.SAVING:
        assert (after, effects) == (j, ()), "whoever is filed for lays a card down; a case is first kept"
        return
    assert (after.screen, after.ending) == (Screen.FAREWELL, e.Ending.OTHER_CARD), j.place
    assert (after.holder, after.service, after.answers, after.trail) == (None, None, (), ())
    assert effects[-1] == e.AwaitCardGone(j.visit), "the next visit begins with the card lifted"
    assert not [effect for effect in effects if isinstance(effect, e.AwaitCard | e.SaveCase)]
    again, none = step(after, e.OtherCard(j.visit))
    assert (again, none) == (after, ())
    gone, _ = step(after, e.CardGone(j.visit))
    over, effects = step(gone, e.Ticked(after.now + 10))
    assert over.screen is Screen.ENDED
    assert effects == (e.EndVisit(j.visit, e.Ending.OTHER_CARD),)


@pytest.mark.parametrize("screen", [Screen.HOME, Screen.BROWSE, Screen.ITEM, Screen.PERSON, Screen.RESULT])
@pytest.mark.parametrize("overlay", [Overlay.NONE, Overlay.HELP, Overlay.DISPLAY])
def test_on_the_pages_around_the_services(screen: Screen, overlay: Overlay) -> None:
    known = replace(Walk(0, "mine", "").journey, holder=HOLDER, card_read=True, service=None, screen=Screen.HOME)
    ends_for(replace(enter(known, screen), overlay=overlay))


def test_what_was_being_paid_is_closed() -> None:
    for seed in range(40):
        walk = Walk(seed, "query", "traffic-violations")
        for _ in range(STEPS):
            service, screen = walk.journey.service, walk.journey.screen
            order = service.pay if isinstance(service, Query) and service.at == "pay" else None
            if order is not None and order.state is PayState.WAITING and screen is Screen.SERVICE:
                _, effects = step(walk.journey, OTHER)
                assert [f for f in effects if isinstance(f, e.AskCentre) and isinstance(f.question, PayClosed)]
                return
            walk.go()
    pytest.fail("nobody came as far as paying")


def test_nobodys_visit_is_ended_by_nobody() -> None:
    walk = Walk(0, "saying", "")
    assert walk.journey.holder is None
    assert step(walk.journey, OTHER) == (walk.journey, ())
    known = replace(walk.journey, holder=HOLDER, card_read=True)
    assert step(known, e.OtherCard(VISIT + 1)) == (known, ()), "a word of another visit"


def test_while_a_case_is_saved_and_after_it() -> None:
    """The guard says it again at each look, so a card that came meanwhile ends the visit once the case is kept."""
    walk = Walk(0, "mine", "")
    saving = go(replace(walk.journey, holder=HOLDER, card_read=True), Screen.SAVING)
    assert step(saving, OTHER) == (saving, ())
    ends_for(replace(saving, screen=Screen.RESULT))


# --- the guard on the reader's thread ----------


class Field:
    """A reader: what lies there can be found once."""

    def __init__(self) -> None:
        self.card: CardContent | None = None
        self.found = False

    def lay(self, card: CardContent | None) -> None:
        self.card, self.found = card, False

    def is_present(self) -> bool:
        return self.card is not None

    def read_card(self, _deadline: object) -> CardContent | None:
        if self.found:
            return None
        self.found = True
        return self.card


def card(name: str, number: str) -> CardContent:
    """A citizen's card."""
    return CardContent(
        kind=CardKind.RESIDENT, name=name, id_number=number, sex="女", sex_code="2", birth_date=None,
        valid_from=None, valid_to=None,
    )  # fmt: skip


MINE, YOURS = card("张三", "11010519491231002X"), card("李四", "610117195805124321")


def test_the_own_card_may_be_lifted_and_laid_again_anothers_is_told_until_it_is_lifted() -> None:
    guard, field = CardGuard(), Field()
    guard.belongs(MINE)
    told = []
    for lies in (None, MINE, MINE, None, YOURS, YOURS, None, MINE):
        if field.card is not lies:
            field.lay(lies)
        told.append(guard(cast("Any", field)))
    assert told == [None, None, None, None, True, True, None, None]


def test_the_card_of_whoever_is_filed_for_belongs_to_the_visit() -> None:
    guard, field = CardGuard(), Field()
    guard.belongs(MINE)
    guard.belongs(YOURS)
    field.lay(YOURS)
    assert guard(cast("Any", field)) is None
