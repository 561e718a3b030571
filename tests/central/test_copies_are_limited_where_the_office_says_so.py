"""份数: where an office limits how many copies are valid at once, each says how many are left; the next is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.questions import DepartmentAsked, DepartmentFound, DocumentIssued, DocumentWanted, Refused
from tests.central.conftest import Running
from tests.central.departments_world import OLD, WHO, ask, centre_with, departments


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    with departments() as found, centre_with(tmp_path, found.url) as running:
        yield running


def contract_of(centre: Running) -> tuple[str, DocumentWanted]:
    """Somebody who has a contract, and how it is asked for."""
    for who in (WHO, OLD):
        found = ask(centre, DepartmentAsked("x", "real_estate", "contracts", who))
        if isinstance(found, DepartmentFound) and found.choices:
            args = {"choice": found.choices[0][0]}
            return found.choices[0][0], DocumentWanted("d-0", "x", "real_estate", "sale_contract", who, args)
    pytest.fail("nobody has a contract")


def wants(centre: Running, first: DocumentWanted, name: str, voids: str = "") -> DocumentIssued | Refused:
    asked = DocumentWanted(name, "x", first.connector, first.document, first.person, first.args, voids)
    answer = ask(centre, asked)
    assert isinstance(answer, DocumentIssued | Refused)
    return answer


def test_four_are_valid_at_once_and_a_reprint_is_none_more(centre: Running) -> None:
    _, first = contract_of(centre)
    given = [wants(centre, first, f"d-{number}") for number in range(4)]
    assert [one.copies_left for one in given if isinstance(one, DocumentIssued)] == [3, 2, 1, 0]
    assert wants(centre, first, "d-4") == Refused("copies_used")
    assert wants(centre, first, "d-3") == given[3], "asked again it is the same"
    again = wants(centre, first, "d-5", voids="d-3")
    assert isinstance(again, DocumentIssued)
    assert again.copies_left == 0
