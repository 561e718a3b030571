"""Cut off means everywhere within a minute, told why, and nothing of what it sent is gone."""

import json
import re
from pathlib import Path

import pytest

from central import enrolment
from central.centre import open_centre
from central.enrolment import Refused
from central.identity import authority
from central.identity.codes import Wanted
from central.intake import signers
from contract.envelope import Lane
from tests.central.conftest import Running, start
from tests.central.newcomer import Newcomer
from tests.central.terminal_double import TerminalDouble


def cut(running: Running, terminal: str = "GL-01") -> None:
    assert enrolment.revoke(running.centre.settings, terminal, "stolen at night") == 1
    running.clock.forward(seconds=signers.REMEMBER.total_seconds() + 0.1)


def test_it_is_refused_with_the_reason_and_its_data_stays(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    assert running.push(terminal, Lane.NUMBERS).ack == 1
    cut(running)
    terminal.file_case()
    for answer in (
        running.send(terminal, terminal.heartbeat()),
        running.send(terminal, terminal.request(Lane.NUMBERS, 2)),
    ):
        assert (answer.status, answer.json()["error"]) == (401, "revoked")
        assert "Signature" in {name.title() for name in answer.headers}
    assert running.query("SELECT count(*) FROM envelopes") == [(1,)]
    assert enrolment.revoke(running.centre.settings, "GL-01", "again") == 0
    with pytest.raises(Refused, match="not entered"):
        enrolment.revoke(running.centre.settings, "GL-99", "")


def test_every_host_on_the_database_hears_of_it(
    running: Running, terminal: TerminalDouble, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in start(config):
        assert other.send(terminal, terminal.heartbeat()).status == 200
        cut(running)
        other.clock.forward(seconds=60)
        assert other.send(terminal, terminal.heartbeat()).status == 401
    # Control: a host that remembered keys for long would still let it in.
    fresh = running.enter(TerminalDouble(id="GL-02"))
    monkeypatch.setattr(signers, "REMEMBER", signers.REMEMBER * 3600)
    for forgetful in start(config):
        assert forgetful.send(fresh, fresh.heartbeat()).status == 200
        cut(running, "GL-02")
        forgetful.clock.forward(seconds=60)
        assert forgetful.send(fresh, fresh.heartbeat()).status == 200


def test_the_key_of_a_stolen_terminal_never_comes_back(running: Running) -> None:
    authority.make(Path(running.centre.settings.keys_dir), running.clock())
    wanted = Wanted("GL-01", "", "", "1", "610117", "0001")

    def code() -> str:
        return enrolment.enrol_code(running.centre.settings, wanted)[0]

    stolen, replaced = Newcomer(), Newcomer()
    stolen.enter(running, code())
    cut(running)
    assert stolen.refused(running, code()) == "code.revoked"
    assert replaced.enter(running, code()).epoch == 2
    assert stolen.renew(running, "GL-01").status == 401
    assert replaced.renew(running, "GL-01").status == 200


def test_the_button_wants_a_reason_and_a_tick(running: Running, terminal: TerminalDouble) -> None:
    running.log_in()
    csrf = running.csrf()
    for form in ({"why": "", "sure": "yes"}, {"why": "stolen"}, {"why": "stolen", "sure": "yes", "csrf": "x"}):
        running.client.post("/terminals/GL-01/revoke", data={"csrf": csrf} | form)
        assert enrolment.counts(running.centre.settings)["cases"] == 0
        assert running.send(terminal, terminal.heartbeat()).status == 200
    running.client.post("/terminals/GL-01/revoke", data={"csrf": csrf, "why": "stolen", "sure": "yes"})
    running.clock.forward(seconds=3)
    assert json.loads(running.send(terminal, terminal.heartbeat()).body)["error"] == "revoked"
    page = running.client.get("/terminals/GL-01").text
    assert re.search(r"已切断.*boss.*stolen", page, re.DOTALL)
    assert "我确认切断" not in page
    assert running.client.post("/terminals/GL-99/revoke", data={"csrf": csrf}).status_code == 404


def test_a_host_that_only_takes_in_knows_it_too(embedded: Running, embedded_config: Path) -> None:
    double = embedded.enter(TerminalDouble())
    cut(embedded)
    other = open_centre(embedded_config)
    assert other.signers._look_up(["nobody"]) == (1, {"nobody": "unknown_key"})
    assert other.signers._look_up([double.id]) == (1, {double.id: "revoked"})
    other.database.close()
