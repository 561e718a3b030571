"""One console over 1,000 terminals: filters, pages and the fleet answer quickly, however many there are."""

import os
import statistics
import time

import pytest

from central.arrays import Row
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.matters import upkeep
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_printer

FULL = pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): 1,000 terminals")
COUNT = 1000


def many(running: Running, count: int) -> None:
    """So many terminals that all said something a moment ago; every tenth is out of paper."""
    now = running.clock()
    rows: list[Row] = []
    with running.centre.database.writing() as connection:
        for index in range(count):
            name = f"T{index:04}"
            fleet.add(
                connection,
                fleet.NewTerminal(name, name.encode().ljust(32), name, f"大厅{index % 100:02}", "一楼", "1"),
                now,
                replace=False,
            )
            said = TerminalDouble(name).heartbeat(devices=(a_printer("out" if index % 10 == 0 else "full"),))
            row = {"terminal": name, "epoch": 1, "clock_skew_seconds": 0, "version": "0.6.0", "nonce": said.nonce}
            rows.append(row | fleet_rules.parts(said))
        fleet.keep_now(connection, rows, {}, now)


def p95(running: Running, path: str, times: int) -> float:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        answer = running.client.get(path, headers={"hx-request": "true"})
        taken.append(time.perf_counter() - begin)
        assert answer.status_code == 200
    return statistics.quantiles(taken, n=20)[-1]


def test_a_page_shows_some_and_the_filter_finds_the_rest(embedded: Running) -> None:
    many(embedded, 60)
    upkeep.look(embedded.centre)
    embedded.log_in()
    page = embedded.client.get("/").text
    assert page.count('<article class="card terminal') == 24
    assert page.index("terminal-T0000") < page.index("terminal-T0001")
    second = embedded.client.get("/?page=3").text
    assert second.count('<article class="card terminal') == 12
    red = embedded.client.get("/?state=act").text
    assert red.count('<article class="card terminal') == 6
    one = embedded.client.get("/?text=t0031").text
    assert one.count('<article class="card terminal') == 1
    hall = embedded.client.get("/fleet?hall=大厅07").text
    assert "T0007" in hall
    assert "T0008" not in hall
    csv = embedded.client.get("/fleet.csv?state=act").content.decode("utf-8-sig")
    assert csv.count("\n") == 7


@FULL
@pytest.mark.slow
@pytest.mark.alone
def test_the_wall_of_a_thousand_answers_within_two_seconds(running: Running) -> None:
    many(running, COUNT)
    upkeep.look(running.centre)
    running.log_in()
    found = {path: p95(running, path, 20) for path in ("/", "/?state=act", "/fleet", "/matters", "/organisation")}
    assert max(found.values()) <= 2.0, found
