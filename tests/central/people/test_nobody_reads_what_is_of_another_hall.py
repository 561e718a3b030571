"""Halls: whoever is given one sees that one, in every list and by every id; what is of another is not there."""

import re
from collections.abc import Iterator
from itertools import product

import msgspec
import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import false, select, text

from central import enrolment, scoping
from central.app import pages_and_routes
from central.database import METADATA
from central.people import store
from central.people.paths import is_public
from central.people.rights import Role
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import ComplaintContent, ComplaintFiled, DifficultyReported, Matter, RatingGiven
from contract.orders import OrderContent, OrderPlaced, Wish
from contract.questions import HelpAsked
from tests.central.conftest import NAME, Running
from tests.central.services import put
from tests.central.terminal_double import TerminalDouble, local_now, seal

OURS, THEIRS = "长安大厅", "鄠邑大厅"
MARKS = ("XB-09", "欧阳*", "秘密事项", THEIRS)
"""What only stands where something of the other hall is shown."""


def enter(running: Running, name: str, hall: str) -> TerminalDouble:
    terminal = TerminalDouble(id=name)
    wanted = enrolment.Wanted(name, terminal.public_key, None, hall, "一楼", "")
    terminal.epoch = enrolment.add_terminal(running.centre.settings, wanted, replace=False)["epoch"]
    return terminal


def send(running: Running, terminal: TerminalDouble, lane: Lane) -> None:
    for first in range(1, len(terminal.lanes[lane]) + 1):
        running.push(terminal, lane, first, 1)
    running.judged()


def live(running: Running, terminal: TerminalDouble, masked: str, title: str) -> dict[str, str]:
    """One of everything a terminal sends; what each is called."""
    case = terminal.file_case(masked_name=masked, item_title=title)
    terminal.file_ticket(case, "uncertain", "reset_while_printing")
    send(running, terminal, Lane.NUMBERS)
    of = terminal.id
    complaint = ComplaintFiled(
        f"c-{of}", f"TS-{of}", "H7K2QX", Matter.COMPLAINT, local_now(), "zh-Hans", named=True, masked_contact=masked
    )
    order = OrderPlaced(
        order_id=f"o-{of}",
        number=f"FW-{of}",
        code="H7K2QX",
        wish=Wish.HOME,
        at=local_now(),
        language="zh-Hans",
        item="residence-permit",
        item_title=title,
        reason="elder",
        day=running.centre.today().isoformat(),
        slot="09:00–11:30",
        area="610116001",
        area_name="长安区韦曲街道",
        bring=("居民身份证",),
        named=True,
        masked_contact=masked,
    )
    said = [
        (complaint, complaint.complaint_id, ComplaintContent("等了两个小时", "某人", "13812345678")),
        (
            order,
            order.order_id,
            OrderContent(name="某人", mobile="13812345678", address="某地", id_number="610117199001011234"),
        ),
    ]
    for body, record_id, content in said:
        sealed = seal(of, record_id, content, running.sealing())  # type: ignore[arg-type]
        kind = str(body.__struct_config__.tag)
        terminal.file_raw(Lane.RATINGS, kind, msgspec.json.encode(body), sealed, record_id)
    terminal.file(RatingGiven(case.case_id, Satisfaction.VERY_DISSATISFIED, local_now()), Lane.RATINGS)
    terminal.file(DifficultyReported("form", title, None, "no_material", local_now()), Lane.RATINGS)
    send(running, terminal, Lane.RATINGS)
    put(running, HelpAsked(help_id=f"h-{of}", item=title, page="form", shown=(masked,)), of)
    running.send(terminal, terminal.heartbeat())
    return {
        "case_id": case.case_id,
        "terminal": of,
        "complaint_id": complaint.complaint_id,
        "order_id": order.order_id,
        "help_id": f"h-{of}",
    }


@pytest.fixture
def two_halls(embedded: Running) -> tuple[Running, dict[str, str]]:
    live(embedded, enter(embedded, "GL-01", OURS), "张*", "不动产转移登记")
    theirs = live(embedded, enter(embedded, "XB-09", THEIRS), "欧阳*", "秘密事项")
    assert embedded.log_in() == 303
    return embedded, theirs


def every_page(running: Running, names: dict[str, str]) -> Iterator[str]:
    """Every GET page that asks for a session, with every id of the other hall in its place."""
    for route in pages_and_routes(running.centre).routes:
        if not isinstance(route, HTTPRoute) or is_public(route.path) or "GET" not in route.methods:
            continue
        asked = re.findall(r"\{(\w+):\w+\}", route.path)
        for values in product(*(({names[name]} if name in names else set(names.values())) for name in asked)):
            filled = route.path
            for value in values:
                filled = re.sub(r"\{[^}]+\}", value, filled, count=1)
            yield filled


