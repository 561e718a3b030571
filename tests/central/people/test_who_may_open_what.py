"""Roles and pages: every route is public by name or has a right, and nobody opens what is not theirs."""

import re
from collections.abc import Iterator

from litestar.routes import HTTPRoute

from central.app import pages_and_routes
from central.centre import Centre
from central.people import store
from central.people.paths import PAGES, is_public, may_open, needs_of
from central.people.rights import ADMINISTRATORS, RIGHTS, Right, Role, exclusion
from central.web.menu import MENU
from central.web.words import catalogue
from tests.central.conftest import NAME, Running


def routes(centre: Centre) -> Iterator[tuple[str, bool]]:
    """Path of everything the application answers, and whether a session is asked for."""
    for route in pages_and_routes(centre).routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.http_methods != {"OPTIONS"}:
                    yield route.path, "session" in handler.resolve_dependencies()
        else:
            yield route.path, False


def without_rule(found: list[tuple[str, bool]]) -> list[str]:
    """Routes that are neither public by name nor have a right, or that are both."""
    return sorted({path for path, signed in found if signed is is_public(path) or (signed and needs_of(path) is None)})


def test_every_route_is_public_by_name_or_has_a_right(embedded: Running) -> None:
    found = list(routes(embedded.centre))
    assert len(found) > 120
    assert without_rule(found) == []


def test_a_route_nobody_thought_of_is_noticed(embedded: Running) -> None:
    found = [*routes(embedded.centre), ("/secrets", True), ("/leak", False), ("/cases/{case_id:str}/open", False)]
    assert without_rule(found) == ["/cases/{case_id:str}/open", "/leak", "/secrets"]


def test_what_no_rule_names_is_nobodys() -> None:
    assert not any(may_open([role], "/nowhere", acts=acts) for role in Role for acts in (False, True))
    assert not may_open([], "/cases")


def test_the_longest_rule_decides() -> None:
    assert needs_of("/cases/1/look") == PAGES["/cases/*/look"]
    assert needs_of("/cases/1") == PAGES["/cases"]
    assert needs_of("/proofs.csv") == PAGES["/proofs"]


def test_every_right_is_somebodys_and_every_role_reaches_a_page() -> None:
    assert frozenset[Right]().union(*RIGHTS.values()) == set(Right)
    for role in Role:
        assert any(may_open([role], path) for path in PAGES), role


def test_every_role_has_words() -> None:
    for role in Role:
        assert {f"role.{role}", f"role_does.{role}"} <= set(catalogue())


def test_every_entry_of_the_menu_has_a_right() -> None:
    assert [entry.path for group in MENU for entry in group.entries if needs_of(entry.path) is None] == []


def test_administrators_exclude_one_another_and_all_business() -> None:
    for one in ADMINISTRATORS:
        assert exclusion([one]) is None
        for other in set(Role) - {one}:
            assert exclusion([one, other]) is not None
    assert exclusion([]) is not None
    assert exclusion([Role.WINDOW, Role.GUIDE]) is None
    business = frozenset[Right]().union(*(RIGHTS[role] for role in set(Role) - ADMINISTRATORS))
    for one in ADMINISTRATORS:
        assert RIGHTS[one] & business == {Right.OWN_ACCOUNT}


def test_a_role_opens_its_own_pages_and_no_others(embedded: Running) -> None:
    assert embedded.log_in() == 303
    for role in Role:
        with embedded.centre.database.writing() as connection:
            store.grant(connection, NAME, roles=[role], halls=[])
        for path in sorted({entry.path for group in MENU for entry in group.entries}):
            answer = embedded.client.get(path, follow_redirects=False)
            assert (answer.status_code == 403) is not may_open([role], path), (role, path)
            if answer.status_code == 200:
                shown = set(re.findall(r'<a href="([^"]+)"', answer.text.split("</nav>")[0]))
                assert {one for one in shown if needs_of(one) and not may_open([role], one)} == set()


def test_a_right_that_is_taken_away_is_gone_at_once(embedded: Running) -> None:
    assert embedded.log_in() == 303
    assert embedded.client.get("/payments").status_code == 200
    with embedded.centre.database.writing() as connection:
        store.grant(connection, NAME, roles=[Role.GUIDE], halls=[])
    assert embedded.client.get("/payments").status_code == 403
    assert embedded.client.get("/help").status_code == 200
