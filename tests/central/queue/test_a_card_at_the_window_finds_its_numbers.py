"""The reader of a window: paired by a code, it finds a citizen's numbers and cases; nothing of the card is kept."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from central import enrolment, settings
from central.centre import open_centre
from central.progress import index
from central.queue.finding import pairing as codes
from central.queue.finding import store as finding
from central.queue.posts import Window
from central.queue.windows import store as windows
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent, Holder
from devices.id_card_reader.cards import CARDS
from kiosk.window_agent import pairing, watching
from kiosk.window_agent.pairing import NotPaired
from offline_cache.link.client import LinkFailure
from tests.central.conftest import Running as RunningCentre
from tests.central.conftest import start, write_config
from tests.central.process import CentreProcess, centre_process
from tests.central.queue.hall import HALL
from tests.central.terminal_double import TerminalDouble
from tests.devices.running import Running
from tests.waiting import until

RESIDENT = CARDS["resident"].fields


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[CentreProcess]:
    """A centre with window 3, and a number and a case of the card's citizen."""
    with centre_process(write_config(tmp_path)) as process:
        yield process


def code_for(process: CentreProcess) -> str:
    centre = open_centre(process.config)
    with centre.database.writing() as connection:
        windows.keep(connection, Window(window_id="w3", hall=HALL, code="3", skills=("A",)))
        agent = codes.expect(connection, centre, "w3", "boss")
    code = codes.shown(centre, agent)
    centre.database.close()
    return code


def filed(process: CentreProcess) -> tuple[str, str]:
    terminal = TerminalDouble()
    wanted = enrolment.Wanted(terminal.id, terminal.public_key, None, HALL, "一楼东门", "")
    enrolment.add_terminal(settings.read(process.config), wanted, replace=False)
    holder = Holder(
        "resident", RESIDENT["name"], RESIDENT["id_number"], "男", "汉", "1990-01-01", "某路", "某局", "", None
    )
    centre = open_centre(process.config)
    keys = centre.keys.sealing_public()
    number = terminal.file_case(content=CaseContent(holder, {}), keys=keys)
    case = terminal.file_case(ItemKind.FILING, CaseContent(holder, {}), keys)
    for lane in (Lane.NUMBERS, Lane.CASES):
        terminal.push(process.url, lane)

    def known() -> bool:
        with centre.database.reading() as connection:
            return len(finding.cases_of(connection, centre.blind.person(RESIDENT["id_number"]))) == 2

    index.catch_up(centre)
    until(known, "the index knows the person")
    centre.database.close()
    return number.case_id, case.case_id


def shown(process: CentreProcess) -> str:
    centre = open_centre(process.config)
    with centre.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT case_ids FROM queue_found").first()
    centre.database.close()
    return str(row[0]) if row else ""


@pytest.mark.slow
def test_a_card_on_the_reader_shows_its_number_and_its_case(hall: CentreProcess, tmp_path: Path) -> None:
    mine = filed(hall)
    place = pairing.pair(tmp_path / "agent", hall.url, code_for(hall))
    assert (place.window, place.hall) == ("3", HALL)
    place, key = pairing.read(tmp_path / "agent")
    device = Running("id-card-reader", tmp_path / "reader")
    said: list[str] = []
    stopped = threading.Event()
    with closing(pairing.client_of(place, key)) as client:
        thread = threading.Thread(
            target=watching.watch, args=(place, device.address, client, said.append, stopped.wait), daemon=True
        )
        thread.start()
        until(lambda: bool(said), "the reader answers")
        device.do("put_card", card="resident")
        until(lambda: "2 records" in "".join(said), "the centre took the card", state=lambda: str(said))
        stopped.set()
        thread.join(timeout=20)
    device.end()
    assert all(one in shown(hall) for one in mine)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    assert RESIDENT["id_number"].encode() not in kept, "nothing of the card lies in the database"
    assert RESIDENT["id_number"] not in "".join(said)


@pytest.mark.slow
def test_a_code_serves_one_reader_and_one_that_is_cut_off_is_not_heard(hall: CentreProcess, tmp_path: Path) -> None:
    code = code_for(hall)
    place = pairing.pair(tmp_path / "one", hall.url, code)
    assert pairing.pair(tmp_path / "one", hall.url, code) == place, "a lost answer costs nothing"
    with pytest.raises(NotPaired, match="new code"):
        pairing.pair(tmp_path / "other", hall.url, code)
    place, key = pairing.read(tmp_path / "one")
    centre = open_centre(hall.config)
    with centre.database.writing() as connection:
        finding.end(connection, "w3", centre.clock())
    centre.database.close()
    with closing(pairing.client_of(place, key)) as client, pytest.raises(LinkFailure):
        client.card(watching.sealed(place, RESIDENT["id_number"], centre.clock()))
    assert shown(hall) == ""


def test_what_a_card_found_is_on_the_windows_page_and_goes_by_itself(tmp_path: Path) -> None:
    for running in start(write_config(tmp_path)):
        page_shows_what_was_found(running)


def page_shows_what_was_found(running: RunningCentre) -> None:
    centre = running.centre
    running.log_in()
    with centre.database.writing() as connection:
        windows.keep(connection, Window(window_id="w3", hall=HALL, code="3", skills=("A",)))
    terminal = running.enter(TerminalDouble())
    case = terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.client.post("/window/sign", data={"csrf": running.csrf(), "window": "w3", "state": "on"})
    with centre.database.writing() as connection:
        assert finding.keep(connection, "w3", "n1", [case.case_id], running.clock())
        assert not finding.keep(connection, "w3", "n1", [], running.clock()), "a repeated request changes nothing"
    assert case.number in running.client.get("/window").text.partition('id="found"')[2].partition("</ul>")[0]
    running.clock.forward(minutes=4)
    assert 'id="found"' not in running.client.get("/window").text
