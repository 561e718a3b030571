"""取件 at the centre's page: doors that want the holder in person, and results printed at a terminal exactly once."""

import io
import re
import zipfile
from typing import Any

import pytest

from central.pickups import papers
from central.pickups.rules import Malformed
from contract.questions import DocumentIssued, DocumentWanted, Person, PickupMoved, PickupsAsked, PickupsFound, Refused
from tests.central.conftest import Running
from tests.central.services import LI, ZHANG, put

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def ofd(name: str = "OFD.xml") -> bytes:
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as made:
        made.writestr(name, "<OFD/>")
    return packed.getvalue()


def puts(running: Running, file: bytes = b"", **more: str) -> Any:  # noqa: ANN401 - the page
    """A member of staff puts something in; the page afterwards."""
    running.log_in()
    form = {
        "csrf": running.csrf(),
        "name": ZHANG.name,
        "id_number": ZHANG.id_number,
        "title": "居民身份证",
        "until": "2099-12-31",
        **more,
    }
    return running.client.post("/pickups", data=form, files={"file": ("x.pdf", file)} if file else None)


def code_of(page: Any) -> str:  # noqa: ANN401
    found = re.search(r'class="code">(\d{4}) (\d{4})<', page.text)
    assert found, page.text[:400]
    return found[1] + found[2]


def ready(running: Running, **by: Any) -> PickupsFound:  # noqa: ANN401
    found = put(running, PickupsAsked(**by))
    assert isinstance(found, PickupsFound)
    return found


def wants(running: Running, pickup: str, document_id: str, person: Person = ZHANG, code: str = "") -> Any:  # noqa: ANN401
    args = {"pickup": pickup, "code": code}
    return put(running, DocumentWanted(document_id, "", papers.CONNECTOR, pickup, person, args))


def test_a_code_has_digits_only_and_finds_the_thing(running: Running, terminal: Any) -> None:  # noqa: ANN401
    code = code_of(puts(running, terminal="GL-01", door="3"))
    (thing,) = ready(running, code=code).pickups
    assert (thing.door, thing.proof, thing.document) == (3, "", "")


def test_an_identity_card_waits_for_its_holder_in_person(running: Running, terminal: Any) -> None:  # noqa: ANN401
    page = puts(running, terminal="GL-01", door="6", proof="person")
    (thing,) = ready(running, person=ZHANG).pickups
    assert thing.proof == "person"
    assert put(running, PickupMoved(thing.pickup_id, "refused"))
    (again,) = ready(running, person=ZHANG).pickups
    assert again == thing, "it lies there as before"
    shown = running.client.get("/pickups").text
    assert "未核对成功" in shown
    assert "须核对本人" in page.text


def test_a_result_is_printed_with_a_serial_once_and_then_it_is_fetched(running: Running) -> None:
    page = puts(running, PDF, title="准予许可决定书")
    assert page.status_code == 200
    (thing,) = ready(running, person=ZHANG).pickups
    assert (thing.document, thing.door) == (thing.pickup_id, 0)
    first = wants(running, thing.pickup_id, "d-1")
    assert isinstance(first, DocumentIssued)
    assert (first.file, first.file_type, first.copies_left) == (PDF, "pdf", 0)
    assert first.serial.startswith("QJ")
    assert wants(running, thing.pickup_id, "d-1") == first, "asked again it is the same paper"
    assert put(running, PickupMoved(thing.pickup_id, "taken"))
    assert ready(running, person=ZHANG).pickups == ()
    refused = wants(running, thing.pickup_id, "d-2")
    assert isinstance(refused, Refused)
    assert refused.reason == "pickup_taken"
    assert "准予许可决定书" in running.client.get(f"/verify/{first.verification_code}").text


def test_a_paper_that_did_not_come_out_is_void_when_the_next_is_given(running: Running) -> None:
    puts(running, PDF, title="决定书")
    (thing,) = ready(running, person=ZHANG).pickups
    first, second = (wants(running, thing.pickup_id, name) for name in ("d-1", "d-2"))
    assert first.serial != second.serial
    rows = running.query("SELECT document_id, voided_by FROM documents_issued ORDER BY serial")
    assert [tuple(row) for row in rows] == [("d-1", "d-2"), ("d-2", "")]


def test_nobody_else_gets_it_and_it_lies_sealed(running: Running) -> None:
    code = code_of(puts(running, PDF, title="决定书"))
    (thing,) = ready(running, code=code).pickups
    for asked in (
        wants(running, thing.pickup_id, "d-1", LI),
        wants(running, thing.pickup_id, "d-2", Person("", ""), "00"),
    ):
        assert isinstance(asked, Refused)
    assert isinstance(wants(running, thing.pickup_id, "d-3", Person("", "", "code"), code), DocumentIssued)
    rows = str(running.query("SELECT sealed FROM pickups"))
    assert "%PDF" not in rows


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90\x00", "pickups.file_type"),
        (b"%PDF-1.4 cut off", "pickups.file_type"),
        (ofd("other.xml"), "pickups.file_type"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</JS(x)>>"), "pickups.file_active"),
        (b"%PDF-" + bytes(papers.MOST_BYTES), "pickups.file_large"),
    ],
)
def test_only_a_whole_plain_paper_is_taken(content: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        papers.file_type_of(content)


def test_what_is_no_paper_is_not_put_in(running: Running) -> None:
    page = puts(running, b"MZ")
    assert page.status_code == 422
    assert "只能上传完整的 PDF 或 OFD 文件" in page.text
    assert ready(running, person=ZHANG).pickups == ()


def test_an_ofd_is_known_by_what_is_in_it() -> None:
    assert (papers.file_type_of(ofd()), papers.file_type_of(PDF)) == ("ofd", "pdf")
