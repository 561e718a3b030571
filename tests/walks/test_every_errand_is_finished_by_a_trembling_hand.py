"""A finger that trembles by millimetres, hits the neighbour, taps twice and rests until the screen asks after it."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.walks.errands import BY_NAME
from tests.walks.hand import HandWalk
from tests.walks.mind import Mind
from tests.walks.stand import Stand


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_it_is_finished(qapp: QGuiApplication, name: str) -> None:
    stand = Stand(qapp, BY_NAME[name])
    try:
        HandWalk(stand, Mind(BY_NAME[name], standing=("不填，继续",)), QTest.createTouchDevice(), seed=1).finish()
    finally:
        stand.close()
