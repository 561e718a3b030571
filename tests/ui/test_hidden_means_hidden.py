import re

import pytest

from kiosk.journey import events as e
from kiosk.journey.services.filing.state import Filing
from tests.screens.album import FILING, HOLDER, NOON, SITE, VISIT, Page, pages
from tests.ui.booth import Booth
from ui.views.filing import person_view
from ui.views.outcome import result_view
from ui.views.page import page_view
from ui.views.scene import Scene

VIEWS = (person_view, page_view, result_view)


def _said(page: Page) -> str:
    scene = Scene(page.journey, page.facts, SITE, NOON)
    """What is on the glass; what headphones or a held finger get beside it is `whole`."""
    return re.sub(r"whole='[^']*'", "", " ".join(repr(view(scene)) for view in VIEWS))


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_no_view_holds_a_whole_name_or_number(language: str) -> None:
    shown = [page for page in pages(language) if page.journey.holder]
    assert len(shown) > 15
    for page in shown:
        said = _said(page)
        for secret in (HOLDER.name, HOLDER.id_number, "DOE, JANE", "911124198108030024"):
            assert secret not in said, page.name


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_hidden_page_holds_not_even_the_masked_ones(language: str) -> None:
    hidden = [page for page in pages(language) if page.journey.hidden]
    assert {page.name for page in hidden} == {"person-hidden", "form-mobile-hidden", "review-hidden", "result-hidden"}
    for page in hidden:
        said = _said(page)
        for secret in ("欧阳", "110105", "002X", "D***", "911124", "138", "8000"):
            assert secret not in said.replace("6101170001202611220000178", ""), (page.name, secret)


def test_the_first_touch_only_shows_again(booth: Booth) -> None:
    booth.touch("attract", "door.number", "main")
    booth.happen(e.CardRead(VISIT, HOLDER))
    booth.wait(26)
    assert "欧阳" not in booth.texts()
    booth.touch("main")
    assert "欧阳**" in booth.texts()
    assert booth.journey.screen == "person"
    booth.touch("main")
    assert booth.journey.screen == "saving"


def test_the_countdown_shows_the_seconds_that_are_left_and_keeps_everything(booth: Booth) -> None:
    booth.touch("attract", "door.filing", f"item.{FILING}", "main")
    booth.happen(e.CardRead(VISIT, HOLDER))
    booth.touch("main", "option.other")
    booth.wait(120)
    booth.wait(9)
    assert "21 秒后结束本次办理" in booth.texts()
    booth.touch("stay")
    assert isinstance(booth.journey.service, Filing)
    assert booth.journey.service.typed == "other"
    assert "您还在吗" not in booth.texts()
