"""A rating at the window's tablet or by its code: its reasons and channel are kept, and a poor one waits at the page of
the window and in its unit until somebody has taken note (HC-01, HC-02, HC-03).
"""

import json
import re

from central.feed import store as feed
from central.feed.rules import EVERYBODY, Draft
from central.poor_ratings import upkeep as poor_ratings
from central.positions import store as positions
from central.queue.rating import store as ratings
from central.units import store as units
from central.units.rules import Unit
from contract.codes import Satisfaction
from contract.feed import FeedKind, RatingTag, RatingTags
from tests.central.conftest import NAME, Running, token_of
from tests.central.queue.hall import open_window, take
from tests.central.terminal_double import TerminalDouble

LISTED = RatingTags(
    7,
    {
        Satisfaction.DISSATISFIED.value: tuple(
            RatingTag(key, {"zh-Hans": words})
            for key, words in (("slow", "效率低"), ("rude", "态度差"), ("unclear", "解释不清"), ("far", "不便捷"))
        )
    },
)


def served(running: Running, terminal: TerminalDouble) -> str:
    """A number finished at window 3; the path the window's tablet opens."""
    case = take(running, terminal)
    with running.centre.database.writing() as connection:
        positions.name_new(connection, running.centre.today())
    form = {"csrf": running.csrf(), "case_id": case.case_id}
    for do in ("next", "finish"):
        running.client.post("/window/act", data=form | {"do": do})
    found = re.search(r'href="(/rate/[^"]+)"', running.client.get("/window").text)
    assert found
    return found[1]


def publish(running: Running) -> None:
    """The platform's list is in force."""
    draft = Draft(EVERYBODY, FeedKind.TAGS, "tags", LISTED, NAME)
    with running.centre.database.writing() as connection:
        feed.publish_all(connection, running.centre.keys, [draft], running.clock())


def test_a_poor_rating_waits_at_the_window_and_in_its_unit(embedded: Running) -> None:
    running = embedded
    terminal = running.enter(TerminalDouble())
    open_window(running, "3", who=NAME)
    running.log_in()
    publish(running)
    tablet = served(running, terminal)
    page = running.client.get(tablet).text
    assert "checked" not in page
    page = running.client.get(f"{tablet}&level=dissatisfied").text
    offered = re.findall(r'name="tag\.(\w+)"', page)
    assert offered == ["slow", "rude", "unclear", "far"], "the platform's list, none of our own"
    assert "checked" not in page, "nothing is chosen beforehand"
    form = {"csrf": token_of(page), "level": "dissatisfied", "on": "tablet", "tag.slow": "1", "tag.rude": "1"}
    running.client.post(tablet, data=form | {"tag.invented": "1"})
    [(tags, version, channel, code)] = running.query("SELECT tags, tags_version, channel, terminal FROM ratings")
    assert (json.loads(str(tags)), version, channel, code) == (["slow", "rude"], 7, "hall_tablet", "window 3")

    shown = running.client.get("/window").text
    assert "态度差" in shown
    assert "heard-poor" in shown
    poor_ratings.sweep(running.centre)
    [(rating, unit)] = running.query("SELECT envelope_id, unit FROM poor_ratings")
    with running.centre.database.writing() as connection:
        units.keep(connection, Unit(str(unit), 2, "", "", "", ""), NAME, running.clock())
        units.belong(connection, str(unit), [NAME])
    assert 'id="new"' in running.client.get("/poor-ratings").text, "it stands before its unit"
    said = {"csrf": running.csrf(), "rating": str(rating)}
    running.client.post("/window/heard", data=said)
    assert "heard-poor" not in running.client.get("/window").text
    running.client.post(f"/poor-ratings/{rating}/note", data=said)
    assert 'id="new"' not in running.client.get("/poor-ratings").text
    told = [row[0] for row in running.query("SELECT what FROM trail WHERE kind = 'poor_rating' ORDER BY id")]
    assert told == ["opened", "noted_at_window", "noted_in_unit"]


def test_a_code_says_so_and_what_a_node_told_becomes_a_rating(embedded: Running) -> None:
    running = embedded
    terminal = running.enter(TerminalDouble())
    open_window(running, "3", who=NAME)
    running.log_in()
    code = served(running, terminal).partition("?")[0]
    page = running.client.get(code).text
    running.client.post(code, data={"csrf": token_of(page), "level": "satisfied"})
    assert running.query("SELECT channel FROM ratings") == [("qr_code",)]
    # As at the centre of a hall with a node: the act has come up, the rating itself is not here.
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM ratings")
    poor_ratings.sweep(running.centre)
    poor_ratings.sweep(running.centre)
    assert running.query("SELECT channel, satisfaction FROM ratings") == [("qr_code", "satisfied")]
    with running.centre.database.reading() as connection:
        assert [
            one.satisfaction for one in ratings.at_window(connection, "w3", running.clock() - ratings.LOOKED_BACK, 9)
        ]
