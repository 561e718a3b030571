"""Consent by silence: not where the clock was stopped meanwhile, and one case that cannot be done stops no other."""

import msgspec
import pytest

from central.lifecycle import acting, store, upkeep
from central.lifecycle.rules import Link, Special
from central.lifecycle.way import clock_of
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble


def post(running: Running, path: str, **form: str) -> int:
    return running.client.post(path, data={"csrf": running.csrf(), **form}, follow_redirects=False).status_code


@pytest.fixture
def asked(embedded: Running) -> list[str]:
    """Two cases, each with a co-handler whose day is over."""
    terminal = embedded.enter(TerminalDouble())
    cases = [
        terminal.file_case(ItemKind.FILING, CaseContent(None, {}), embedded.sealing(), item="x", case_id=name)
        for name in ("c1", "c2")
    ]
    embedded.push(terminal, Lane.CASES)
    embedded.judged()
    embedded.log_in()
    for case in cases:
        assert post(embedded, f"/cases/{case.case_id}/step", step="accepted") == 303
        assert post(embedded, f"/cases/{case.case_id}/ask", unit="环保科", what="co") == 303
    embedded.centre.caretaker.stop()
    embedded.clock.forward(days=12)
    return [case.case_id for case in cases]


def late(running: Running) -> list[Link]:
    with running.centre.database.reading() as connection:
        return store.silent(connection, running.clock())


def deemed(running: Running) -> list[tuple[object, ...]]:
    return running.query("SELECT case_id, deemed FROM case_links ORDER BY case_id")


def test_a_clock_stopped_after_the_look_and_before_the_note_is_not_run_out(
    embedded: Running, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = late(embedded)
    assert [one.case_id for one in seen] == asked
    special = Special("p1", "c1", "other", "听证", "××条", "张*", "环保科", "boss", embedded.clock())
    with embedded.centre.database.writing() as connection:
        assert store.stop_clock(connection, clock_of(embedded.centre, connection), special)
    monkeypatch.setattr(store, "silent", lambda *_: seen)
    upkeep.deem_silent(embedded.centre)
    assert deemed(embedded) == [("c1", 0), ("c2", 1)]
    assert embedded.query("SELECT case_id FROM trace WHERE what = 'link.deemed'") == [("c2",)]


def test_a_case_that_cannot_be_done_stops_no_other(
    embedded: Running, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say = acting.say

    def sick(centre: object, connection: object, link: Link, *more: object) -> bool:
        if link.case_id == asked[0]:
            raise LookupError(link.case_id)
        return say(centre, connection, link, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(acting, "say", sick)
    with pytest.raises(LookupError):
        upkeep.deem_silent(embedded.centre)
    assert deemed(embedded) == [("c1", 0), ("c2", 1)]


def test_silence_is_noted_once_whoever_looks(embedded: Running, asked: list[str]) -> None:
    """Two processes that saw the same links."""
    seen = late(embedded)
    for one in (*seen, *seen):
        upkeep._deem(embedded.centre, msgspec.structs.replace(one))
    assert deemed(embedded) == [(one, 1) for one in asked]
    assert embedded.query("SELECT count(*) FROM trace WHERE what = 'link.deemed'") == [(2,)]
