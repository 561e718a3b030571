"""ZZ-07: in a mall a card says where the bank's own machine stands; nothing of the bank is asked here."""

from pathlib import Path

import msgspec
import pytest

from kiosk import services, sites
from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor

HERE = Path(__file__).parent
ITEMS = services.load().items


def test_a_card_leads_to_the_banks_own_machine(visit: MakeVisitor) -> None:
    offered = sites.offered(sites.load("mall", HERE), ITEMS)
    (card,) = [item for item in offered if item.slug == "bank-machine"]
    assert (card.query, card.form, card.fees) == (None, (), ())
    citizen = visit({}, items=offered)
    citizen.touch("attract")
    citizen.happen(e.ItemChosen("bank-machine"))
    shown = citizen.leaves()
    assert "银行自助机" in shown
    assert "自助银行" in shown
    assert not citizen.asked(e.AskCentre)


@pytest.mark.parametrize("place", [name for name in sites.names() if name != "mall"])
def test_elsewhere_there_is_no_such_card(place: str) -> None:
    offered = sites.offered(sites.load(place, HERE), ITEMS)
    assert "bank-machine" not in {item.slug for item in offered}


def test_a_card_that_is_not_there_is_one_sentence() -> None:
    profile = sites.load("mall", HERE)
    with pytest.raises(sites.ProfileError, match="cards"):
        sites.offered(msgspec.structs.replace(profile, offer=sites.OfferPart(cards=("nowhere",))), ITEMS)
