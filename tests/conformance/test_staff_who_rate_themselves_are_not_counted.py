"""A rating by a member of staff about the own unit is found, shown to be checked, and counts in no ranking (HC-05)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.progress import index
from central.ratings.staff import store as identities
from contract.codes import Satisfaction
from contract.questions import Person
from tests.central.conftest import NAME
from tests.conformance.clerk import SHOP, Clerk, clerk
from tests.conformance.test_figures_lists_and_the_catalogue import rated

COLLEAGUE = Person("王五", "11010519491231002X")


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    for one in clerk(tmp_path, "\n[reports]\nleast_ratings = 5\n"):
        one.publish(SHOP)
        yield one


def test_what_staff_say_of_their_own_hall_is_shown_and_not_ranked(staff: Clerk) -> None:
    rated(staff, *[(Satisfaction.VERY_SATISFIED, "1")] * 5)
    rated(staff, *[(Satisfaction.DISSATISFIED, "1")] * 2, by=COLLEAGUE)
    centre = staff.running.centre
    index.catch_up(centre)
    before = staff.page("/ratings")
    assert "评价本单位" not in before
    assert "长安大厅 1 7 71.43" in before
    staff.running.client.get("/account")
    assert staff.sends("/account/identity", id_number=COLLEAGUE.id_number)[0] == 303
    shown = staff.page("/ratings")
    assert "长安大厅 1 工作人员评价本单位 2 次，不计入排名" in shown
    assert "长安大厅 1 5 100.00" in shown
    assert "工作人员评价本单位，不计入排名" in staff.page("/poor-ratings")
    with centre.database.writing() as connection:
        assert identities.forget(connection, NAME)
    assert staff.page("/ratings").count("长安大厅 1 7 71.43") == 1
