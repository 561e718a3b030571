import pytest
import zxingcpp

from tests.screens import measure
from tests.screens.album import pages
from tests.screens.conftest import Lay


@pytest.mark.parametrize("size", [(1080, 1920), (1366, 768)], ids=["portrait", "wide"])
def test_a_photograph_of_the_result_gives_number_date_and_case(lay: Lay, size: tuple[int, int]) -> None:
    page = next(page for page in pages("zh-Hans") if page.name == "result-no-card")
    screen = lay(size, page)
    assert screen.window is not None
    found = zxingcpp.read_barcodes(measure.as_picture(screen.window))
    assert [code.text for code in found] == ["A1-017 2026-11-22 6101170001202611220000178"]


def test_a_hidden_result_shows_no_code(lay: Lay) -> None:
    page = next(page for page in pages("zh-Hans") if page.name == "result-hidden")
    screen = lay((1080, 1920), page)
    assert screen.window is not None
    assert zxingcpp.read_barcodes(measure.as_picture(screen.window)) == []
