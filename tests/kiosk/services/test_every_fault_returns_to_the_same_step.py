"""Whatever fails at whatever step: the citizen is told at once, and once it works again stands where they stood."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec
import pytest

from contract.handling import ToleranceAsked
from contract.questions import Unavailable
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey import page as p
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.service import Service
from kiosk.journey.services.filing.state import Filing
from kiosk.journey.step import step
from tests.kiosk.services.filing.citizen import FILINGS, Citizen, patient_journeys
from tests.kiosk.services.random_citizens import Walk, starts
from tests.kiosk.services.stations import WISHES
from tests.screens.album import NOON, SITE, WELL
from ui.views.page import page_view
from ui.views.scene import Scene

DEVICES: Final = ("id_card_reader", "document_camera", "document_printer", "locker", "department", "power", "store")
CAUSES: Final = ("offline", "slow", "broken")
TRIES: Final = ("again", "paper.reprint", "shoot", "retake", "take", "next", "agree", "go", "submit", "ask", "more")


def happened(j: Journey, *events: e.Event) -> Journey:
    """The journey after these."""
    for event in events:
        j, _ = step(j, event)
    return j


def told(j: Journey) -> bool:
    """Whether the page says that something does not work."""
    page = j.page
    if page is None:
        return bool(j.fault)
    view = page_view(Scene(j, WELL, SITE, NOON))
    assert view is not None
    attention = isinstance(page.body, p.Read) and any(
        isinstance(block, p.Line) and block.tone is p.Tone.ATTENTION for block in page.body.blocks
    )
    return bool(view.trouble) or attention


def kept(service: Service | None) -> object:
    """What the citizen has said, laid down and signed so far."""
    return (service.told, service.lodged, service.seen, service.principal) if isinstance(service, Filing) else None


# --- what fails by itself and comes back ----------


def passing(j: Journey) -> Iterator[tuple[tuple[e.Event, ...], tuple[e.Event, ...]]]:
    """What is lost, and how it is there again."""
    well = e.DutyChanged(j.closed, link_up=j.link_up, papers=j.papers)
    slug = j.item.slug if j.item else ""
    yield (e.DutyChanged(j.closed, link_up=False, papers=j.papers),), (well,)
    yield (e.DutyChanged(j.closed, link_up=j.link_up, papers=False),), (well,)
    for device in DEVICES:
        yield (e.DutyChanged(((slug, device),), link_up=j.link_up, papers=j.papers),), (well,)
    yield (e.CardFailed(j.visit, "id_card_reader.read_failed"),), (e.ReaderRecovered(j.visit),)


def stands_through(j: Journey) -> None:
    """Nothing that is lost and comes back moves the citizen."""
    clean = j if j.service is None or not j.service.fault else replace(j, service=_without_fault(j.service))
    for lost, back in passing(clean):
        during = happened(clean, *lost)
        assert during.place == clean.place, (clean.place, lost)
        later = happened(during, e.Ticked(during.now + 3.0, during.wall))
        assert later.screen is clean.screen
        assert kept(later.service) == kept(clean.service)
        after = happened(during, *back)
        assert (after.place, after.service, after.answers) == (clean.place, clean.service, clean.answers), lost
        assert after.page == clean.page


def _without_fault(service: Service) -> Service:
    return msgspec.structs.replace(service, fault="")


def test_at_every_page_of_every_filing() -> None:
    places = set()
    for journey in patient_journeys():
        if journey.place not in places:
            places.add(journey.place)
            stands_through(journey)
    assert len(places) > 60


def test_at_every_page_of_every_other_service() -> None:
    places = set()
    for name, about in sorted(starts()):
        for seed in range(2):
            walk = Walk(seed, name, about)
            for _ in range(50):
                j = walk.journey
                if j.place not in places and j.screen in (Screen.SERVICE, Screen.CARD, Screen.PERSON):
                    places.add(j.place)
                    stands_through(j)
                walk.go()
    assert len(places) > 60


def test_a_lost_camera_is_told_on_the_page_that_waits_for_it() -> None:
    citizen = Citizen()
    citizen.begin("newborn-household-registration")
    citizen.go_on("filing.paper.birth-certificate.scan")
    assert not told(citizen.journey)
    lost = e.DutyChanged((("newborn-household-registration", "document_camera"),), link_up=True, papers=True)
    during = happened(citizen.journey, lost)
    assert told(during)
    assert during.page is not None
    assert during.page.main is not None
    assert during.page.main.off
    assert not told(happened(during, e.DutyChanged((), link_up=True, papers=True)))


# --- what was asked for and fails ----------


def failing(effect: e.Effect) -> Iterator[tuple[e.Event, ...]]:  # noqa: C901, PLR0912 - a case for each kind of effect
    """Each way in which what was asked for may come to nothing."""
    match effect:
        case e.AskCentre(visit, request):
            for why in CAUSES:
                yield (e.Unanswered(visit, request, why),)
            yield (e.Answered(visit, request, Unavailable("down")),)
        case e.PrintPaper(visit, paper_id):
            for state in (e.TicketState.FAILED, e.TicketState.UNCERTAIN):
                yield (e.PaperMoved(visit, paper_id, e.TicketState.PRINTING), e.PaperMoved(visit, paper_id, state))
        case e.CaptureScan(visit, request):
            yield (e.ScanFailed(visit, request, "document_camera.no_picture"),)
        case e.KeepScan(visit, scan_id):
            yield (e.ScanFailed(visit, scan_id, "store.full"),)
        case e.OpenDoor(visit, request):
            for door in ("stuck", "unknown"):
                yield (e.DoorMoved(visit, request, door),)
        case m.TakePermit(visit, request):
            yield (m.PermitMoved(visit, request, m.PermitState.NONE, "permit_endorser.none_inserted"),)
        case m.ComparePerson(visit, request):
            yield (m.PersonCompared(visit, request, "unable", "person_matcher.way_not_fitted"),)
        case e.KeepRecord(visit, record_id):
            yield (e.RecordKept(visit, record_id, "store.full"),)
        case e.SaveCase(visit, case_id):
            for fault in ("store.full", "store.io"):
                yield (e.SaveFailed(visit, case_id, fault),)
        case _:
            return


def waited_for(j: Journey, effect: e.Effect) -> bool:
    """Whether the citizen waits for it: what is only told to the centre is nobody's business on the screen."""
    if isinstance(effect, e.SaveCase):
        return j.screen is Screen.SAVING
    if isinstance(effect, e.AskCentre) and isinstance(effect.question, ToleranceAsked):
        return False  # a silence takes nothing away: 容缺 is offered as it would have been
    return j.page is not None and j.page.pace is p.Pace.WAITS