def leaks(running: Running, names: dict[str, str], roles: list[Role], halls: list[str]) -> dict[str, list[str]]:
    """Pages that show something of the other hall to whoever has these roles and halls."""
    with running.centre.database.writing() as connection:
        store.grant(connection, NAME, roles=roles, halls=halls)
    found: dict[str, list[str]] = {}
    for path in every_page(running, names):
        if path == "/live":
            continue
        answer = running.client.get(path, follow_redirects=False)
        assert answer.status_code < 500, path
        shown = [mark for mark in MARKS if mark in answer.text.replace(path, "")]
        if answer.status_code == 200 and shown:
            found[path] = shown
    return found


def test_whoever_has_every_hall_sees_the_other_one(two_halls: tuple[Running, dict[str, str]]) -> None:
    running, theirs = two_halls
    found = leaks(running, theirs, [Role.MANAGER], [])
    for path in ("/", "/cases", "/prints", "/complaints", "/difficulties", "/orders", f"/cases/{theirs['case_id']}"):
        assert path in found, path
    assert len(found) > 10


@pytest.mark.slow
def test_no_page_shows_another_hall_to_whoever_has_one(two_halls: tuple[Running, dict[str, str]]) -> None:
    running, theirs = two_halls
    assert leaks(running, theirs, [Role.MANAGER], [OURS]) == {}
    assert "张*" in running.client.get("/cases").text
    assert leaks(running, theirs, [Role.WINDOW, Role.LEADER, Role.SUPERVISOR, Role.COORDINATOR], [OURS]) == {}


def test_what_is_of_another_hall_cannot_be_acted_on(two_halls: tuple[Running, dict[str, str]]) -> None:
    running, theirs = two_halls
    with running.centre.database.writing() as connection:
        store.grant(connection, NAME, roles=[Role.MANAGER], halls=[OURS])
    form = {"csrf": running.csrf(), "reason": "看一看", "note": "x", "text": "x", "step": "accepted"}
    for path in (
        f"/cases/{theirs['case_id']}/look",
        f"/cases/{theirs['case_id']}/step",
        f"/orders/{theirs['order_id']}/look",
        f"/complaints/{theirs['complaint_id']}/look",
        f"/help/calls/{theirs['help_id']}/answer",
        f"/terminals/{theirs['terminal']}/command",
    ):
        answer = running.client.post(path, data=form, follow_redirects=False)
        assert answer.status_code in {400, 403, 404, 409, 422} or "欧阳" not in answer.text, path
    assert running.query("SELECT count(*) FROM looks") == [(0,)]
    assert running.query("SELECT count(*) FROM openings") == [(0,)]
    assert running.query("SELECT count(*) FROM case_steps") == [(0,)]


def test_every_table_is_of_a_hall_or_of_the_district_by_name() -> None:
    for name, table in METADATA.tables.items():
        condition = scoping.within(table, (OURS,))
        assert (condition is None) is (name in scoping.DISTRICT), name
        shut = condition is not None and condition.compare(false())
        assert shut is (name in scoping.SHUT), f"{name}: say in central/scoping.py whose its rows are"


def test_a_query_in_plain_text_is_narrowed_too(running: Running) -> None:
    ours, theirs = enter(running, "GL-01", OURS), enter(running, "XB-09", THEIRS)
    for terminal in (ours, theirs):
        terminal.file_case()
        send(running, terminal, Lane.NUMBERS)
    asked = (
        "SELECT terminal FROM cases WHERE terminal <> :none",
        "WITH found AS (SELECT * FROM cases) SELECT f.terminal FROM found f JOIN terminals t ON t.id = f.terminal",
        "SELECT c.terminal FROM terminals t LEFT JOIN cases c ON c.terminal = t.id WHERE :none <> ''",
    )
    for statement in asked:
        with running.centre.database.reading() as connection:
            every = {row[0] for row in connection.execute(text(statement), {"none": "-"})}
            with scoping.asking():
                scoping.limit((OURS,))
                narrowed = {row[0] for row in connection.execute(text(statement), {"none": "-"})}
        assert (every, narrowed) == ({"GL-01", "XB-09"}, {"GL-01"}), statement


def test_nothing_is_hidden_from_who_has_no_limit_and_a_join_keeps_what_it_left_open() -> None:
    cases, tickets = METADATA.tables["cases"], METADATA.tables["tickets"]
    joined = select(cases.c.case_id).outerjoin(tickets, tickets.c.case_id == cases.c.case_id)
    shown = str(scoping.narrowed(joined, (OURS,)))
    assert "cases.hall IN" in shown
    assert "tickets.terminal IN" not in shown
    with pytest.raises(LookupError):
        scoping.limit((OURS,))
