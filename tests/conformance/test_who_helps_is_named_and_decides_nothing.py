"""Staff beside the citizen (JH-03): named in the record by a checked badge; what is confirmed the citizen confirms."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.assisting import GuideAsked, GuideKnown
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseFiled
from contract.questions import Refused
from kiosk.journey import events as e
from tests.central.conftest import Running, start, write_config
from tests.central.services import put
from tests.central.terminal_double import TerminalDouble
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, NUMBER, VISIT


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    for running in start(write_config(tmp_path)):
        running.log_in()
        yield running


def post(running: Running, path: str, **form: str) -> int:
    return running.client.post(path, data={"csrf": running.csrf()} | form, follow_redirects=False).status_code


def helped(citizen: Visitor, *, link: bool = True) -> None:
    """A guide enters badge and number over the page of the item."""
    citizen.happen(e.DutyChanged((), link_up=link, papers=True), e.Started(), e.ItemChosen(NUMBER))
    citizen.touch("help", "assist")
    assert page_name(citizen) == "assist.badge"
    citizen.happen(*(e.KeyPressed(key) for key in "gl0012"), e.Acted("go"), *(e.KeyPressed(key) for key in "2580"))
    assert "2580" not in citizen.glance(), "the number is nobody else's to read"
    citizen.touch("main")


def saved(citizen: Visitor) -> e.SaveCase:
    """The citizen lays down the card and confirms; nobody else can."""
    citizen.happen(e.ItemBegun())
    assert page_name(citizen) == "card", "the citizen's own card"
    citizen.happen(e.CardRead(VISIT, HOLDER))
    assert page_name(citizen) == "person"
    assert not citizen.asked(e.SaveCase), "nothing is kept before the citizen said: that is me"
    citizen.touch("main")
    (case,) = citizen.asked(e.SaveCase)
    return case


def test_a_guide_whom_the_centre_knows_is_named_and_the_citizen_confirms(visit: MakeVisitor) -> None:
    citizen = visit({GuideAsked: GuideKnown("GL0012", "王芳")})
    helped(citizen)
    assert page_name(citizen) == "item", "the work below is as it was"
    assert citizen.questions(GuideAsked) == [GuideAsked("GL0012", "2580")]
    assert "协助" in citizen.glance()
    case = saved(citizen)
    assert (case.filed.helped_by, case.filed.helped_checked) == ("GL0012", True)
    assert case.holder == HOLDER


def test_a_badge_nobody_knows_is_no_guide_and_offline_the_record_says_unchecked(visit: MakeVisitor) -> None:
    citizen = visit({GuideAsked: Refused("guide_unknown")})
    helped(citizen)
    assert page_name(citizen) == "assist.badge"
    assert "工号或口令不对" in citizen.glance()
    citizen.happen(e.WentBack(), e.OverlayClosed())
    assert saved(citizen).filed.helped_by == ""
    other = visit()
    helped(other, link=False)
    assert "未核对" in other.glance()
    case = saved(other)
    assert (case.filed.helped_by, case.filed.helped_checked) == ("GL0012", False)


def test_the_centre_knows_its_guides_by_badge_and_number_and_locks_who_guesses(centre: Running) -> None:
    assert post(centre, "/guides", badge="GL0012", name="王芳", pin="12") == 422
    assert post(centre, "/guides", badge="GL0012", name="王芳", pin="2580") == 303
    assert put(centre, GuideAsked("gl0012", "2580")) == GuideKnown("GL0012", "王芳")
    assert "2580" not in str(centre.query("SELECT * FROM guides"))
    for _ in range(5):
        assert put(centre, GuideAsked("GL0012", "0000")) == Refused("guide_unknown")
    assert put(centre, GuideAsked("GL0012", "2580")) == Refused("guide_locked")
    centre.clock.forward(minutes=11)
    assert put(centre, GuideAsked("GL0012", "2580")) == GuideKnown("GL0012", "王芳")
    assert post(centre, "/guides/GL0012/end") == 303
    assert put(centre, GuideAsked("GL0012", "2580")) == Refused("guide_unknown")


def test_the_guides_page_lists_the_tickets_that_want_an_escort(centre: Running) -> None:
    terminal = centre.enter(TerminalDouble())
    today = centre.centre.today().isoformat()

    def number(text: str, **how: Any) -> CaseFiled:  # noqa: ANN401 - any field of CaseFiled
        return terminal.file_case(ItemKind.NUMBER, number=text, business_date=today, **how)

    green = number("A1-001", green="elder")
    number("A1-002")
    number("A1-003", helped_by="GL0012", helped_checked=False)
    centre.push(terminal, Lane.NUMBERS)
    centre.judged()
    page = centre.client.get("/guides/escorts").text
    assert "A1-001" in page
    assert "老年人" in page
    assert "A1-002" not in page
    assert "工号未核对" in page
    assert post(centre, f"/guides/escorts/{green.case_id}") == 303
    assert "已陪同" in centre.client.get("/guides/escorts").text