def comes_back(before: Journey, j: Journey, effect: e.Effect) -> int:
    """`before` asked for it, `j` waits. The reason is told, what was said is kept, and it can be asked for again."""
    count = 0
    for fault in failing(effect):
        after = happened(j, *fault)
        if after.service == j.service and after.screen is j.screen:
            continue  # not what this page waits for
        count += 1
        assert after.screen is Screen.SERVICE, (j.place, fault)
        assert kept(after.service) == kept(before.service), (j.place, fault)
        page = after.page
        assert page is not None
        if page.pace is p.Pace.WAITS and not isinstance(page.body, p.Wait):
            continue  # an open door, a code to pay: there is a way on, and somebody still looks
        assert told(after), (j.place, fault, page.name)
        actions = {action.name for action in (page.main, *page.second) if action is not None and not action.off}
        assert actions, (page.name, fault)
        assert asks_again(after, effect, actions), (page.name, fault, actions)
    return count


def asks_again(j: Journey, effect: e.Effect, actions: set[str]) -> bool:
    """Whether one of the buttons asks for it once more, or there is another way to it."""
    for action in actions:
        again, effects = step(j, e.Acted(action))
        if any(type(one) is type(effect) for one in effects):
            return True
        if again.service is not None and again.page is not None and again.page.name != (j.page and j.page.name):
            return True
    options = j.page.body.options if j.page is not None and isinstance(j.page.body, p.Choose) else ()
    return any(not option.off for option in options)


def test_what_a_filing_asks_for_and_does_not_get() -> None:
    count, kinds = 0, set()
    for item in FILINGS:
        citizen = Citizen()
        citizen.begin(item.slug)
        for _ in range(160):
            if citizen.journey.screen in (Screen.RESULT, Screen.ENDED, Screen.FAREWELL, Screen.HOME):
                break
            before, asked = citizen.journey, len(citizen.effects)
            citizen.answers_now = False
            citizen.one_step()
            pending = citizen.effects[asked:]
            for effect in pending:
                if waited_for(citizen.journey, effect):
                    count += comes_back(before, citizen.journey, effect)
                    kinds.add(type(effect))
            citizen.answers_now = True
            for effect in pending:
                citizen.happen(*citizen.reply(effect))
    assert count > 50
    assert kinds == {e.SaveCase, e.CaptureScan, e.KeepScan, e.AskCentre, e.PrintPaper}


def test_what_any_service_asks_for_and_does_not_get() -> None:
    count, met = 0, set()
    for name, about in sorted(starts()):
        for seed in range(20 if name == "pickup" else 3):
            walk = Walk(seed, name, about)
            for _ in range(50):
                j = walk.journey
                for effect in walk.open:
                    key = (j.place, type(effect))
                    if key not in met and waited_for(j, effect):
                        met.add(key)
                        count += comes_back(j, j, effect)
                walk.go()
    assert count > 40
    usual = {e.AskCentre, e.PrintPaper, e.OpenDoor, e.KeepRecord}
    assert usual <= {kind for _, kind in met} <= usual | set(WISHES)


def test_a_service_that_loses_an_answer_is_found() -> None:
    """Negative control: a filing that forgets what was told when a case is not kept turns the check red."""
    citizen = Citizen()
    citizen.begin(FILINGS[0].slug)
    citizen.go_on("filing.review")
    citizen.answers_now = False
    citizen.one_step()
    effect = next(one for one in citizen.effects if isinstance(one, e.SaveCase))
    assert comes_back(citizen.journey, citizen.journey, effect) == 2
    assert isinstance(citizen.journey.service, Filing)
    richer = replace(citizen.journey, service=msgspec.structs.replace(citizen.journey.service, seen=("forgotten",)))
    with pytest.raises(AssertionError):
        comes_back(richer, citizen.journey, effect)
