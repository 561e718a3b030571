import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from central.departments import rules, store
from central.departments.asking import CONSENT
from central.departments.connector import Act, Document, Query
from central.departments.every import CONNECTORS
from central.departments.simulator.world import NONSENSE
from contract.papers import paper_of
from contract.questions import (
    DepartmentActed,
    DepartmentAsked,
    DepartmentFound,
    DepartmentToldToAct,
    DocumentIssued,
    DocumentWanted,
    Person,
    Refused,
    Unavailable,
)
from tests.central.conftest import AUTHORITY, Running
from tests.central.departments_world import OLD, WHO, Departments, ask, centre_with, departments
from tests.central.terminal_double import TerminalDouble
from tests.waiting import until


@pytest.fixture(scope="module")
def shared() -> Iterator[Departments]:
    with departments() as found:
        yield found


@pytest.fixture(scope="module")
def centre(shared: Departments, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Nothing here depends on what another test has left: ids differ, and every department ends up well."""
    with centre_with(tmp_path_factory.mktemp("centre"), shared.url) as running:
        yield running


@pytest.fixture
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A department that failed rests for a moment only."""
    monkeypatch.setattr(rules, "REST_SECONDS", 0.3)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Running, Departments]]:
    """Departments that can be told to be otherwise, and a centre that soon notices."""
    with departments() as found, centre_with(tmp_path, found.url) as running:
        yield running, found


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[tuple[Running, Departments]]:
    """A centre that does not wait long."""
    with departments() as found, centre_with(tmp_path, found.url, seconds=1.5) as running:
        yield running, found


def insured(person: Person = WHO) -> DepartmentAsked:
    return DepartmentAsked("insurance-query", "social_security", "insured", person)


QUERIES = [(name, query) for name, one in CONNECTORS.items() for query in one.queries]
DOCUMENTS = [(name, document) for name, one in CONNECTORS.items() for document in one.documents]


def test_there_are_enough_of_them_at_depths_that_finish_something() -> None:
    calls = [call for one in CONNECTORS.values() for call in one.calls]
    assert len(calls) >= 14
    assert all(3 <= call.depth <= 6 for call in calls)
    assert {call.depth for call in calls if isinstance(call, Act)} == {6}


@pytest.mark.parametrize(("connector", "query"), QUERIES, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("person", [WHO, OLD], ids=["grown", "old"])
def test_every_query_is_answered_in_both_languages(
    centre: Running, connector: str, query: Query, person: Person
) -> None:
    found = ask(centre, DepartmentAsked("x", connector, query.name, person))
    assert isinstance(found, DepartmentFound), found
    assert found.sections
    assert all(
        text.get("zh-Hans") and text.get("en") for text in (found.source, *(one.title for one in found.sections))
    )
    assert found.as_of.endswith("+08:00")
    assert all(value in found.amounts for value, _ in found.choices) or not found.amounts


@pytest.mark.parametrize(("connector", "document"), DOCUMENTS, ids=lambda value: getattr(value, "name", value))
def test_every_document_fits_the_papers_of_the_terminal(centre: Running, connector: str, document: Document) -> None:
    name = document.name
    people = (Person("赵敏", f"61011719850101{number:03}8") for number in range(12))  # some own a home, some do not
    answers = (ask(centre, _wanted(centre, connector, name, person)) for person in people)
    issued = next(answer for answer in answers if isinstance(answer, DocumentIssued))
    assert issued.serial
    assert issued.verify_url == f"http://{AUTHORITY}/verify/{issued.verification_code}"
    if issued.file:
        assert issued.file_type == "ofd"
    else:
        paper_of(issued.template, issued.data)


def _wanted(centre: Running, connector: str, name: str, person: Person) -> DocumentWanted:
    document_id = f"{connector}-{name}-{person.id_number}"
    return DocumentWanted(document_id, "x", connector, name, person, _choice(centre, name, person))


def _choice(centre: Running, document: str, person: Person) -> dict[str, str]:
    asked = {"tax_certificate": ("tax", "paid"), "social_payments": ("tax", "paid")}
    asked |= {"sale_contract": ("real_estate", "contracts")}
    if document not in asked:
        return {}
    found = ask(centre, DepartmentAsked("x", *asked[document], person))
    assert isinstance(found, DepartmentFound)
    return {"choice": found.choices[0][0]} if found.choices else {"choice": "CL2026-000000000"}


def test_the_ofd_file_is_a_package_of_well_formed_parts(centre: Running) -> None:
    issued = ask(centre, DocumentWanted("ofd-1", "x", "tax", "tax_certificate", WHO, {"choice": "2025"}))
    assert isinstance(issued, DocumentIssued)
    package = zipfile.ZipFile(io.BytesIO(issued.file))
    assert {"OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"} <= set(package.namelist())
    roots = {ET.fromstring(package.read(name)).tag for name in package.namelist()}  # noqa: S314 - made here
    assert roots == {f"{{http://www.ofdspec.org/2016}}{one}" for one in ("OFD", "Document", "Res", "Page")}
    assert WHO.name.encode() in package.read("Doc_0/Pages/Page_0/Content.xml")
    again = ask(centre, DocumentWanted("ofd-1", "x", "tax", "tax_certificate", WHO, {"choice": "2025"}))
    assert again == issued


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "王䶮", "張三"])
def test_a_name_written_otherwise_in_the_register_is_the_same_name(centre: Running, name: str) -> None:
    assert isinstance(ask(centre, insured(Person(name, "610117199001010011"))), DepartmentFound)


