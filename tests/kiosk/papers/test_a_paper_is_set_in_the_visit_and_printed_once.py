"""A paper of a visit, through its link, journal and a real IPP line to a simulated printer."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest

from contract.papers import paper_of
from kiosk.journey import events as e
from kiosk.link import PaperNotSet, PreparePaper, PrintPages
from kiosk.paper import typesetting
from kiosk.settings import Device
from tests.devices.running import Running
from tests.kiosk.campaign import quiet_port
from tests.kiosk.papers.booth import CASE, VISIT, Booth, letters
from tests.kiosk.papers.samples import AT, DATA, SITE, STAMP

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("printer")
    (folder / "papers").mkdir()
    running = Running(
        "document-printer", folder, "--seconds-a-side", "0.05", "--port", str(quiet_port()),
        "--papers", str(folder / "papers"),
    )  # fmt: skip
    yield running
    running.end()


@pytest.fixture
def booth(tmp_path: Path, printer: Running) -> Iterator[Booth]:
    for order in ("cover_close", "clear_jam", "refill"):
        printer.do(order)
    printer.do("jam_at", side=0)
    made = Booth(tmp_path, {"document_printer": Device(printer.address, {"grace_seconds": 0.3})})
    made.ready("document_printer")
    yield made
    made.close()


def ask(booth: Booth, template: str, /, paper_id: str = "", **more: Any) -> str:  # noqa: ANN401 - of the effect
    """The journey asks for a paper; its id."""
    paper_id = paper_id or f"paper-{next(_numbers)}"
    data = tuple(more.pop("data", DATA.get(template, {})).items())
    booth.do(e.PrintPaper(VISIT, paper_id, template, data, "zh-Hans", **more))
    return paper_id


def ended(booth: Booth, paper_id: str) -> tuple[str, str]:
    """Wait for the end of a paper."""
    booth.until(lambda: booth.paper(paper_id) and booth.paper(paper_id)[-1][0] != "printing", f"the end of {paper_id}")
    return booth.paper(paper_id)[-1]


def at_the_printer(printer: Running) -> bytes:
    """The last document it was given."""
    newest = max((printer.link.parent / "papers").iterdir())
    return newest.read_bytes()


@pytest.mark.slow
def test_what_comes_out_is_what_the_visit_set_and_nobody_on_the_way_could_read_it(
    booth: Booth, printer: Running
) -> None:
    paper_id = ask(booth, "fund")
    assert ended(booth, paper_id) == ("printed", "")
    assert booth.journal() == [("fund", "printed", 1)]
    (pages,) = [message for message in booth.crossed if isinstance(message, PrintPages)]
    printed = at_the_printer(printer)
    assert printed == pages.content
    assert letters(printed) == 0
    assert "张三".encode() not in printed
    (asked,) = [message for message in booth.crossed if isinstance(message, PreparePaper)]
    assert "张三" not in repr(asked)


@pytest.mark.slow
def test_the_rasters_are_the_typeset_pages_dot_by_dot() -> None:
    readable = typesetting.typeset(
        "sale_contract", paper_of("sale_contract", DATA["sale_contract"]), STAMP, SITE, language="en", printed_at=AT
    )
    assert letters(readable) > 1000
    rasters = typesetting.rasterised(readable)
    assert (rasters.pages, letters(rasters.pdf)) == (3, 0)
    for one, other in zip(drawn(readable), drawn(rasters.pdf), strict=True):
        assert np.abs(one.astype(int) - other.astype(int)).mean() < 0.5
    # and the comparison does tell two papers apart
    other_paper = typesetting.typeset("fund", paper_of("fund", DATA["fund"]), STAMP, SITE, language="en", printed_at=AT)
    assert np.abs(drawn(readable)[0].astype(int) - drawn(other_paper)[0].astype(int)).mean() > 3


def drawn(pdf: bytes) -> list[Any]:
    """Every page at the resolution of the rasters."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            page.render(scale=typesetting.DOTS_PER_INCH / 72, grayscale=True).to_numpy().copy().squeeze()
            for page in document
        ]
    finally:
        document.close()


