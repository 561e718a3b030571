"""What citizens come for, every part a real process: screen, devices on real ports, centre, departments, gateway."""

import os

import pytest

from kiosk.demo.desk import Desk
from kiosk.demo.errands import Errands
from kiosk.demo.stage import MANAGER, PASSWORD, Stage

pytestmark = pytest.mark.slow
LONG = pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): more visits")


def test_a_certificate_is_printed_with_a_serial_that_anybody_can_verify(hall: Stage, errands: Errands) -> None:
    address = errands.certificate()
    assert address.startswith("/verify/"), "the code on the screen leads to this centre"
    page = Desk(hall.url, MANAGER, PASSWORD).read(address)
    assert "有效：" in page
    assert "有效：" not in Desk(hall.url, MANAGER, PASSWORD).read(address[:-8] + "22222222"), "any code would do"


@LONG
def test_a_certificate_that_is_an_ofd_is_shown_and_printed(errands: Errands) -> None:
    assert errands.certificate("tax-certificate").startswith("/verify/")


def test_a_bill_is_paid_on_the_phone_and_done(errands: Errands) -> None:
    errands.fine()


@LONG
def test_what_is_booked_is_checked_in_on_the_same_day_and_leads_to_a_number(errands: Errands) -> None:
    assert errands.check_in()


@LONG
def test_an_appointment_is_booked_changed_and_cancelled(errands: Errands) -> None:
    errands.appointment()


@LONG
def test_a_thing_is_fetched_from_its_door(errands: Errands) -> None:
    errands.locker()


def test_a_complaint_made_offline_arrives_later(errands: Errands) -> None:
    errands.complaint()
    errands.complaint_arrives()


def test_help_is_rung_for_and_answered(errands: Errands) -> None:
    errands.helped()
