"""The terminal's own items and the centre's connectors agree: what an item names is there, and ends in something."""

from collections.abc import Iterator

import pytest

from central.departments.every import CONNECTORS
from central.payments import store as orders
from central.payments.rules import Order, State
from contract.catalogue import FieldKind, Item
from contract.questions import (
    DepartmentActed,
    DepartmentAsked,
    DepartmentFound,
    DepartmentToldToAct,
    DocumentIssued,
    DocumentWanted,
    Person,
    Refused,
)
from kiosk import services
from tests.central.conftest import Running
from tests.central.departments_world import ask, centre_with, departments

ITEMS = {item.slug: item for item in services.load().items if item.query is not None}
PEOPLE = [Person("赵敏", f"6101171985{month:02}01{serial:03}8") for month in range(1, 7) for serial in range(4)]
"""Enough of them that some own a home, some do not, and some have a fine."""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with departments() as world, centre_with(tmp_path_factory.mktemp("centre"), world.url) as running:
        yield running


def test_there_are_at_least_twelve_and_eight_of_them_are_done_on_the_spot_or_on_paper() -> None:
    ends = [item for item in ITEMS.values() if item.query and (item.query.act or item.query.document)]
    assert len(ITEMS) >= 12
    assert len(ends) >= 8


TYPED = {
    FieldKind.TEXT: "高陵区人民医院",
    FieldKind.MONEY: "120000",
    FieldKind.CODE: "6222020200112233445",
    FieldKind.MOBILE: "13800138000",
}
"""What somebody types into a field that offers nothing to choose, as it is kept."""


@pytest.mark.parametrize("slug", ITEMS)
def test_it_names_what_there_is_and_somebody_gets_it_done(centre: Running, slug: str) -> None:
    item = ITEMS[slug]
    part = item.query
    assert part is not None
    connector = CONNECTORS[part.connector]
    assert part.query in {"", *(one.name for one in connector.queries)}
    assert part.document in {"", *(one.name for one in connector.documents)}
    act = next((one for one in connector.acts if one.name == part.act), None)
    assert (act is None) == (not part.act)
    assert part.pays == bool(act and act.pays)
    assert any(_finished(centre, item, person) for person in PEOPLE)


def _finished(centre: Running, item: Item, person: Person) -> bool:
    """Whether this person gets all there is: as a visit goes, with the first of the choices."""
    part = item.query
    assert part is not None
    told = {field.key: field.choices[0].value if field.choices else TYPED[field.kind] for field in item.form}
    said = {name: told if name in part.told else {} for name in ("query", "document", "act")}
    choice, amount = {}, 0
    if part.query:
        found = ask(centre, DepartmentAsked(item.slug, part.connector, part.query, person, said["query"]))
        if isinstance(found, Refused):
            return False
        assert isinstance(found, DepartmentFound), found
        choice = {"choice": found.choices[0][0]} if found.choices else {}
        amount = found.amounts.get(choice.get("choice", ""), found.amount_fen or 0)
        assert not part.pays or not choice or amount > 0
    ends = []
    if part.document:
        wanted = DocumentWanted(
            f"{item.slug}-{person.id_number}",
            *(item.slug, part.connector, part.document, person, choice | said["document"]),
        )
        ends.append(isinstance(ask(centre, wanted), DocumentIssued))
    if part.act:
        order = _paid(centre, item, choice, amount) if part.pays else ""
        act = DepartmentToldToAct(
            f"act-{order or item.slug}", item.slug, part.connector, part.act, person, choice | said["act"], order
        )
        ends.append(isinstance(ask(centre, act), DepartmentActed))
    return all(ends)


def _paid(centre: Running, item: Item, choice: dict[str, str], amount: int) -> str:
    now = centre.clock()
    order_id = f"order-{item.slug}-{now.timestamp()}"
    bill = choice.get("choice") or (item.query.act if item.query else "")
    order = Order(
        *(order_id, "GL-01", item.slug, "", "case", bill, "asked", "", amount, "[]", State.PAID, 0, ""),
        *(now, now, now, now, f"receipt-{order_id}"),
    )
    with centre.centre.database.writing() as connection:
        assert orders.add(connection, order, "gateway")
    return order_id
