"""好差评 with reasons, second ratings and green channels for staff; 错时延时 for everybody (ZZ-14)."""

import csv
import io

import msgspec

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import CaseContent, RatingGiven
from tests.central.conftest import Running, embedded, embedded_config, embedded_model  # noqa: F401 - fixtures
from tests.central.services import item, publish
from tests.central.terminal_double import TerminalDouble, local_now


def rating(level: Satisfaction, *tags: str, again: bool = False) -> bytes:
    given = RatingGiven("", level, local_now(), tags, 1, again, "real-estate-transfer", "6101")
    return msgspec.json.encode(given)


def test_staff_see_reasons_second_ratings_and_green_channels(embedded: Running) -> None:  # noqa: F811 - the fixture
    terminal = TerminalDouble()
    embedded.enter(terminal)
    for level, tags, again in (
        (Satisfaction.SATISFIED, ("efficiency",), False),
        (Satisfaction.DISSATISFIED, ("efficiency", "attitude"), True),
    ):
        terminal.file_raw(Lane.CASES, "rating", rating(level, *tags, again=again))
    terminal.file_case(ItemKind.NUMBER, CaseContent(None, {}), embedded.sealing(), green="elder")
    embedded.push(terminal, Lane.CASES, 1, 2)
    embedded.push(terminal, Lane.NUMBERS, 1, 1)
    embedded.judged()
    assert embedded.client.get("/ratings", follow_redirects=False).status_code != 200, "for staff only"
    embedded.log_in()
    page = embedded.client.get("/ratings").text
    figures = {
        name: page.split(f'id="{name}">')[1].split("<")[0] for name in ("rated", "again", "with-reasons", "green-count")
    }
    assert figures == {"rated": "2", "again": "1", "with-reasons": "2", "green-count": "1"}
    assert "办得快" in page
    assert "追评" in page
    assert "老年人" in page


def test_other_hours_are_read_by_anybody_and_taken_along_as_a_table(embedded: Running) -> None:  # noqa: F811 - as above
    assert "现在没有错时、延时" in embedded.client.get("/special-hours").text
    publish(embedded, item(), item("tax-certificate"))
    page = embedded.client.get("/special-hours").text
    for words in ("延时", "12:00–13:30", "双休日", "值班"):
        assert words in page
    answer = embedded.client.get("/special-hours.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:4] == ["单位", "事项", "窗口", "地址"]
    assert {row[1] for row in rows[1:]} == {"二手房转移登记"}
    assert {"12:00–13:30", "09:00–12:00"} <= {row[6] for row in rows[1:]}
    assert "08:30–12:00" not in {row[6] for row in rows[1:]}, "the usual hours are no special ones"
    english = embedded.client.get("/special-hours.csv?lang=en").text
    assert "extended" in english
