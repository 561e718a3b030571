"""The rating of a number finished at a window: five levels of one size, none chosen, once, by its ticket's code."""

import re

from central.positions import store as positions
from central.queue.calling import store as calling
from tests.central.conftest import Running, token_of
from tests.central.queue.hall import act, call, open_window, take
from tests.central.terminal_double import TerminalDouble


def test_a_finished_number_is_rated_once_and_the_window_asks_without_suggesting(
    running: Running, terminal: TerminalDouble
) -> None:
    case = take(running, terminal)
    open_window(running, "3", who="boss")
    with running.centre.database.writing() as connection:
        positions.name_new(connection, running.centre.today())
    running.log_in()
    form = {"csrf": running.csrf(), "case_id": case.case_id}
    running.client.post("/window/act", data=form | {"do": "next"})
    assert 'id="rating"' not in running.client.get("/window").text, "nobody is asked before it is done"
    running.client.post("/window/act", data=form | {"do": "finish"})
    asked = re.search(r'href="(/rate/[^"]+)"', running.client.get("/window").text)
    assert asked
    page = running.client.get(asked[1]).text
    levels = re.findall(r'<button class="([^"]+)" type="submit" name="level" value="([^"]+)">', page)
    assert len(levels) == 5
    assert len({look for look, _ in levels}) == 1, "every level looks the same"
    assert "checked" not in page
    said = {"csrf": token_of(page), "level": "dissatisfied"}
    assert "谢谢" in running.client.post(asked[1], data=said).text
    running.client.post(asked[1], data=said | {"level": "very_satisfied"})
    assert running.query("SELECT satisfaction, case_id FROM ratings") == [("dissatisfied", case.case_id)]
    assert 'id="rating"' not in running.client.get("/window").text
    assert "不满意" in running.client.get("/ratings").text


def test_a_number_nobody_finished_cannot_be_rated(running: Running, terminal: TerminalDouble) -> None:
    case = take(running, terminal)
    window = open_window(running, "3")
    assert not isinstance(call(running, window), str)
    act(running, calling.pass_over, case.case_id, window)
    with running.centre.database.writing() as connection:
        positions.name_new(connection, running.centre.today())
    token = str(running.query("SELECT token FROM positions")[0][0])
    page = running.client.get(f"/rate/{token}").text
    assert "还没办完" in page
    assert 'name="level"' not in page
    assert running.client.get("/rate/nothing").status_code == 200
