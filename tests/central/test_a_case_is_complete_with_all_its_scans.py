"""A case waits for every scan it names; its terminal and staff are told when all are held, and when one is lost."""

import secrets
import threading
from pathlib import Path

import msgspec
import pytest

from central.feed import store as feed
from central.scans import store, verdicts
from central.scans.rules import Held, State
from central.scans.shelf import Lost
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.feed import CaseVerdict, FeedKind
from contract.messages import CaseFiled
from contract.scans import ScanRef
from tests.central.conftest import Running, wait_until
from tests.central.scan_sender import ScanSender, here, ref
from tests.central.terminal_double import TerminalDouble


def contents(count: int = 3) -> list[bytes]:
    return [secrets.token_bytes(400) for _ in range(count)]


def filed(running: Running, terminal: TerminalDouble, found: list[bytes]) -> CaseFiled:
    refs = tuple(ref(content, f"paper-{index}") for index, content in enumerate(found))
    case = terminal.file_case(ItemKind.FILING, scans=refs)
    running.push(terminal, Lane.CASES, first=len(terminal.lanes[Lane.CASES]))
    running.judged()
    return case


def send(running: Running, terminal: TerminalDouble, case: CaseFiled, content: bytes) -> None:
    ScanSender(terminal, here(running), content, case.case_id).whole()


def lacking(running: Running, case: CaseFiled) -> list[str]:
    with running.centre.database.reading() as connection:
        return [found.what for found in store.lacking(connection, case.case_id)]


def told(running: Running, case: CaseFiled) -> list[str]:
    """What was said to the terminal about this case, the oldest first."""
    with running.centre.database.reading() as connection:
        found = feed.directed(connection, FeedKind.VERDICT, case.case_id)
    return [msgspec.json.decode(one.body, type=CaseVerdict).outcome for one in reversed(found)]


def test_it_is_complete_only_when_the_last_one_is_held(running: Running, terminal: TerminalDouble) -> None:
    found = contents()
    case = filed(running, terminal, found)
    running.log_in()
    for index, content in enumerate(found):
        assert lacking(running, case) == [f"paper-{later}" for later in range(index, 3)]
        assert told(running, case) == []
        page = running.client.get(f"/cases/{case.case_id}?lang=en").text
        assert f"incomplete: {index} of 3 scans" in page
        assert f"incomplete: {index} of 3 scans" in running.client.get("/cases").text
        assert f"not here yet: paper-{index}" in page
        send(running, terminal, case, content)
    assert lacking(running, case) == []
    wait_until(lambda: told(running, case) == ["accepted"], "the word to the terminal")
    page = running.client.get(f"/cases/{case.case_id}?lang=zh").text
    assert "齐全，共 3 份" in page
    assert "未齐全" not in running.client.get("/cases").text


def test_scans_may_come_before_their_case(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    found = contents(2)
    early = ScanSender(terminal, here(running), found[0], "case-1")
    early.whole()
    case = filed(running, terminal, found)
    assert lacking(running, case) == ["paper-1"]
    send(running, terminal, case, found[1])
    wait_until(lambda: told(running, case) == ["accepted"], "the word to the terminal")


def test_another_terminals_scan_of_that_name_does_not_count(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    found = contents(1)
    other = running.enter(TerminalDouble("GL-02"))
    ScanSender(other, here(running), found[0], "case-1").whole()
    case = filed(running, terminal, found)
    assert lacking(running, case) == ["paper-0"]
    send(running, terminal, case, found[0])
    assert lacking(running, case) == []


def test_a_case_without_scans_is_no_question(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    case = filed(running, terminal, [])
    with running.centre.database.reading() as connection:
        assert store.lacking(connection, case.case_id) == []
        assert store.held_of(connection, [case.case_id]) == {}
        assert store.incomplete(connection) == 0
    assert told(running, case) == []


def test_a_scan_that_was_lost_makes_it_incomplete_and_comes_again(running: Running, terminal: TerminalDouble) -> None:
    (content,) = found = contents(1)
    case = filed(running, terminal, found)
    send(running, terminal, case, content)
    wait_until(lambda: told(running, case) == ["accepted"], "the word to the terminal")
    name = ref(content).hash
    path = Path(running.centre.settings.data_dir) / "scans" / name[:2] / name[2:4] / name
    path.chmod(0o600)
    path.write_bytes(content[:-1] + b"?")
    with pytest.raises(Lost):
        running.centre.scans.read(name)
    assert lacking(running, case) == ["paper-0"]
    wait_until(lambda: told(running, case) == ["accepted", "incomplete"], "the word to the terminal")
    send(running, terminal, case, content)
    wait_until(lambda: told(running, case) == ["accepted", "incomplete", "accepted"], "the word to the terminal")
    assert running.centre.scans.read(name) == content


def test_two_workers_say_it_once(running: Running, terminal: TerminalDouble) -> None:
    """Each looks by itself; what one has taken the other leaves."""
    running.centre.caretaker.stop()
    cases = []
    for _ in range(6):
        (content,) = found = contents(1)
        cases.append(filed(running, terminal, found))
        send(running, terminal, cases[-1], content)
    centre = running.centre

    def worker() -> None:
        verdicts.tell(centre.database, centre.keys, running.clock)

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(timeout=30)
    assert [told(running, case) for case in cases] == [["accepted"]] * 6


def test_when_retention_is_over_rows_and_files_go(running: Running, terminal: TerminalDouble) -> None:
    """A scan two cases name stays until the last of them goes."""
    shared, own = contents(2)
    one, two = filed(running, terminal, [shared, own]), filed(running, terminal, [shared])
    for content in (shared, own):
        send(running, terminal, one, content)
    desk = running.centre.scans
    assert desk.forget(one.case_id) == 1
    assert desk.read(ref(shared).hash) == shared
    assert lacking(running, two) == []
    assert desk.forget(two.case_id) == 1
    assert desk.forget(two.case_id) == 0
    folder = Path(running.centre.settings.data_dir) / "scans"
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_refs_say_how_much_of_each_is_held(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    found = contents(2)
    case = filed(running, terminal, found)
    ScanSender(terminal, here(running), found[0], case.case_id).begin()
    with running.centre.database.reading() as connection:
        refs = store.refs_of(connection, case.case_id)
        held = store.held_of(connection, [case.case_id])
    assert {(one.what, state) for one, state in refs} == {("paper-0", State.COMING), ("paper-1", State.EXPECTED)}
    assert held == {case.case_id: Held(named=2, held=0)}
    assert isinstance(refs[0][0], ScanRef)
