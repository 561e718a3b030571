"""Forms: whoever is given one hall changes that hall, whatever they send; what holds everywhere is the district's."""

import html
import os
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest

from central.database import METADATA
from central.people import store
from central.people.rights import Role
from central.queue.posts import Window
from central.queue.windows import store as windows
from tests.central.conftest import NAME, Running, password_hash
from tests.central.people.test_nobody_reads_what_is_of_another_hall import (
    OURS,
    THEIRS,
    enter,
    every_page,
    live,
)

long_form = pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1)")


def give(running: Running, halls: list[str], name: str = NAME) -> None:
    with running.centre.database.writing() as connection:
        store.grant(connection, name, roles=[Role.MANAGER], halls=halls)


def send(running: Running, path: str, **form: str) -> int:
    token = {"csrf": running.csrf()}
    return running.client.post(path, data=token | form, follow_redirects=False).status_code


def counted(running: Running, table: str, where: str = "1 = 1") -> object:
    return running.query(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]  # noqa: S608 - our own


WAITS = {"hall": THEIRS, "queue": "B", "minutes": "7", "windows": "2"}
NEW = {"terminal": "XB-11", "hall": THEIRS, "place": "一楼", "series": "", "district": "610116", "number": "0011"}
CARD = {"name": "other", "shown": "别人", "number": "7", "post": "x", "duty": "x", "promise": "x"}
CLOSED = {"line": "*", "day": "2027-01-04", "reason": "停办"}
SWITCH = {"item": "real-estate-transfer", "reason_zh": "停办", "sure": "yes"}


def test_a_form_reaches_no_hall_that_is_not_of_its_account(embedded: Running) -> None:
    running = embedded
    for name, hall in (("GL-01", OURS), ("XB-09", THEIRS)):
        terminal = enter(running, name, hall)
        running.send(terminal, terminal.heartbeat())
    with running.centre.database.writing() as connection:
        store.set_user(connection, "other", password_hash(), running.clock(), halls=[THEIRS])
    assert running.log_in() == 303
    order = {"what": "reboot", "text": "-0", "reason": "换驱动", "minutes": "60"}
    assert send(running, "/remote", **order) == 303
    (order_id,) = running.query("SELECT order_id FROM remote_orders")[0]
    # Two terminals, one of them elsewhere: a second person of one hall cannot agree for the other.
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE remote_orders SET given_at = NULL, asked_by = 'other'")

    give(running, [OURS])
    asked: tuple[tuple[str, dict[str, str], str, int], ...] = (
        ("/waits", WAITS, "queue_plans", 404),
        ("/terminals/new", NEW, "enrol_codes", 403),
        ("/terminals/new", NEW | {"hall": OURS, "terminal": "XB-09"}, "enrol_codes", 403),
        ("/staff-cards", CARD, "staff_cards", 404),
        ("/appointments/closures", CLOSED, "slot_closures", 403),
        ("/promises", {"default": "on", "side": "upper", "month_days": "30"}, "promise_policy", 403),
        ("/directions/switch", SWITCH, "feed", 403),
    )
    before = {table: counted(running, table) for _, __, table, ___ in asked}
    for path, form, table, status in asked:
        assert send(running, path, **form) == status, path
        assert counted(running, table) == before[table], path
    for agree in ("yes", "no"):
        assert send(running, f"/remote/{order_id}/agree", agree=agree) == 403
    assert counted(running, "remote_orders", "given_at IS NULL AND refused_by IS NULL") == 1
    assert running.client.get(f"/organisation/hall:{THEIRS}").status_code == 404
    assert running.client.get(f"/organisation/hall:{OURS}").status_code == 200
    assert send(running, "/waits", **(WAITS | {"hall": OURS})) == 303
    assert send(running, "/terminals/new", **(NEW | {"hall": OURS})) == 200

    give(running, [])
    for path, form, table, _ in asked[:5]:
        assert send(running, path, **(form | {"terminal": "XB-12"})) in {200, 201, 303}, path
        assert counted(running, table) != before[table], path
    assert send(running, f"/remote/{order_id}/agree", agree="yes") == 303
    assert running.client.get(f"/organisation/hall:{THEIRS}").status_code == 200


