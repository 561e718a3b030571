"""A payment gateway that says nothing: the citizen hears it and can stop; what it says later goes on by itself."""

import msgspec

from contract.questions import PayBegun, PayStands, PayState
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known
from kiosk.journey.services import paying
from kiosk.journey.services.paying import Paying

BEGUN = PayBegun("order", "utility-bills", "case", (), bill="b", amount_fen=100)
KNOWN = Known(1, "case", (), None, None, "zh-Hans", 1.0, "2026-11-23T10:00")
SLOW = p.word("pay.slow")


def told(order: Paying, stands: PayStands) -> Paying:
    """The order after the centre said how it stands."""
    return paying.meet(order, e.Answered(1, order.request, stands), KNOWN).paying


def test_before_there_is_a_code() -> None:
    silent = told(paying.begin(BEGUN, KNOWN).paying, PayStands("order", PayState.UNKNOWN, 100, heard=False))
    page = paying.page(silent, later=False)
    assert (page.name, page.trouble) == ("pay.opening", SLOW)
    assert [action.name for action in page.second] == [paying.CANCEL]
    opened = told(silent, PayStands("order", PayState.WAITING, 100, pay_code="https://pay/1"))
    page = paying.page(opened, later=False)
    assert (page.name, page.trouble) == ("pay.code", "")


def test_while_the_code_is_shown() -> None:
    opened = told(
        paying.begin(BEGUN, KNOWN).paying, PayStands("order", PayState.WAITING, 100, pay_code="https://pay/1")
    )
    assert opened.stands is not None
    silent = told(opened, msgspec.structs.replace(opened.stands, heard=False))
    page = paying.page(silent, later=True)
    assert (page.name, page.trouble) == ("pay.code", SLOW)
    paid = told(silent, PayStands("order", PayState.PAID, 100))
    assert (paid.settled, paid.trouble) == (True, "")
