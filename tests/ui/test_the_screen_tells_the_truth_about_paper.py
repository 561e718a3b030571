from dataclasses import replace

import msgspec
import pytest

from kiosk.journey import events as e
from kiosk.journey.events import TicketState
from kiosk.journey.step import Journey
from tests.screens.album import CASE, HOLDER, NOON, NUMBER, SAVED, SITE, VISIT, WELL, after, fresh
from ui.views.outcome import farewell_view, result_view
from ui.views.scene import Scene

CARD = after(fresh(), e.Started(), e.ItemChosen(NUMBER), e.ItemBegun())
WITH_CARD = after(CARD, e.CardRead(VISIT, HOLDER), e.PersonConfirmed(), SAVED)
WITHOUT = after(CARD, e.CardSkipped(), SAVED)


def _lead(state: TicketState, fault: str = "") -> str:
    view = result_view(Scene(after(WITH_CARD, e.TicketMoved(VISIT, CASE, state, fault)), WELL, SITE, NOON))
    assert view is not None
    return view.lead


def test_printed_is_said_with_evidence_only() -> None:
    takes = [state for state in TicketState if "请取走小票" in _lead(state)]
    assert takes == [TicketState.PRINTED]


def test_a_ticket_that_is_not_there_says_why_and_what_to_do() -> None:
    assert _lead(TicketState.FAILED, "ticket_printer.paper_out") == "没有打印小票：打印机缺纸。请拍下本页。"
    assert "不能确定" in _lead(TicketState.UNCERTAIN, "port.lost")


@pytest.mark.parametrize(("journey", "proof"), [(WITH_CARD, "身份证就是凭证"), (WITHOUT, "报出号码")])
def test_the_proof_is_what_the_citizen_has(journey: Journey, proof: str) -> None:
    view = result_view(Scene(journey, WELL, SITE, NOON))
    assert view is not None
    assert proof in view.proof


def test_a_number_without_a_network_is_called_valid() -> None:
    down = msgspec.structs.replace(WELL, link_up=False)
    view = result_view(Scene(WITHOUT, down, SITE, NOON))
    assert view is not None
    assert view.notice == "网络暂时中断，号码有效"
    up = result_view(Scene(WITHOUT, WELL, SITE, NOON))
    assert up is not None
    assert up.notice == ""


def test_nobody_is_told_to_take_a_ticket_that_never_came() -> None:
    for state in TicketState:
        gone = replace(WITHOUT, ticket=state)
        said = " ".join(farewell_view(Scene(gone, WELL, SITE, NOON)).lines)
        assert ("小票" in said) == (state in (TicketState.PRINTED, TicketState.PRINTING, TicketState.UNCERTAIN))