# --- every form of every page ----------


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what it sends when nobody types anything but what must be typed."""

    def __init__(self, page: str, marks: tuple[str, ...], today: str) -> None:
        super().__init__()
        self.page, self.marks = page, marks
        self.typed = {"date": today, "datetime-local": f"{today}T09:00", "time": "09:00", "number": "3"}
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inside, self.choosing = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("method", "get").lower() == "post"
            if self.inside:
                self.found.append((urljoin(self.page, told.get("action") or self.page), {}))
        elif self.inside and tag == "option":
            self._choose(told.get("value", ""))
        elif self.inside and told.get("name") and tag in {"input", "textarea", "select", "button"}:
            self._fill(tag, told)

    def _fill(self, tag: str, told: dict[str, str]) -> None:
        values, name, kind = self.found[-1][1], told["name"], told.get("type", tag)
        self.choosing = name if tag == "select" else ""
        if kind in {"checkbox", "radio", "button", "submit"}:
            values.setdefault(name, told.get("value") or "on")
        elif kind != "file":
            values[name] = told.get("value") or ("" if kind == "hidden" else self.typed.get(kind, "看一看"))
            values[name] = THEIRS if name == "hall" else values[name]

    def _choose(self, value: str) -> None:
        values = self.found[-1][1]
        ours = any(mark in value for mark in self.marks)
        if value and self.choosing and (ours or values.get(self.choosing) == "看一看"):
            values[self.choosing] = value

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def every_form(running: Running, names: dict[str, str], marks: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    """All that the pages of whoever sees every hall offer, with the other hall wherever there is a choice."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    pages = [f"{path}?hall={THEIRS}" for path in ("/windows", "/screens", "/queue")]
    todo, seen = [*every_page(running, names), *pages, f"/organisation/hall:{THEIRS}"], {"/live", "/logout"}
    while todo:
        path = todo.pop()
        if path in seen or path.startswith("/account"):
            continue
        seen.add(path)
        answer = running.client.get(path, follow_redirects=False)
        if answer.status_code != 200 or "html" not in answer.headers.get("content-type", ""):
            continue
        page = Forms(path, marks, running.centre.today().isoformat())
        page.feed(answer.text)
        found |= {repr(one): one for one in page.found if not one[0].startswith("/logout")}
        links = map(html.unescape, re.findall(r'href="(/[^"#]*)"', answer.text))
        todo += [link for link in links if any(mark in link for mark in marks)]
    return list(found.values())


def written(running: Running, who: str, marks: tuple[str, ...]) -> dict[str, list[Any]]:
    """Rows that name somebody beside something of the other hall, by table; the trail of what was tried aside."""
    found: dict[str, list[Any]] = {}
    for table in METADATA.tables.keys() - {"audit_log"}:
        rows = [row for row in running.query(f"SELECT * FROM {table}") if who in row]  # noqa: S608 - our own
        if told := [row for row in rows if any(mark in repr(row) for mark in marks)]:
            found[table] = told
    return found


@long_form
@pytest.mark.slow
def test_no_form_of_any_page_acts_on_another_hall(embedded: Running) -> None:
    running = embedded
    live(running, enter(running, "GL-01", OURS), "张*", "不动产转移登记")
    theirs = live(running, enter(running, "XB-09", THEIRS), "欧阳*", "秘密事项")
    with running.centre.database.writing() as connection:
        for hall, name in ((OURS, "wGL"), (THEIRS, "wXB")):
            assert windows.keep(connection, Window(window_id=name, hall=hall, code="1", name="综合", skills=("A",)))
        store.set_user(connection, "visitor", password_hash(), running.clock())
    assert running.log_in() == 303
    marks = (*set(theirs.values()), THEIRS, "wXB")
    forms = every_form(running, theirs, marks)
    assert len(forms) > 60
    give(running, [OURS], "visitor")
    assert running.log_in("visitor") == 303
    token = {"csrf": running.csrf()}
    for path, form in forms:
        answer = running.client.post(path, data=form | token, follow_redirects=False)
        assert answer.status_code < 500, path
    assert written(running, "visitor", marks) == {}
    # The same forms do act when they are sent by somebody of that hall.
    give(running, [THEIRS], "visitor")
    for path, form in forms:
        running.client.post(path, data=form | token, follow_redirects=False)
    assert len(written(running, "visitor", marks)) > 3
