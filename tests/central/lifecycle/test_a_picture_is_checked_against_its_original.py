"""A look at a picture is logged first; only who has looked raises it to level B; silence of a co-handler is named."""

from central.lifecycle import upkeep
from central.progress import store as progress
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent
from tests.central.conftest import Running
from tests.central.scan_sender import ScanSender, here, ref, sealed_scan
from tests.central.terminal_double import TerminalDouble

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def filed(running: Running, terminal: TerminalDouble) -> tuple[str, str]:
    """A case with one picture that is held; its id and the picture's hash."""
    sealed = sealed_scan(terminal.id, "case-with-picture", PNG, running.sealing())
    one = ref(sealed, "lease")
    case = terminal.file_case(
        ItemKind.FILING, CaseContent(None, {}), running.sealing(), item="x", scans=(one,), case_id="case-with-picture"
    )
    running.push(terminal, Lane.CASES)
    running.judged()
    ScanSender(terminal, here(running), sealed, case.case_id).whole()
    running.log_in()
    return case.case_id, one.hash


def post(running: Running, path: str, **form: str) -> tuple[int, str]:
    answer = running.client.post(path, data={"csrf": running.csrf(), **form}, follow_redirects=False)
    return answer.status_code, answer.text + answer.headers.get("location", "")


def test_whoever_looked_may_say_that_it_is_as_its_original(running: Running, terminal: TerminalDouble) -> None:
    case, scan = filed(running, terminal)
    path = f"/cases/{case}/scans/{scan}"
    assert post(running, f"{path}/look", reason="")[0] == 422
    assert running.query("SELECT count(*) FROM openings") == [(0,)]
    assert "look_first" in post(running, f"{path}/check", same="yes")[1]
    status, page = post(running, f"{path}/look", reason="核对原件")
    assert status == 200
    assert "data:image/png;base64," in page
    assert running.query("SELECT kind, of_id, reason FROM openings") == [("scan", case, "核对原件")]
    assert ("looked.scan",) in running.query("SELECT what FROM trace")
    assert post(running, f"{path}/check", same="yes")[0] == 303
    assert running.query("SELECT trust, by_whom FROM material_checks") == [("B", "boss")]
    shown = running.client.get(f"/cases/{case}").text
    assert "可信等级 B" in shown
    assert "与原件核对无误" in shown
    assert "此件经与原件核对无误" in post(running, f"{path}/look", reason="再看")[1]
    assert post(running, f"/cases/{case}/scans/{'0' * 64}/look", reason="x")[0] == 404


def test_a_co_handler_that_is_silent_for_a_day_is_deemed_to_agree_and_the_event_says_so(
    running: Running, terminal: TerminalDouble
) -> None:
    case, _ = filed(running, terminal)
    assert post(running, f"/cases/{case}/step", step="accepted")[0] == 303
    assert post(running, f"/cases/{case}/ask", unit="环保科", what="co")[0] == 303
    upkeep.deem_silent(running.centre)
    assert running.query("SELECT deemed, action FROM case_links") == [(0, "")]
    running.clock.forward(days=12)
    upkeep.deem_silent(running.centre)
    upkeep.deem_silent(running.centre)
    assert running.query("SELECT deemed, action, by_whom FROM case_links") == [(1, "pass", "")]
    assert running.query("SELECT actor FROM trace WHERE what = 'link.deemed'") == [("system",)]
    with running.centre.database.reading() as connection:
        assert len(progress.steps(connection, [case])[case]) == 1
    running.clock.forward(days=-12)
    running.log_in()
    assert "视为同意" in running.client.get(f"/cases/{case}").text
