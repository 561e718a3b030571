"""Screens of a hall for tests: made on the console's page, as staff do."""

import re

from tests.central.conftest import Running
from tests.central.queue.hall import HALL


def all_day(running: Running, **more: str) -> None:
    """The screens of the hall are open round the clock."""
    form = {"csrf": running.csrf(), "hall": HALL, "opens": "00:00", "closes": "24:00", "notice": "", **more}
    assert running.client.post("/screens/manners", data=form, follow_redirects=False).status_code == 303


def make(running: Running, kind: str = "calls", **more: str) -> str:
    """A new screen; the path of its page."""
    form = {"csrf": running.csrf(), "hall": HALL, "title": "大厅东屏", "kind": kind, "zone": "", "window": "", **more}
    page = running.client.post("/screens", data=form).text
    found = re.search(r'id="address">[^<]*(/screen/[^<]+)<', page)
    assert found, page
    return found[1]
