"""A hall's node in this process, its centre out of reach: what its pages do, and what they leave to the centre."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from central import enrolment, settings
from central.people.paths import PAGES, is_the_centres
from central.people.rights import Right
from central.settings import SettingsError
from central.upkeep import OF_THE_HALL
from central.upward.joining import NotJoined, load
from tests.central.conftest import Running, start, write_config
from tests.central.terminal_double import TerminalDouble
from tests.central.upward.joined import NOBODY, joined_config


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for all that follows: each has terminals of its own."""
    yield from start(joined_config(tmp_path_factory.mktemp("hall")))


def test_what_changes_a_case_is_left_to_the_centre(hall: Running) -> None:
    terminal = hall.enter(TerminalDouble("GL-01"))
    case = terminal.file_case()
    hall.push(terminal, "numbers")  # type: ignore[arg-type] # a lane equals its text
    hall.judged()
    assert hall.log_in() == 303
    form = {"csrf": hall.csrf(), "to": "accepted", "note": "x"}
    refused = hall.client.post(f"/cases/{case.case_id}/step", data=form, follow_redirects=False)
    assert refused.status_code == 409
    assert "此操作在中心办理" in refused.text
    assert hall.query("SELECT count(*) FROM case_steps") == [(0,)]
    done = hall.client.post("/nodes/again", data={"csrf": form["csrf"]}, follow_redirects=False)
    assert done.status_code == 303


def test_no_form_of_a_case_is_open_at_a_hall_and_the_windows_are() -> None:
    for path in ("/cases", "/prints", "/handling", "/complaints", "/payments", "/orders", "/credit", "/projects"):
        assert path not in PAGES or is_the_centres(path), path
    assert not is_the_centres("/window")
    assert not is_the_centres("/nodes")
    assert PAGES["/window"].act is Right.WINDOW_WORK


def test_a_hall_speaks_to_nobody_outside_by_itself(hall: Running) -> None:
    names = {chore.name for chore in hall.centre.caretaker._chores}
    assert not {"payments", "cities", "departments", "supplements", "missed", "drafts"} & names
    assert names >= OF_THE_HALL


def test_terminals_of_a_hall_are_of_that_hall_and_seal_to_its_centre_too(hall: Running) -> None:
    terminal = hall.enter(TerminalDouble("GL-02"))
    assert terminal.epoch == 1
    assert hall.query("SELECT DISTINCT hall FROM terminals") == [("长安大厅",)]
    wanted = enrolment.Wanted("GL-03", TerminalDouble("GL-03").public_key, None, "别的大厅", "", "")
    told = enrolment.add_terminal(hall.centre.settings, wanted, replace=False)
    assert told["hall"] == "长安大厅"
    theirs = load(hall.centre.settings).joined.sealing_keys[0]
    assert {"id": theirs.id, "key": base64.b64encode(theirs.key).decode()} in told["sealing_keys"]


def test_its_page_says_that_the_centre_is_away(hall: Running) -> None:
    assert hall.log_in() == 303
    page = hall.client.get("/nodes").text
    assert "上联中心" in page
    assert "连不上" in page


def test_a_hall_without_its_centre_is_refused_in_one_sentence(tmp_path: Path) -> None:
    config = write_config(tmp_path, role="hall", hall="长安大厅")
    with pytest.raises(SettingsError, match=r"`role`: a hall node needs its centre; expected `url` in `\[upstream\]`"):
        settings.read(config)
    config.write_text(config.read_text(encoding="utf-8") + f'[upstream]\nurl = "{NOBODY}"\n', encoding="utf-8")
    with pytest.raises(NotJoined, match=r"join the centre with `central join --code CODE`"):
        load(settings.read(config))
    (tmp_path / "other").mkdir()
    other = joined_config(tmp_path / "other", "韦曲大厅")
    with pytest.raises(NotJoined, match="the centre knows this node as that of '长安大厅'"):
        load(settings.read(other))
