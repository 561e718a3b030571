import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from central.custody import store as custody
from central.departments import pages, store
from central.departments.every import CONNECTORS, OWN
from central.departments.store import CannotVoid, Issued
from central.identity.knocks import Knocks
from contract.questions import Answer, DocumentIssued, DocumentWanted, Person, Refused, Unavailable
from tests.central.conftest import Running
from tests.central.departments_world import WHO, Departments, ask, centre_with, departments


@pytest.fixture(scope="module")
def shared() -> Iterator[Departments]:
    with departments() as found:
        yield found


@pytest.fixture
def _nobody_knocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_knocks", Knocks(lambda: 0.0))


@pytest.fixture
def centre(shared: Departments, tmp_path: Path, _nobody_knocked: None) -> Iterator[Running]:
    with centre_with(tmp_path, shared.url) as running:
        yield running


@pytest.fixture
def on_each(shared: Departments, tmp_path: Path, database_url: str, _nobody_knocked: None) -> Iterator[Running]:
    """On each database."""
    with centre_with(tmp_path, shared.url, database_url) as running:
        yield running


def wanted(document_id: str, voids: str = "", person: Person = WHO) -> DocumentWanted:
    return DocumentWanted(
        document_id, "insurance", "social_security", "insured_certificate", person, {"use": "入学"}, voids
    )


def issued(answer: Answer) -> DocumentIssued:
    assert isinstance(answer, DocumentIssued), answer
    return answer


def test_one_id_is_one_document_and_a_reprint_voids_it(on_each: Running) -> None:
    first = issued(ask(on_each, wanted("d-1")))
    assert issued(ask(on_each, wanted("d-1"))) == first
    assert re.fullmatch(r"SB20\d{6}000001", first.serial)
    assert first.template == "insurance"
    assert first.data["name"] == WHO.name
    page = on_each.client.get(f"/verify/{first.verification_code}")
    assert page.status_code == 200
    assert "notice-good" in page.text
    assert first.serial in page.text
    assert "张*" in page.text
    assert WHO.name not in page.text
    assert WHO.id_number not in page.text
    assert "610117********1234" in page.text

    second = issued(ask(on_each, wanted("d-2", voids="d-1")))
    assert second.serial.endswith("000002")
    assert second.verification_code != first.verification_code
    assert "notice-act" in on_each.client.get(f"/verify/{first.verification_code}").text
    assert "notice-good" in on_each.client.get(f"/verify/{second.verification_code}").text
    assert issued(ask(on_each, wanted("d-2", voids="d-1"))) == second
    assert ask(on_each, wanted("d-3", voids="d-1")) == Refused("cannot_void", person=True)
    assert ask(on_each, wanted("d-4", voids="nobody")) == Refused("cannot_void", person=True)


def test_a_document_of_somebody_else_is_neither_voided_nor_shown(centre: Running) -> None:
    other = Person("李四", "610117197505051230")
    ask(centre, wanted("d-1"))
    assert ask(centre, wanted("d-2", voids="d-1", person=other)) == Refused("cannot_void", person=True)
    assert ask(centre, wanted("d-1", person=other)) == Refused("document_changed", person=True)


def test_what_changed_meanwhile_is_not_the_same_document(embedded: Running) -> None:
    now = embedded.clock()
    one = _issued("d-1", now)
    with embedded.centre.database.writing() as connection:
        assert store.issue(connection, one, "SB", "2027-01-04").serial == "SB20270104000001"
        again = store.issue(connection, msgspec.structs.replace(one, digest="other"), "SB", "2027-01-04")
    assert again.digest == one.digest


def test_many_at_once_have_serials_without_gap_or_double(on_each: Running) -> None:
    now = on_each.clock()

    def give(number: int) -> str:
        one = _issued(f"d-{number // 4}", now)
        with on_each.centre.database.writing() as connection:
            return store.issue(connection, one, "SB", "2027-01-04").serial

    with ThreadPoolExecutor(6) as pool:
        serials = list(pool.map(give, range(24)))
    assert sorted(set(serials)) == [f"SB20270104{number:06}" for number in range(1, 7)]


