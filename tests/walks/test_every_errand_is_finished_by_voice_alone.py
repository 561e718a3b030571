"""The screen is black: what is said through the headphones, and five keys. A name and an identity number are typed."""

import pytest
from PySide6.QtGui import QGuiApplication

from tests.walks.errands import BY_NAME
from tests.walks.keys import Ears, KeyWalk
from tests.walks.mind import Mind
from tests.walks.stand import Stand


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_it_is_finished(qapp: QGuiApplication, name: str) -> None:
    stand = Stand(qapp, BY_NAME[name])
    ears = Ears(stand)
    try:
        KeyWalk(stand, ears, Mind(BY_NAME[name], sounds=ears.sound)).finish()
    finally:
        ears.close()
        stand.close()