def test_another_name_goes_to_a_person_and_is_no_last_word(own: tuple[Running, Departments]) -> None:
    centre, world = own
    world.change({"names": {WHO.id_number: "张珊"}})
    assert ask(centre, insured()) == Refused("name_differs", person=True)
    world.change({"names": {WHO.id_number: "张□"}})
    assert ask(centre, insured()) == Refused("name_differs", person=True)
    world.change({"names": {WHO.id_number: "张三"}})
    assert isinstance(ask(centre, insured()), DepartmentFound)


@pytest.mark.usefixtures("_soon_again")
@pytest.mark.parametrize("how", NONSENSE)
def test_nonsense_is_not_shown_and_said_to_be_that(own: tuple[Running, Departments], how: str) -> None:
    centre, world = own
    world.be("wrong", "social_security", how=how)
    for answer in [ask(centre, insured()) for _ in range(rules.FAILURES)]:
        assert isinstance(answer, Unavailable), answer
        assert answer.why == "wrong"
    assert centre.centre.departments.standing["social_security"].state == "wrong"
    assert isinstance(ask(centre, DepartmentAsked("x", "id_card", "ready", WHO)), DepartmentFound)
    world.be("up")
    # The lines look again by themselves; nobody has to be turned away first.
    until(lambda: centre.centre.departments.standing["social_security"].state == "up", "it is well again", 20)
    assert isinstance(ask(centre, insured()), DepartmentFound)


@pytest.mark.parametrize(
    ("mode", "why"), [("down", "down"), ("gone", "down"), pytest.param("slow", "slow", marks=pytest.mark.slow)]
)
def test_a_department_that_does_not_answer_is_waited_for_twice_at_most(
    hasty: tuple[Running, Departments], mode: str, why: str
) -> None:
    centre, world = hasty
    world.be(mode, "social_security", seconds=4.0)
    before = [ask(centre, insured()) for _ in range(2)]
    assert [answer.why for answer in before if isinstance(answer, Unavailable)] == [why, why]
    heard = world.told()["arrived"]
    third = ask(centre, insured())
    assert isinstance(third, Unavailable)
    assert third.since
    assert world.told()["arrived"] == heard
    assert centre.centre.departments.standing["social_security"].state == why


