"""收受分离: whatever the line does, the other office has a case once and whole; each of its news is one step."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from central.cities import sending, store
from central.cities.protocol import At, NameTransfer, News, Told
from central.cities.rules import Away, State, after, news
from central.cities.simulator.program import OfficeProgram, World
from central.clock import now
from central.signed_lines.protocol import is_signed, signature
from contract.envelope import Lane
from contract.questions import DocumentWanted, PickupsAsked
from tests.central.scan_sender import ScanSender, here, ref, sealed_scan
from tests.central.services import put
from tests.conformance.clerk import ZHANG, Clerk, clerk

KEY = b"a key two offices share"
CITY = "咸阳市"
HANDED_OVER = {"city": CITY, "result_by": "print", "verified": "yes"}
PICTURE = b"\x89PNG what somebody laid under the camera"


@pytest.fixture
def office() -> Iterator[OfficeProgram]:
    """Another city's office at the other end of a real line."""
    program = OfficeProgram(KEY, now)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def staff(tmp_path: Path, office: OfficeProgram) -> Iterator[Clerk]:
    """Somebody at the centre's pages; rounds are made by the tests alone."""
    for one in clerk(tmp_path, f'\n[cities.offices]\n"{CITY}" = "{office.url}"\n'):
        (tmp_path / "keys" / "cities.key").write_bytes(KEY)
        yield one


def rounds(staff: Clerk, count: int) -> None:
    for _ in range(count):
        sending.round_of(staff.running.centre)


def away(staff: Clerk, case_id: str) -> Away:
    with staff.running.centre.database.reading() as connection:
        found = store.find(connection, case_id)
    assert found is not None
    return found


def hand_over(staff: Clerk, office: OfficeProgram, case_id: str) -> None:
    """Asked for while nobody hears, so that the tests' own rounds send it."""
    office.world = World(deaf=100)
    assert staff.sends(f"/cases/{case_id}/away", **HANDED_OVER)[0] == 303
    rounds(staff, 1)
    assert away(staff, case_id).trouble == "cities.silent"
    assert "外地部门没有回应" in staff.page(f"/cases/{case_id}")
    office.world = World()


def test_all_its_papers_go_along_and_whoever_is_missing_one_waits(staff: Clerk, office: OfficeProgram) -> None:
    case_id = "case-with-a-scan"
    sealed = sealed_scan(staff.terminal.id, case_id, PICTURE, staff.running.sealing())
    staff.filed(case_id=case_id, scans=(ref(sealed, "photo"),))
    assert staff.sends(f"/cases/{case_id}/away", **HANDED_OVER)[0] == 303
    rounds(staff, 1)
    assert away(staff, case_id).trouble == "cities.scans_missing"
    assert not office.book.entries, "whole or not at all"
    ScanSender(staff.terminal, here(staff.running), sealed, case_id).whole()
    rounds(staff, 1)
    assert away(staff, case_id).state is State.SENT
    (entry,) = office.book.entries.values()
    (paper,) = entry.scans.values()
    assert (paper.what, paper.content) == ("photo", PICTURE)


@pytest.mark.parametrize("world", [World(deaf=1), World(mute=1), World(mute=2), World(mute=3)])
def test_answers_that_are_lost_make_no_second_transfer(staff: Clerk, office: OfficeProgram, world: World) -> None:
    case_id = staff.filed()
    hand_over(staff, office, case_id)
    office.world = world
    rounds(staff, 5)
    assert office.book.handed_over == 1
    assert away(staff, case_id).state is State.SENT
    office.book.work()
    office.world = World(mute=1)
    with ThreadPoolExecutor(3) as several:  # several processes of one centre
        list(several.map(lambda _: rounds(staff, 2), range(3)))
    rounds(staff, 1)
    notes = staff.running.query("SELECT note FROM case_steps WHERE step = 'away'")
    assert sorted(str(note) for (note,) in notes) == sorted(["材料核对无误，已受理", "审批中"])


def test_a_result_that_is_printed_here_is_said_so(staff: Clerk, office: OfficeProgram) -> None:
    case_id = staff.filed()
    staff.stands()  # whose it is, is known
    hand_over(staff, office, case_id)
    rounds(staff, 1)
    for _ in range(2):
        office.book.work()
    rounds(staff, 1)
    assert away(staff, case_id).state is State.RETURNED
    assert "可在收件地打印" in staff.page(f"/cases/{case_id}")
    office.book.work()
    rounds(staff, 2)
    staff.stands()
    (ready,) = put(staff.running, PickupsAsked(ZHANG)).pickups
    assert CITY in ready.title["zh-Hans"]
    wanted = DocumentWanted("d-1", "", "pickups", ready.document, ZHANG, {"pickup": ready.pickup_id})
    printed = put(staff.running, wanted)
    assert (printed.file_type, printed.file) == ("ofd", next(iter(office.book.entries.values())).told.result)
    assert len(staff.running.query("SELECT note FROM case_steps WHERE step = 'back_from_away'")) == 1


def test_whoever_does_not_have_the_key_is_not_believed(tmp_path: Path, staff: Clerk, office: OfficeProgram) -> None:
    case_id = staff.filed()
    hand_over(staff, office, case_id)
    (tmp_path / "keys" / "cities.key").write_bytes(b"another")
    rounds(staff, 1)
    assert away(staff, case_id).trouble == "cities.silent"
    assert not office.book.entries
    (tmp_path / "keys" / "cities.key").unlink()
    rounds(staff, 1)
    assert "缺少与外地共用的密钥" in staff.page("/cities")
    signed = signature(KEY, "/query", "n", b"{}")
    assert is_signed(KEY, "/query", "n", b"{}", signed)
    assert not is_signed(KEY, "/query", "n", b"{ }", signed)


def test_the_look_that_handing_over_is_stands_in_the_log(staff: Clerk, office: OfficeProgram) -> None:
    case_id = staff.filed()
    hand_over(staff, office, case_id)
    assert f"boss {now():%Y}" in staff.page(f"/cases/{case_id}").replace("strong", "")
    assert staff.running.query("SELECT who, reason FROM looks") == [("boss", f"转交{CITY}")]
    assert staff.sends("/cases/nothing/away", **HANDED_OVER)[0] == 404
    assert staff.sends(f"/cases/{case_id}/away", **{**HANDED_OVER, "city": "火星"})[0] == 422


def test_news_are_counted_and_back_is_for_good(staff: Clerk, office: OfficeProgram) -> None:
    case_id = staff.filed()
    hand_over(staff, office, case_id)
    here_now = away(staff, case_id)
    told = Told("t", At.DONE, news=(News("", "一"), News("", "二", done=True)))
    assert [one.text for one in news(here_now, told)] == ["一", "二"]
    assert after(here_now, told) is State.RETURNED
    staff.arrive(Lane.CASES)
    assert office.book.query(NameTransfer("nobody").transfer_id).at is At.UNKNOWN
