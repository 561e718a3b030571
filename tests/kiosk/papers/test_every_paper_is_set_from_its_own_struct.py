"""Each template takes exactly its struct, carries serial, code, QR and page numbers, and draws rare characters."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from contract.papers import IN_THE_VISITS_LANGUAGE, PAPERS, NotAPaper, paper_of
from kiosk import words
from kiosk.paper import tickets, typesetting
from kiosk.paper.money import in_words
from kiosk.paper.sheet import Stamp, language_of, qr_of, sheet
from kiosk.paper.signature import is_signature, svg
from tests.kiosk.papers.samples import AT, DATA, SITE, STAMP, STROKES, fitting


def data_of(template: str) -> dict[str, Any]:
    """A sample's values, those that its struct knows."""
    return fitting(template, DATA[template])


SLIPS = Path(tickets.__file__).read_text(encoding="utf-8")


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, without the spaces of its layout."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()


def made(template: str, language: str = "zh-Hans", stamp: Stamp = STAMP, **change: Any) -> bytes:  # noqa: ANN401 - values
    """A sample, set."""
    paper = paper_of(template, data_of(template) | change)
    return typesetting.typeset(template, paper, stamp, SITE, language=language, printed_at=AT)


def test_there_is_a_template_and_a_sample_for_every_struct_and_no_other() -> None:
    helpers = {"frame", "property", "finished"}
    assert {name.removesuffix(".typ") for name in typesetting._sources()} - helpers == PAPERS.keys() == DATA.keys()


@pytest.mark.slow
@pytest.mark.parametrize("template", sorted(PAPERS))
def test_a_paper_says_its_data_its_serial_its_code_and_which_page_it_is(template: str) -> None:
    pages = text_of(made(template))
    paper = paper_of(template, data_of(template))
    serial, code = paper.serial or STAMP.serial, paper.verification_code or "7K3M-PQ9D"
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in page
        assert serial.replace("-", "") in page.replace("-", "")
        assert code in page
        assert "GL-01" in page
    whole = "".join(pages)
    for name in ("name", "applicant", "number", "code", "case_number", "account", "order_id"):
        if value := getattr(paper, name, ""):
            assert str(value) in whole, name
    assert template != "notice" or len(pages) == 1, "a one-time notice is one sheet"


@pytest.mark.slow
def test_slips_speak_the_visits_language_and_official_papers_chinese() -> None:
    for template in PAPERS:
        spoken = language_of(template, "en")
        assert spoken == ("en" if template in IN_THE_VISITS_LANGUAGE else "zh-Hans")
    assert "Paymentslip" in text_of(made("payment", "en"))[0]
    assert "住房公积金缴存证明" in text_of(made("fund", "en"))[0]
    assert language_of("payment", "xx") == "zh-Hans"


@pytest.mark.slow
def test_the_code_on_the_paper_leads_to_its_verification_also_after_it_was_printed_as_dots() -> None:
    for template in ("no_house", "appointment", "commitment"):
        dots = typesetting.rasterised(made(template)).pdf
        document = pypdfium2.PdfDocument(dots)
        picture = document[0].render(scale=200 / 72, grayscale=True).to_pil()
        document.close()
        found = zxingcpp.read_barcodes(picture)
        assert [code.text for code in found] == [qr_of(paper_of(template, data_of(template)), STAMP)]


@pytest.mark.slow
def test_rare_characters_are_drawn_and_a_missing_one_would_be_seen() -> None:
    """U+20BB7, U+9FB4, U+4DAE, U+3402: beyond what everyday fonts have; the control are points nobody draws."""
    nobody = name_box(made("no_house", name="\U0010fffe"))
    assert differing(nobody, name_box(made("no_house", name="\U0010fffd"))) == 0
    for name in ("𠮷", "龴", "䶮", "㐂"):
        assert differing(nobody, name_box(made("no_house", name=name))) > 40, name


def differing(one: Any, other: Any) -> int:  # noqa: ANN401 - arrays
    """How many dots are dark on one and light on the other."""
    return int((np.abs(one.astype(int) - other.astype(int)) > 100).sum())


def name_box(pdf: bytes) -> Any:  # noqa: ANN401 - an array
    """The first lines of a page, where its name stands."""
    picture = Image.open(io.BytesIO(typesetting.screen_pages(pdf)[0])).convert("L")
    width, height = picture.size
    return np.asarray(picture.crop((0, round(height * 0.13), width, round(height * 0.22))))


def test_a_reprint_says_which_print_it_is_and_what_it_voids() -> None:
    stamp = Stamp("S-2", "ABCDEFGH", copy=2, voids="S-1")
    foot = sheet("fund", paper_of("fund", data_of("fund")), stamp, SITE, language="zh-Hans", printed_at=AT)["foot"]
    assert ("作废原件", "S-1") in foot  # type: ignore[operator]  # a list of lines
    assert "第 2 次打印" in str(foot)


@pytest.mark.parametrize(
    ("template", "data", "why"),
    [
        ("fund", {"name": "张三"}, "id_number"),
        ("fund", {**DATA["fund"], "balance_fen": 1.5}, "balance_fen"),
        ("fund", {**DATA["fund"], "surplus": ""}, "surplus"),
        ("sale_contract", {**DATA["sale_contract"], "property": {}}, "property"),
        ("fnud", {}, "there is none of this name"),
    ],
)
def test_what_does_not_fit_is_named(template: str, data: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAPaper, match=why):
        paper_of(template, data)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (100, "壹元整"),
        (1005, "壹拾元零伍分"),
        (1050, "壹拾元伍角整"),
        (5, "伍分"),
        (186_000_000, "壹佰捌拾陆万元整"),
        (1_000_000_00, "壹佰万元整"),
        (10_000_100_03, "壹仟万零壹佰元零叁分"),
        (1_0000_0001_00, "壹亿零壹元整"),
        (100_20_30_00, "壹佰万贰仟零叁拾元整"),
        (20_0005_0000_00, "贰拾亿零伍万元整"),
        (-31_005, "负叁佰壹拾元零伍分"),
    ],
)
def test_amounts_are_written_in_capitals(fen: int, said: str) -> None:
    assert in_words(fen) == said


def test_a_signature_is_drawn_on_its_own_box_and_a_dot_is_none() -> None:
    drawn = svg(STROKES)
    assert drawn.count("<path") == len(STROKES)
    assert 'viewBox="-10 -10 350 200"' in drawn
    assert is_signature(STROKES)
    assert not is_signature((((5, 5), (9, 9)),))
    assert svg(()) == ""


def test_every_word_of_a_slip_is_there_in_every_language() -> None:
    for language in words.languages():
        for template in IN_THE_VISITS_LANGUAGE:
            used = set(re.findall(r"\bw\.([a-z_]+)", typesetting._sources()[f"{template}.typ"].decode()))
            slip = {key for key in known_of(template, language) if f'"{key}"' in SLIPS}
            assert used | slip == known_of(template, language), (language, template)


def known_of(template: str, language: str) -> set[str]:
    """The words a template has."""
    prefix = f"paper.{template}."
    return {key.removeprefix(prefix) for key in words.load(language) if key.startswith(prefix)}
