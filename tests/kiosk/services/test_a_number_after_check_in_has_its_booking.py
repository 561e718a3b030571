"""Whoever checked in takes a number that says for when: the hall calls it at its time though bookings are elsewhere."""

import pytest

from contract.catalogue import Item
from contract.questions import Booking, BookingState
from kiosk.journey import events as e
from kiosk.journey.moves import save
from kiosk.journey.progress import Journey
from kiosk.services import load

NUMBER = "real-estate-transfer"


def item(slug: str) -> Item:
    return next(one for one in load().items if one.slug == slug)


def booking(of: str = NUMBER) -> Booking:
    return Booking(
        "b-1", "K7Q2M3PX", of, {"zh-Hans": "x"}, "2026-11-23", "09:35", "10:05", BookingState.CHECKED_IN
    )  # fmt: skip


def saved(slug: str, held: Booking | None) -> e.SaveCase:
    _, effects = save(Journey(visit=1, case_id="c", items=(), item=item(slug), booking=held))
    (request,) = effects
    assert isinstance(request, e.SaveCase)
    return request


def test_the_number_says_for_when_it_is() -> None:
    filed = saved(NUMBER, booking()).filed
    assert (filed.booking_id, filed.booked_for) == ("b-1", "2026-11-23T09:35")


@pytest.mark.parametrize("held", [None, booking("social-card")])
def test_no_other_number_does(held: Booking | None) -> None:
    filed = saved(NUMBER, held).filed
    assert (filed.booking_id, filed.booked_for) == ("", "")