@pytest.mark.slow
def test_a_jam_is_told_with_the_pages_that_came_out_and_a_reprint_voids_the_first(
    booth: Booth, printer: Running
) -> None:
    printer.do("jam_at", side=2)
    first = ask(booth, "sale_contract")
    assert ended(booth, first) == ("failed", "document_printer.jammed")
    assert [news.pages_out for news in booth.heard(e.PaperMoved)][-1] == 1
    printer.do("clear_jam")
    printer.do("jam_at", side=0)
    booth.until(lambda: not booth.fleet["document_printer"].known.trouble, "a printer that is well")
    second = ask(booth, "sale_contract", voids=first)
    assert ended(booth, second) == ("printed", "")
    assert booth.journal() == [("sale_contract", "failed", 1), ("sale_contract", "printed", 2)]
    # what was printed is not voided by another
    third = ask(booth, "sale_contract", voids=second)
    assert ended(booth, third) == ("failed", "document_printer.document_refused")


@pytest.mark.slow
def test_what_is_not_out_when_the_citizen_leaves_never_comes(booth: Booth, printer: Running) -> None:
    before = len(printer.do("state")["jobs"])
    paper_id = ask(booth, "fund")
    booth.until(lambda: any(isinstance(message, PreparePaper) for message in booth.crossed))
    booth.leave()
    assert ended(booth, paper_id) == ("failed", "visit.over")
    assert len(printer.do("state")["jobs"]) == before


def test_a_paper_that_cannot_be_set_is_refused_before_anything_is_written_down(booth: Booth) -> None:
    for template, data in (("fund", {"name": "张三"}), ("nothing", {}), ("fund", {**DATA["fund"], "more": 1})):
        paper_id = ask(booth, template, data=data)
        assert ended(booth, paper_id) == ("failed", "document_printer.document_refused")
    assert (booth.journal(), booth.crossed) == ([], [])


def test_a_file_that_is_no_certificate_is_withdrawn_with_its_serial(booth: Booth) -> None:
    paper_id = "paper-broken-file"
    booth.do(e.PrintPaper(VISIT, paper_id, "licence", (), "zh-Hans", file=b"%PDF-no", file_type="pdf"))
    assert ended(booth, paper_id) == ("failed", "document_printer.document_refused")
    assert booth.journal() == [("licence", "failed", 1)]
    assert any(isinstance(message, PaperNotSet) for message in booth.crossed)


@pytest.mark.slow
def test_the_same_paper_asked_for_twice_comes_out_once(booth: Booth, printer: Running) -> None:
    before = len(printer.do("state")["jobs"])
    paper_id = ask(booth, "no_house")
    ask(booth, "no_house", paper_id=paper_id)
    assert ended(booth, paper_id) == ("printed", "")
    ask(booth, "no_house", paper_id=paper_id)  # after its end: the journal knows it
    booth.until(lambda: len(booth.paper(paper_id)) == 3)
    assert booth.paper(paper_id)[-1] == ("failed", "document_printer.document_refused")
    assert booth.journal() == [("no_house", "printed", 1)]
    assert len(printer.do("state")["jobs"]) == before + 1


@pytest.mark.slow
def test_pages_the_visit_did_not_prepare_or_of_another_case_are_not_printed(booth: Booth, printer: Running) -> None:
    before = len(printer.do("state")["jobs"])
    pdf = b"%PDF of another"
    booth.sheets.print_pages(PrintPages(VISIT, CASE, "never-prepared", 1, "00" * 32, pdf))
    booth.visit_link.send(PreparePaper(VISIT, CASE, "mine", "fund", 1, ""))
    booth.until(lambda: booth.paper("mine"))
    booth.sheets.print_pages(PrintPages(VISIT, "another-case", "mine", 1, "00" * 32, pdf))
    booth.until(lambda: booth.journal() == [("fund", "prepared", 1)])
    assert len(printer.do("state")["jobs"]) == before
