"""The receipt on A4: asked for after a filing, at most three times, and nobody is sent away from a page that prints."""

from dataclasses import replace

from contract.catalogue import ItemKind
from kiosk.journey import events as e
from kiosk.journey.progress import MOST_RECEIPTS
from kiosk.journey.step import Journey, Screen, step
from tests.journeys.walks import CASE, HOLDER, VISIT, fresh


def at_result(kind: ItemKind) -> Journey:
    """A kept case of this kind, on its result page."""
    start = fresh()
    item = next(item for item in start.items if item.kind is kind)
    saving = replace(start, screen=Screen.SAVING, item=item, holder=HOLDER, card_read=True, card_gone=True)
    journey, _ = step(saving, kept(item.slug))
    return journey


def kept(slug: str) -> e.CaseSaved:
    """What the terminal says when it has kept a case of this item."""
    return e.CaseSaved(VISIT, CASE, "610117", "B1-001", "2026-11-22", "now", "2026-11-29", slug)


def receipt(state: e.TicketState, fault: str = "") -> e.ReceiptMoved:
    """What the terminal says of it."""
    return e.ReceiptMoved(VISIT, CASE, state, fault)


def prints(journey: Journey) -> tuple[Journey, bool]:
    """Ask for the receipt; whether that asked for paper."""
    journey, effects = step(journey, e.ReceiptAsked())
    return journey, e.PrintReceipt(VISIT, CASE) in effects


def test_a_filing_has_a_receipt_and_a_number_has_none() -> None:
    assert prints(at_result(ItemKind.FILING))[1]
    assert not prints(at_result(ItemKind.NUMBER))[1]


def test_a_second_tap_asks_for_nothing() -> None:
    asked, _ = prints(at_result(ItemKind.FILING))
    assert not prints(asked)[1]
    printed, _ = step(asked, receipt(e.TicketState.PRINTED))
    assert not prints(printed)[1]


def test_what_did_not_come_out_may_be_asked_for_again_but_not_for_ever() -> None:
    journey, asked = at_result(ItemKind.FILING), 0
    for _ in range(10):
        journey, went = prints(journey)
        asked += went
        journey, _ = step(journey, receipt(e.TicketState.FAILED, "document_printer.jammed"))
    assert asked == MOST_RECEIPTS


def test_the_farewell_waits_for_a_page_that_prints_and_then_goes() -> None:
    journey, _ = prints(at_result(ItemKind.FILING))
    for event in (e.ResultSeen(), e.RatingSkipped()):
        journey, _ = step(journey, event)
    assert journey.screen is Screen.FAREWELL
    early: tuple[e.Event, ...] = (e.Ticked(10.0), e.Started())
    for early_event in early:
        waiting, effects = step(journey, early_event)
        assert waiting.screen is Screen.FAREWELL
        assert effects == ()
    done, _ = step(journey, receipt(e.TicketState.PRINTED))
    assert step(done, e.Ticked(10.0))[0].screen is Screen.ENDED
    assert step(journey, e.Ticked(31.0))[0].screen is Screen.ENDED


def test_news_of_another_visits_receipt_mean_nothing() -> None:
    asked, _ = prints(at_result(ItemKind.FILING))
    for event in (
        e.ReceiptMoved(VISIT - 1, CASE, e.TicketState.PRINTED),
        e.ReceiptMoved(VISIT, "other", e.TicketState.PRINTED),
    ):
        assert step(asked, event)[0] == asked
