"""Records of credit: an authority's list, one by one, taken back; nobody is named in the tables."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from central.credit import rules
from central.credit.rules import Malformed
from contract.handling import ToleranceAsked
from tests.central.services import put
from tests.conformance.clerk import SHOP, ZHANG, Clerk, clerk

TODAY = date(2026, 11, 23)
GOOD = f"{ZHANG.id_number},某某法院,2026-01-05,未履行\n\n91610117MA6TX00X0X,某某局,2025-07-01,\n"


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """Somebody at the centre's pages."""
    yield from clerk(tmp_path)


def test_every_line_of_a_list_is_read(staff: Clerk) -> None:
    assert [(one.source, one.flagged_on) for one in rules.read_list(GOOD, TODAY)] == [
        ("某某法院", "2026-01-05"),
        ("某某局", "2025-07-01"),
    ]
    assert "新登记 2 条" in staff.sends("/credit", list=GOOD)[1]
    kept = str(staff.running.query("SELECT * FROM credit_flags"))
    assert ZHANG.id_number not in kept


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("", "credit.list_length"),
        ("610117199001011234,某某法院,2026-01-05", "credit.columns"),
        ("6101,某某法院,2026-01-05,", "credit.number_wrong"),
        ("610117199001011234,,2026-01-05,", "credit.source_missing"),
        ("610117199001011234,某某法院,2026-13-05,", "credit.day_wrong"),
        ("610117199001011234,某某法院,2026-11-24,", "credit.day_wrong"),
    ],
)
def test_a_line_that_makes_no_sense_stops_the_whole_list(line: str, key: str) -> None:
    with pytest.raises(Malformed) as found:
        rules.read_list(f"{GOOD.splitlines()[0]}\n{line}" if line else "", TODAY)
    assert str(found.value) == key
    assert found.value.line == (2 if line else 0)


def test_nothing_of_a_bad_list_is_kept_and_the_line_is_named(staff: Clerk) -> None:
    status, page = staff.sends("/credit", list=f"{GOOD}6101,某某法院,2026-01-05,")
    assert (status, "第 4 行" in page) == (422, True)
    assert staff.running.query("SELECT count(*) FROM credit_flags") == [(0,)]


def test_what_an_authority_takes_back_holds_no_longer(staff: Clerk) -> None:
    staff.sends("/credit", list=GOOD)
    assert not put(staff.running, ToleranceAsked(SHOP, f" {ZHANG.id_number} ")).allowed
    (flag,) = staff.running.query("SELECT flag_id FROM credit_flags WHERE source = '某某法院'")
    assert staff.sends(f"/credit/{flag[0]}/lift")[0] == 303
    assert put(staff.running, ToleranceAsked(SHOP, ZHANG.id_number)).allowed
    assert staff.sends(f"/credit/{flag[0]}/lift")[0] == 404
    assert "新登记 0 条" in staff.sends("/credit", list=GOOD)[1], "what was taken back does not come again by itself"


def test_an_answer_never_says_why(staff: Clerk) -> None:
    staff.sends("/credit", list=GOOD)
    said = str(put(staff.running, ToleranceAsked("nothing", ZHANG.id_number)))
    assert "窗口" in said
    assert "法院" not in said
    assert "信用" not in said
