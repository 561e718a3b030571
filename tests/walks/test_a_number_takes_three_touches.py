"""From the screen at rest to the number on paper: counted on the real screen."""

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from contract import questions as q
from kiosk.journey import events as e
from kiosk.journey.step import Screen
from tests.kiosk.services.filing.citizen import HOLDER
from tests.walks.done import case_kept
from tests.walks.errands import NUMBER, Errand, Said
from tests.walks.hand import HandWalk
from tests.walks.mind import Mind
from tests.walks.stand import Stand
from tests.walks.tremor import Tremor

YOUNGER = msgspec.structs.replace(HOLDER, birth_date="1990-05-12")
NOTHING: Said = {
    q.BookingsAsked: q.BookingsFound(()),
    q.PickupsAsked: q.PickupsFound(()),
    q.CasesAsked: q.CasesFound(()),
}
STEADY = Tremor(0.0, 0.0, 0.0, 0.0, 0.0)
DONE = (case_kept(NUMBER), lambda stand: bool(stand.asked(e.PrintTicket)))
ERRAND = Errand("a number", (), ("二手房", "立即取号"), DONE, (NUMBER,), NOTHING)


@pytest.mark.parametrize("seed", range(3))
def test_with_the_card_laid_down_it_takes_three(qapp: QGuiApplication, seed: int) -> None:
    stand = Stand(qapp, ERRAND)
    try:
        stand.lay(YOUNGER)
        assert stand.journey.screen is Screen.PERSON
        walker = HandWalk(stand, Mind(ERRAND, standing=()), seed, STEADY, QTest.createTouchDevice())
        walker.finish(20)
    finally:
        stand.close()
    assert walker.touches <= 3
