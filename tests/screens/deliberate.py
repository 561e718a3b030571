"""Pages that random citizens hardly ever reach, as much has to be typed before them: reached on purpose."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from contract import questions as q
from contract.positions import NumbersStand, NumberStands
from kiosk import sites
from kiosk.input import divisions
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.machines import PermitState
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.services.numbers import Numbers
from kiosk.journey.services.permits import Permit
from kiosk.journey.services.query.service import Query
from kiosk.journey.step import step
from tests.kiosk.services.answering import PASSED, Centre
from tests.kiosk.services.random_citizens import begun
from tests.screens.album import HOLDER, VISIT

HALL = sites.load("hall", Path()).orders


def journeys() -> Iterator[Journey]:
    """Each journey on its way through them."""
    for happened in (_a_visit_at_home(), _a_project(), _the_card_first(), *_what_was_written()):
        yield from _walked(replace(begun(random.Random(1)), offers=HALL), *happened)
    yield from _a_permit()
    yield from _numbers()


def _a_permit() -> Iterator[Journey]:
    """In the machine, on its way out, and endorsed or not: a random citizen rarely pays and puts the right one in."""
    journey = begun(random.Random(1))
    item = journey.known.find("hong-kong-macao-endorsement")
    if item is None:
        return
    acted = q.DepartmentActed("QZ20261122000001", ())
    inside = Permit(2, "endorse", PermitState.INSIDE, tail="4567")
    unsure = Permit(3, "", PermitState.KEPT, PermitState.UNCERTAIN, "4567")
    for at, permit in (
        ("endorsing", inside),
        ("returning", Permit(3, "return", PermitState.ENDORSED)),
        ("acted", unsure),
    ):
        service = Query(at, item=item, acted=acted, permit=permit)
        yield replace(journey, screen=Screen.SERVICE, item=item, holder=HOLDER, service=service)


def _walked(journey: Journey, *happened: e.Event) -> Iterator[Journey]:
    centre = Centre(random.Random(5))
    for event in happened:
        journey, effects = step(journey, event)
        yield journey
        for effect in effects:
            if isinstance(effect, e.KeepRecord):
                journey, _ = step(journey, e.RecordKept(VISIT, effect.record_id, ""))
                yield journey
            elif isinstance(effect, e.AskCentre):
                journey, _ = step(journey, e.Answered(VISIT, effect.request, centre.answer(effect.question)))
                yield journey
            elif isinstance(effect, e.PrintPaper):
                journey, _ = step(journey, e.PaperMoved(VISIT, effect.paper_id, e.TicketState.PRINTED))
                yield journey


def _a_visit_at_home() -> Iterator[e.Event]:
    """上门: asked for, sent, its slip printed."""
    yield e.ServiceOpened("orders", "home")
    yield e.Chose("residence-permit")
    yield e.Chose("typed")
    for value in ("elder", None, HALL.home[0]):
        yield from _chosen(value)
    yield from _typed("欧阳小明")
    yield from _typed("13800138000")
    county = "610116"
    for code in (county[:2], county[:4], county, divisions.children(county)[0].code):
        yield e.Chose(code)
    yield from _typed("示例路 8 号 2 单元 301")
    yield from _typed("门禁坏了，请打电话")
    yield e.Acted("send")
    yield e.Acted("print")


def _a_project() -> Iterator[e.Event]:
    """All approvals of a company's project."""
    yield e.ServiceOpened("tracking", "project")
    for text in ("XM261122ABCD", "ABC234"):
        for letter in text:
            yield e.KeyPressed(letter)
        yield e.Acted("go")


def _the_card_first() -> Iterator[e.Event]:
    """What waits for whoever lays the card down on the home screen."""
    yield e.CardRead(VISIT, HOLDER)
    yield e.PersonConfirmed()


def _numbers() -> Iterator[Journey]:
    """The numbers of a card: none, one that waits, one that was passed, brought back, and not."""
    journey = begun(random.Random(1))
    waits = NumberStands("n2", "B2-103", "居住证申领", "waiting", 12, 25, 55, at="2026-11-23T10:12:00+08:00")
    called = NumberStands("n3", "C1-009", "不动产转移登记", "called", window="12", at="2026-11-23T10:12:00+08:00")
    for found in ((), (waits, called), (PASSED, waits)):
        yield replace(
            journey, screen=Screen.SERVICE, holder=HOLDER, service=Numbers("numbers", found=NumbersStand(found))
        )
    yield replace(journey, screen=Screen.SERVICE, holder=HOLDER, service=Numbers("back", brought=waits))
    said = p.word("number.why_queue_too_late")
    yield replace(journey, screen=Screen.SERVICE, holder=HOLDER, service=Numbers("failed", said=said))


def _what_was_written() -> Iterator[Iterator[e.Event]]:
    """Notices of an office: what has to be corrected, by card; why not, by number and code. Read and printed."""
    case = "6101170001202611220000178"
    read = (e.Chose(case), e.Acted("written"), e.Acted("print"))
    yield iter((e.ServiceOpened("progress", "mine"), e.CardRead(VISIT, HOLDER), e.PersonConfirmed(), *read))
    typed: list[tuple[e.Event, ...]] = [
        (*(e.KeyPressed(letter) for letter in text), e.Acted("go")) for text in (case, "AB12CD")
    ]
    yield iter((e.ServiceOpened("progress"), e.Chose("number"), *typed[0], *typed[1], *read))


def _chosen(value: str | None) -> Iterator[e.Event]:
    yield e.Chose(value or "2026-11-23")
    yield e.Acted("next")


def _typed(text: str) -> Iterator[e.Event]:
    for letter in text:
        yield e.KeyPressed(letter)
    yield e.Acted("next")