def test_a_centre_set_back_to_a_backup_repeats_no_serial(on_each: Running) -> None:
    today = on_each.centre.today()
    with on_each.centre.database.writing() as connection:
        store.issue(connection, _issued("d-1", on_each.clock()), "SB", today.isoformat())
        custody.after_restore(connection, today)
        next_one = store.issue(connection, _issued("d-2", on_each.clock()), "SB", today.isoformat())
        other = store.issue(connection, _issued("d-3", on_each.clock()), "GJ", today.isoformat())
    assert int(next_one.serial[-6:]) > store.SERIALS_SKIP
    assert int(other.serial[-6:]) > store.SERIALS_SKIP


def test_one_copy_is_voided_by_one_reprint_only(on_each: Running) -> None:
    now = on_each.clock()
    with on_each.centre.database.writing() as connection:
        store.issue(connection, _issued("d-1", now), "SB", "2027-01-04")

    def reprint(number: int) -> bool:
        one = msgspec.structs.replace(_issued(f"r-{number}", now), voids="d-1")
        try:
            with on_each.centre.database.writing() as connection:
                store.issue(connection, one, "SB", "2027-01-04")
        except CannotVoid:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(reprint, range(8))) == 1
    assert on_each.query("SELECT count(*) FROM documents_issued") == [(2,)]


def _issued(document_id: str, now: object) -> Issued:
    return Issued(
        *(document_id, "", f"lookup-{document_id}", "digest", "person", "张*", "GL-01", "insurance"),
        *("social_security", "insured_certificate", '{"zh-Hans":"参保证明"}', "[]", now),  # type: ignore[arg-type]
    )


def test_nothing_of_a_person_is_kept_in_the_clear(centre: Running) -> None:
    ask(centre, wanted("d-1"))
    rows = str(centre.query("SELECT * FROM documents_issued"))
    assert "张*" in rows
    assert WHO.name not in rows
    assert WHO.id_number not in rows


def test_a_code_is_typed_as_people_type_it_and_guessing_is_stopped(
    embedded: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_knocks", Knocks(lambda: 0.0))
    code = embedded.centre.blind.code("document", "d-1", 16)
    one = msgspec.structs.replace(
        _issued("d-1", embedded.clock()), lookup=embedded.centre.blind.lookup("document", code)
    )
    with embedded.centre.database.writing() as connection:
        store.issue(connection, one, "SB", "2027-01-04")
    typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()
    assert embedded.client.get("/verify", params={"code": typed}).status_code == 200
    assert embedded.client.get("/verify").status_code == 200
    assert embedded.client.get("/verify", params={"code": "x" * 500}).status_code == 404
    seen = {embedded.client.get(f"/verify/AAAABBBBCCCC{number:04}").status_code for number in range(40)}
    assert seen == {404, 429}


def test_a_department_that_is_away_issues_nothing_and_says_so(centre: Running, shared: Departments) -> None:
    shared.be("down", "social_security")
    try:
        answer = ask(centre, wanted("d-9"))
        assert isinstance(answer, Unavailable)
        assert not centre.query("SELECT * FROM documents_issued")
    finally:
        shared.be("up")


def test_managers_see_how_departments_stand_and_what_was_shared(centre: Running, shared: Departments) -> None:
    ask(centre, wanted("d-1"))
    assert centre.client.get("/departments", follow_redirects=False).status_code == 303
    assert centre.log_in() == 303
    chinese, english = (centre.client.get("/departments", params={"lang": one}).text for one in ("zh", "en"))
    assert chinese.count("chip-good") == english.count("chip-good") == len(CONNECTORS) + len(OWN)
    assert "本人现场同意" in chinese
    assert "Social insurance certificate" in english
