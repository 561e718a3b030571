"""A terminal with no network and a window may file one draft at once: none is lost, and the second has an owner."""

from central.drafts import store
from contract.questions import DraftKept
from tests.central.conftest import Running
from tests.central.progress.test_a_person_finds_what_is_theirs import SLUG, file, stands
from tests.central.services import ZHANG, item, publish, put
from tests.central.terminal_double import TerminalDouble

DRAFT = "draft-0001"


def kept(running: Running) -> None:
    running.log_in()
    publish(running, item(SLUG))
    put(running, DraftKept(DRAFT, SLUG, 1, b"{}", ZHANG))


def test_the_second_case_of_a_draft_waits_for_supervision(running: Running, terminal: TerminalDouble) -> None:
    kept(running)
    first = file(running, terminal, draft=DRAFT)
    assert "同一草稿两件" not in running.client.get("/handling").text
    second = file(running, terminal, draft=DRAFT)
    page = running.client.get("/handling").text
    assert "同一草稿两件" in page
    assert f"/cases/{second}" in page
    assert f"/cases/{first}" not in page
    assert len(stands(running)) == 2, "neither is thrown away"
    with running.centre.database.reading() as connection:
        assert store.number_of(connection, DRAFT) in {one.case_number for one in stands(running)}


def test_cases_of_their_own_drafts_are_nobodys_trouble(running: Running, terminal: TerminalDouble) -> None:
    kept(running)
    put(running, DraftKept("draft-0002", SLUG, 1, b"{}", ZHANG))
    for draft in (DRAFT, "draft-0002", ""):
        file(running, terminal, draft=draft)
    assert "同一草稿两件" not in running.client.get("/handling").text
