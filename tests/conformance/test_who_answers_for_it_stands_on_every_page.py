"""The foot of every page: whom to complain to, which terminal this is, who answers for it (TS-09)."""

import msgspec
import pytest

from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import FILING, HOLDER, NUMBER, SAVED, SITE, VISIT

HERE = msgspec.structs.replace(SITE, responsible_phone="029-86911234")
FOOT = ("029-12345", "GL-01", "029-86911234")


def footed(citizen: Visitor, *touched: e.Event) -> None:
    """After these touches the foot is whole."""
    citizen.booth.happen(*touched)
    shown = citizen.glance()
    for part in FOOT:
        assert part in shown, f"{page_name(citizen)}: {part}"


@pytest.mark.parametrize("display", [None, e.SizeChosen(4), e.ElderChosen(on=True)])
def test_every_page_says_whom_to_call_and_which_terminal_this_is(visit: MakeVisitor, display: e.Touch | None) -> None:
    citizen = visit(site=HERE)
    footed(citizen, *((display,) if display else ()))
    footed(citizen, e.Started())
    footed(citizen, e.SearchOpened())
    footed(citizen, e.ItemChosen(NUMBER))
    footed(citizen, e.DifficultyOpened())
    footed(citizen, e.OverlayClosed())
    footed(citizen, e.HelpOpened())
    footed(citizen, e.OverlayClosed(), e.DisplayOpened())
    footed(citizen, e.OverlayClosed(), e.ItemBegun())
    footed(citizen, e.CardRead(VISIT, HOLDER))
    footed(citizen, e.PersonConfirmed())
    assert page_name(citizen) == "saving"
    kept = msgspec.structs.replace(SAVED, case_id=citizen.booth.journey.case_id, item=NUMBER)
    footed(citizen, kept)
    assert page_name(citizen) == "result"
    footed(citizen, e.ResultSeen())
    footed(citizen, e.RatingSkipped())
    assert page_name(citizen) == "farewell"


@pytest.mark.parametrize("service", ["saying", "notice", "appointment", "progress", "pickup", "faq", "filing"])
def test_every_service_says_it_too(visit: MakeVisitor, service: str) -> None:
    citizen = visit(site=HERE)
    citizen.touch("attract")
    footed(citizen, e.ServiceOpened(service, FILING if service in ("notice", "filing", "appointment") else ""))
