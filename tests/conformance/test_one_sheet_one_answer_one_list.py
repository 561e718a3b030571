"""Guide on one sheet, materials on one signed list (ZN-05); the plain guide on one page (ZN-19)."""

from itertools import product
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from PySide6.QtCore import Qt

import ui
from central.feed import rules
from contract import one_sheet
from contract.catalogue import Item, say
from contract.papers import Paper
from kiosk import services
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.progress import Journey
from kiosk.journey.services import notice, plain_guide
from kiosk.paper import receipt, typesetting
from tests.central.services import item as raw_item
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import page_name
from tests.kiosk.papers.samples import AT, SITE, STAMP
from tests.ui.ears import Listener

ITEMS = services.load().items
PERMIT = "residence-permit"
LANGUAGES = ("zh-Hans", "en")
LONGEST = sorted(product(ITEMS, LANGUAGES), key=lambda pair: -one_sheet.fullest(*pair))[:3]


def answered(item: Item) -> dict[str, str]:
    """Every situation answered so that it goes on."""
    return {one.key: next(answer.value for answer in one.answers if not answer.stop) for one in item.situations}


def sheets(template: str, paper: Paper, language: str) -> int:
    """How many sheets of A4 it takes."""
    pdf = typesetting.typeset(template, paper, STAMP, SITE, language=language, printed_at=AT)
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def told(item: Item, language: str) -> Paper:
    """The notice as it is printed."""
    known = Journey(visit=7, case_id="c", items=(item,), wall="2026-11-22T10:00", language=language).known
    given = notice.Notice("sheet", item=item, answers=tuple(answered(item).items()))
    return given._paper(answered(item), known)


@pytest.mark.parametrize(("item", "language"), LONGEST, ids=lambda one: getattr(one, "slug", one))
def test_the_longest_guides_fit_one_sheet(item: Item, language: str) -> None:
    assert not one_sheet.too_long(item)
    assert sheets("notice", told(item, language), language) == 1


def test_whoever_publishes_a_guide_that_is_too_long_is_told_what_to_shorten() -> None:
    item = next(one for one in ITEMS if one.slug == PERMIT)
    longer = msgspec.structs.replace(item, conditions=item.conditions * 12)
    assert sheets("notice", told(longer, "zh-Hans"), "zh-Hans") > 1, "negative control: it does not fit"
    raw = raw_item(PERMIT)
    assert rules.catalogue_draft("test", raw, "boss").key == PERMIT
    with pytest.raises(rules.Invalid, match="longer than one sheet"):
        rules.catalogue_draft("test", _conditions_together(raw, 14), "boss")


def _conditions_together(raw: bytes, count: int) -> bytes:
    """The item with that many more conditions, where TOML wants them: beside the others."""
    mark = b"[[conditions]]"
    more = mark + '\nzh-Hans = "在本地居住半年以上，有合法稳定就业、合法稳定住所、连续就读之一"\n\n'.encode()
    return raw.replace(mark, more * count + mark, 1)


def test_what_was_handed_in_stands_on_one_list_that_is_signed_for(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.begin(PERMIT)
    citizen.go_on("result")
    assert page_name(citizen) == "result"
    citizen.happen(e.ReceiptAsked())
    (asked,) = citizen.asked(e.PrintReceipt)
    item = next(one for one in ITEMS if one.slug == PERMIT)
    rows = dict(asked.received)
    assert rows["applicant-card"] == "card"
    assert {"lodging", "work-proof"} <= rows.keys(), "one list of all that was received"
    listed = receipt.named(asked.received, {one.slug: one for one in ITEMS})
    assert len(listed) == len(asked.received)
    assert {say(name, "zh-Hans") for name, _ in listed} <= {say(one.name, "zh-Hans") for one in item.materials}
    lines = receipt._listed(
        {
            "title": "收到的材料",
            "rows": [(say(name, "zh-Hans"), how) for name, how in listed],
            "signed": "以上材料由公安局签收（GL-01 代收）",
        }
    )
    assert lines[0] == "收到的材料"
    assert "签收" in lines[-2]


def test_the_plain_guide_is_one_page_of_pictures_and_plain_words(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract")
    citizen.happen(e.DutyChanged((), link_up=True, papers=True), e.ServiceOpened("notice", PERMIT))
    while citizen.journey.page is not None and citizen.journey.page.name.startswith("notice.asked"):
        body = citizen.journey.page.body
        assert isinstance(body, p.Choose)
        citizen.happen(e.Chose(body.options[0].value))
    citizen.happen(e.Acted("plain"))
    assert page_name(citizen) == "notice.plain"
    shown = citizen.glance()
    for part in ("带什么", "怎么办", "几天办好", "5 个工作日", "要多少钱", "029-86910110"):
        assert part in shown, part
    assert "条例" not in shown, "no clauses of law"
    assert "page.after" not in citizen.booth.names(), "one page"
    listener = Listener(citizen.booth)
    try:
        first = listener.happen(e.VoiceChosen(on=True))
        heard = " ".join([first, *(listener.press(Qt.Key.Key_Down) for _ in range(12))])
        for part in ("带什么", "怎么办", "公安机关核查"):
            assert part in heard, part
    finally:
        listener.close()
    citizen.happen(e.Acted("print"))
    (printed,) = [one for one in citizen.asked(e.PrintPaper) if one.template == "guide"]
    assert dict(printed.data)["item"] == "居住证办理"


def test_every_items_plain_guide_has_its_pictures_and_fits_one_sheet() -> None:
    drawn = {
        path.name.removesuffix("-primary.svg")
        for path in (Path(ui.__file__).parent / "assets" / "icons").glob("*-primary.svg")
    }
    for item in ITEMS:
        told = plain_guide.blocks(item, answered(item))
        marks = [block.mark for block in told if isinstance(block, p.Bullet)]
        assert len(marks) >= 2, item.slug
        assert set(marks) <= drawn, item.slug
        assert len(told) <= 16, f"{item.slug}: more than one page"
    longest = sorted(ITEMS, key=lambda item: -len(str(plain_guide.paper(item, answered(item), "en"))))[:3]
    for item in longest:
        assert sheets("guide", plain_guide.paper(item, answered(item), "en"), "en") == 1, item.slug
