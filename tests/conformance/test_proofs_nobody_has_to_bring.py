"""The report of cancelled proofs (ZN-18): by the very rules the filing asks, on a page and as a table."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract import proofs
from kiosk import services
from kiosk.journey.services.filing import papers
from kiosk.journey.services.filing.state import Filing, Way
from tests.central.conftest import Running, start, write_config
from tests.central.services import item, publish
from tests.conformance.conftest import MakeVisitor

ITEMS = {one.slug: one for one in services.load().items}
PERMIT = "residence-permit"
SHOP = "individual-business-registration"
BROUGHT = {Way.SCAN, Way.LATER, Way.NONE}


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    for running in start(write_config(tmp_path)):
        running.log_in()
        publish(running, item(PERMIT), item(SHOP))
        yield running


def test_the_report_lists_what_is_spared_and_exports_it(centre: Running) -> None:
    page = " ".join(centre.client.get("/proofs").text.split())
    named = sum(len(ITEMS[slug].materials) for slug in (PERMIT, SHOP))
    spared = proofs.spared([ITEMS[PERMIT], ITEMS[SHOP]])
    assert 0 < len(spared) < named
    assert f'id="spared">{len(spared)}<small> / {named}</small>' in page
    for one in spared:
        assert one.name["zh-Hans"] in page
    kept = {one.name["zh-Hans"] for one in ITEMS[PERMIT].materials} - {one.name["zh-Hans"] for one in spared}
    assert kept, "some are still asked for"
    assert not any(name in page for name in kept)
    sent = centre.client.get("/proofs.csv")
    assert sent.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(sent.text.removeprefix("\ufeff"))))
    assert len(rows) == len(spared) + 1
    assert {row[4] for row in rows[1:]} == {PERMIT, SHOP}


def test_what_the_report_calls_spared_the_terminal_does_not_ask_for(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.begin(PERMIT)
    citizen.go_on("filing.review")
    f = citizen.journey.service
    assert isinstance(f, Filing)
    known = citizen.journey.known
    spared = {one.code for one in proofs.spared([ITEMS[PERMIT]])}
    for material in papers.materials(f):
        ways = {offered.way for offered in papers.ways(f, known, material)} - BROUGHT
        assert bool(ways) is (material.code in spared), material.code
    shown = citizen.leaves()
    assert "租赁合同、房产证或住宿证明" in shown