def test_terminals_hear_with_a_heartbeat_which_departments_are_away(own: tuple[Running, Departments]) -> None:
    centre, world = own
    terminal = centre.enter(TerminalDouble())
    assert centre.send(terminal, terminal.heartbeat()).json()["away"] == []
    world.be("gone", "tax")
    for _ in range(rules.FAILURES):
        ask(centre, DepartmentAsked("x", "tax", "paid", WHO))
    assert centre.send(terminal, terminal.heartbeat()).json()["away"] == ["tax"]


def test_a_department_nobody_connected_is_out_of_reach(tmp_path: Path) -> None:
    with centre_with(tmp_path, "") as running:
        answer = ask(running, insured())
        assert isinstance(answer, Unavailable)
        assert answer.why == "down"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (DepartmentAsked("x", "astrology", "insured", WHO), "unknown"),
        (DepartmentAsked("x", "tax", "settle", WHO), "unknown"),
        (DepartmentAsked("x", "tax", "paid", WHO, {"choice": "1 OR 1=1"}), "wrong_detail"),
        (DepartmentAsked("x", "tax", "paid", WHO, {"other": "1"}), "wrong_detail"),
        (DepartmentAsked("x", "tax", "paid", Person("", "", "none")), "card_needed"),
        (DocumentWanted("d", "x", "tax", "tax_certificate", WHO), "wrong_detail"),
    ],
)
def test_what_cannot_be_asked_reaches_no_department(
    centre: Running, shared: Departments, question: DepartmentAsked, reason: str
) -> None:
    heard = len(shared.told()["asked"])
    assert ask(centre, question) == Refused(reason)
    assert len(shared.told()["asked"]) == heard


def test_every_share_of_data_says_item_purpose_and_consent_and_is_counted(own: tuple[Running, Departments]) -> None:
    centre, world = own
    ask(centre, insured())
    ask(centre, insured())
    world.change({"names": {WHO.id_number: "张珊"}})
    ask(centre, insured())
    said = world.told()["asked"]
    assert [(one["item"], one["purpose"], one["consent"]) for one in said] == [
        ("insurance-query", "本人查询", CONSENT)
    ] * 3
    with centre.centre.database.reading() as connection:
        found = store.counts(connection, centre.clock() - timedelta(days=1))
        counted = {(row["connector"], row["outcome"]): row["count"] for row in found}
        mine = store.calls_of(connection, centre.centre.blind.person(WHO.id_number))
    assert counted == {("social_security", "ok"): 2, ("social_security", "name_differs"): 1}
    assert len(mine) == 3
    rows = str(centre.query("SELECT * FROM department_calls"))
    assert WHO.name not in rows
    assert WHO.id_number not in rows


@pytest.mark.usefixtures("_soon_again")
def test_an_act_is_done_once_however_often_it_is_asked_for(own: tuple[Running, Departments]) -> None:
    centre, world = own
    where = {"reason": "living", "choice": "310000"}
    told = DepartmentToldToAct("act-1", "x", "medical_insurance", "remote_filing", WHO, where)
    world.be("lost", "medical_insurance")
    lost = ask(centre, told)
    assert isinstance(lost, Unavailable)
    world.be("up")
    until(lambda: centre.centre.departments.standing["medical_insurance"].state == "up", "it is well again", 20)
    first, second = ask(centre, told), ask(centre, told)
    assert isinstance(first, DepartmentActed)
    assert first == second
    assert world.told()["done"] == {"act-1": 1}
    elsewhere = where | {"choice": "110000"}
    other = DepartmentToldToAct("act-1", "x", "medical_insurance", "remote_filing", WHO, elsewhere)
    assert ask(centre, other) == Refused("not_allowed")
    (sealed,) = centre.query("SELECT sealed FROM department_acts")
    assert sealed == (None,)


def test_a_paid_act_without_an_order_is_not_done(centre: Running, shared: Departments) -> None:
    told = DepartmentToldToAct("act-9", "x", "exit_entry", "endorse", WHO, {"choice": "hk-1"})
    assert ask(centre, told) == Refused("not_paid")
    assert "act-9" not in shared.told()["done"]
