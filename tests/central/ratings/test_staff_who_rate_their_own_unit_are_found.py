"""Staff by keyed hash: entered once, never readable, and what they say of their own unit is told from praise."""

from datetime import UTC, datetime

import pytest

from central.people import store as people
from central.people.rights import Role
from central.poor_ratings import rules as poor
from central.ratings import gaming
from central.ratings.staff import store
from central.ratings.staff.rules import Rated, Rater, is_number, is_own
from central.reports import figures
from central.reports.facts import Rated as Counted
from tests.central.conftest import NAME, Running, password_hash

NUMBER = "11010519491231002X"
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rater", "own"),
    [
        (Rater("王", "住建局", ()), True),
        (Rater("李", "人社局", ()), False),
        (Rater("赵", "人社局", ("长安大厅",)), True),
        (Rater("赵", "", ("别的大厅",)), False),
        (Rater("刘", "", ()), True),
        (Rater("窗口员", "人社局", ("别的大厅",)), True),
    ],
)
def test_own_is_oneself_the_unit_the_hall_or_of_the_district_everything(rater: Rater, own: bool) -> None:
    assert is_own(rater, Rated("窗口员", "长安大厅", "住建局")) is own


def test_a_number_has_its_check_character() -> None:
    assert is_number(NUMBER)
    for wrong in ("", "110105194912310021", NUMBER[:-1], NUMBER.lower(), "11010519491231002٣", "X" * 18):
        assert not is_number(wrong), wrong


def test_one_is_enough_to_be_looked_into_and_none_counts_in_a_ranking() -> None:
    given = [gaming.Given("T1", "大厅 1", "王", "p", "very_satisfied", AT, own) for own in (True, False)]
    assert [(one.about, one.what, one.count) for one in gaming.suspicions(given)] == [
        ("大厅 1", "own", 1),
        ("王", "own", 1),
    ]
    assert gaming.suspicions(given[1:]) == []
    counted = [Counted("i", "h", "T1", "大厅 1", "王", "very_satisfied", 0, 3, own) for own in (True, False)]
    assert [one.n for one in figures.by(figures.fair(counted), {}, "window")] == [3]
    flags = poor.flags([poor.Given("i", "T1", "satisfied", AT, own=True), poor.Given("i", "T1", "satisfied", AT)])
    assert [(flag.what, flag.count, flag.of) for flag in flags] == [("own_staff", 1, 2)]


def test_it_is_entered_once_by_oneself_and_changed_by_the_administrator_alone(embedded: Running) -> None:
    embedded.log_in()

    def send(path: str, **form: str) -> str:
        csrf = embedded.client.get("/account").text.split('name="csrf" value="')[1].split('"')[0]
        answer = embedded.client.post(path, data={"csrf": csrf, **form}, follow_redirects=False)
        return f"{answer.status_code} {answer.headers.get('location', '')}"

    assert "尚未登记" in embedded.client.get("/account").text
    assert send("/account/identity", id_number="110105194912310021") == "303 /account?identity=wrong"
    assert embedded.query("SELECT * FROM staff_people") == []
    assert send("/account/identity", id_number="１１０１０５ 19491231 002x") == "303 /account?identity=kept"
    kept = embedded.query("SELECT name, person FROM staff_people")
    assert kept == [(NAME, embedded.centre.blind.person(NUMBER))]
    assert send("/account/identity", id_number="440524188001010014") == "303 /account?identity=entered"
    assert embedded.query("SELECT name, person FROM staff_people") == kept
    assert send(f"/accounts/{NAME}/identity", id_number=NUMBER).startswith("403")
    for table in ("SELECT * FROM staff_people", "SELECT * FROM audit_log"):
        assert NUMBER[:17] not in repr(embedded.query(table))

    with embedded.centre.database.writing() as connection:
        people.set_user(connection, "sys", password_hash(), embedded.clock(), roles=[Role.SYSTEM_ADMIN])
        connection.exec_driver_sql("UPDATE sessions SET name = 'sys'")
    shown = embedded.client.get(f"/accounts/{NAME}").text
    assert "登记。" in shown
    assert str(kept[0][1]) not in shown
    assert send("/accounts/nobody/identity", id_number=NUMBER).startswith("404")
    assert send(f"/accounts/{NAME}/identity", forget="1") == f"303 /accounts/{NAME}"
    with embedded.centre.database.reading() as connection:
        assert store.find(connection, NAME) is None
    acts = [row[0] for row in embedded.query("SELECT act FROM audit_log ORDER BY seq")]
    assert [act for act in acts if str(act).startswith("identity")] == ["identity_set", "identity_forgotten"]
