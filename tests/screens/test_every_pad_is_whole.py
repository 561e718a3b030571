"""Every way to type, in sizes, contrasts, languages and on panels: nothing cut, every key large enough for a finger."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.input.composer import Circumstances, modes
from kiosk.journey.display import SIZES, Contrast
from kiosk.journey.page import Pad
from tests.screens import matrix
from tests.screens.album import Page
from tests.screens.matrix import Booths, Look
from tests.ui.asking import asked

KEYS = {
    "pinyin": ("key.z", "key.h", "key.u", "key.a", "key.n", "key.g"),
    "strokes": ("stroke.1", "stroke.2"),
    "radical": ("choose.2",),
    "latin": ("shift",),
}
LONGEST = {
    Pad.MOBILE: "13800138000",
    Pad.ID: "11010519491231002X",
    Pad.NAME: "阿依古丽·买买提",
    Pad.CODE: "ABCD2345EFGH",
}


@pytest.fixture(scope="module")
def booths(qapp: QGuiApplication) -> Iterator[Booths]:
    kept = Booths()
    yield kept
    kept.close()


def _looks() -> Iterator[tuple[Pad, str, Look]]:
    """Each way in each size, the other choices turning beside them."""
    contrasts, panels = tuple(Contrast), tuple(matrix.PANELS)
    at = 0
    for pad in Pad:
        for mode in modes(Circumstances(pad)):
            if pad is Pad.TEXT and mode in modes(Circumstances(Pad.NAME)):
                continue
            for turn, size in enumerate(SIZES):
                look = Look(size, contrasts[at % 4], matrix.LANGUAGES[(at + turn) % 3], panels[(at // 3 + turn) % 3],
                            elder=(at // 2 + turn) % 2 == 1)  # fmt: skip
                yield pad, mode.value, look
                at += 1


@pytest.mark.parametrize(("pad", "mode", "look"), list(_looks()), ids=str)
def test_whole(booths: Booths, pad: Pad, mode: str, look: Look) -> None:
    skips = look.size in (1, 4) or pad is Pad.NAME  # there is a second button, so there is less room
    page = Page(f"{pad}-{mode}", asked(pad, look.language, look.display, LONGEST.get(pad, ""), skips=skips))
    screen = booths.lay(page, look)
    assert screen.window is not None
    for key in ("answer", f"mode.{mode}", *KEYS.get(mode, ())):
        matrix.tap(screen, key)
    matrix.settle(screen)
    assert matrix.faults(screen, page, look) == []
