"""A declaration signed in a query reaches the department word for word, and stays sealed here as evidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.declarations import Declared
from contract.questions import DepartmentActed, DepartmentToldToAct
from tests.central.conftest import Running
from tests.central.departments_world import WHO, Departments, ask, centre_with, departments

WORDS = "本人申请材料真实，出境后遵守当地法律。"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 9"/></svg>'
SIGNED = Declared(WORDS, "zh-Hans", 2, "2026-11-22T14:05", SVG)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Running, Departments]]:
    with departments() as found, centre_with(tmp_path, found.url) as running:
        yield running, found


def told(act_id: str, declared: Declared | None = SIGNED) -> DepartmentToldToAct:
    where = {"reason": "living", "choice": "310000"}
    return DepartmentToldToAct(
        act_id, "medical-treatment-elsewhere", "medical_insurance", "remote_filing", WHO, where, "", declared
    )


def test_it_reaches_the_department_and_is_opened_here_only_with_a_reason(own: tuple[Running, Departments]) -> None:
    centre, world = own
    for _ in range(2):
        assert isinstance(ask(centre, told("act-1")), DepartmentActed)
    assert isinstance(ask(centre, told("act-2", None)), DepartmentActed)
    assert world.told()["signed"] == {
        "act-1": {"text": WORDS, "language": "zh-Hans", "item_version": 2, "at": "2026-11-22T14:05", "signature": SVG}
    }
    kept = centre.query("SELECT act_id, item_version FROM act_declarations")
    assert [tuple(row) for row in kept] == [("act-1", 2)]
    rows = str(centre.query("SELECT * FROM act_declarations"))
    assert WORDS not in rows
    assert "svg" not in rows
    centre.log_in()
    page = centre.client.get("/departments").text
    assert "办理前签署的声明" in page
    assert WORDS not in page
    look = "/departments/declarations/act-1"
    assert WORDS not in centre.client.post(look, data={"csrf": centre.csrf()}).text, "not without a reason"
    assert centre.query("SELECT kind FROM openings") == []
    opened = centre.client.post(look, data={"csrf": centre.csrf(), "reason": "核对申请"}).text
    assert WORDS in opened
    assert "data:image/svg+xml;base64," in opened
    assert [tuple(row) for row in centre.query("SELECT kind, of_id, reason FROM openings")] == [
        ("declaration", "act-1", "核对申请")
    ]
    assert (
        centre.client.post("/departments/declarations/none", data={"csrf": centre.csrf(), "reason": "x"}).status_code
        == 404
    )
