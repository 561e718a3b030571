"""What is sealed opens only here, only with a reason, and never before the look is written down."""

import base64

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central import unseal
from central.cases import pages as case_pages
from central.unseal import CannotOpen, open_case
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent, Holder
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_case, seal

HOLDER = Holder(
    card_kind="resident",
    name="欧阳某某",
    id_number="11010119900307002X",
    sex="女",
    ethnic_group="汉",
    birth_date="1990-03-07",
    address="某省某市某区某路 1 号",
    issuer="某市公安局",
    valid_from="2015-05-01",
    valid_to=None,
)
CONTENT = CaseContent(HOLDER, {"mobile": "13800000000"})


@pytest.fixture
def case_id(running: Running, terminal: TerminalDouble) -> str:
    case = terminal.file_case(ItemKind.FILING, CONTENT, running.sealing())
    running.push(terminal, Lane.CASES)
    running.judged()
    running.log_in()
    return case.case_id


def look(running: Running, case_id: str, reason: str) -> tuple[int, str]:
    answer = running.client.post(f"/cases/{case_id}/look", data={"csrf": running.csrf(), "reason": reason})
    return answer.status_code, answer.text


def test_the_content_is_shown_once_and_the_look_stays(running: Running, case_id: str) -> None:
    status, page = look(running, case_id, "窗口核对材料")
    assert status == 200
    assert all(part in page for part in (HOLDER.name, HOLDER.id_number, "13800000000", "长期", "窗口核对材料"))
    page = running.client.get(f"/cases/{case_id}").text
    assert HOLDER.name not in page
    assert "窗口核对材料" in page
    assert running.query("SELECT who, reason FROM looks") == [("boss", "窗口核对材料")]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_opens(running: Running, case_id: str, reason: str) -> None:
    status, page = look(running, case_id, reason)
    assert status == 422
    assert HOLDER.name not in page
    assert running.query("SELECT count(*) FROM looks") == [(0,)]


def test_the_look_is_committed_before_anything_is_opened(
    running: Running, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def open_late(*_: object) -> CaseContent:
        seen.extend(running.query("SELECT who FROM looks"))
        raise CannotOpen("damaged")

    monkeypatch.setattr(case_pages, "open_case", open_late)
    status, page = look(running, case_id, "核对")
    assert (status, seen) == (200, [("boss",)])
    assert "密文不完整" in page


def test_a_case_nobody_filed_cannot_be_looked_at(running: Running, case_id: str) -> None:
    assert look(running, "no-such-case", "核对")[0] == 404
    assert running.query("SELECT count(*) FROM looks") == [(0,)]


def test_a_case_without_content_says_so(running: Running, terminal: TerminalDouble) -> None:
    case = terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.log_in()
    assert "未采集申请人信息" in running.client.get(f"/cases/{case.case_id}").text


def test_the_database_and_the_lists_hold_nothing_in_the_clear(running: Running, case_id: str) -> None:
    [(raw,)] = running.query("SELECT raw FROM envelopes")
    pages = [running.client.get(path).content for path in ("/", "/cases", f"/cases/{case_id}")]
    for text in (HOLDER.name, HOLDER.id_number, "13800000000"):
        assert text.encode() not in bytes(raw)  # type: ignore[call-overload]
        assert not any(text.encode() in page for page in pages)


def test_a_sealed_content_fits_one_case_of_one_terminal(embedded: Running) -> None:
    keys = embedded.centre.keys
    sealed = seal("GL-01", "case-1", CONTENT, embedded.sealing())
    assert open_case(keys, sealed, "GL-01", "case-1") == CONTENT
    for terminal, case in (("GL-02", "case-1"), ("GL-01", "case-2")):
        with pytest.raises(CannotOpen, match="damaged"):
            open_case(keys, sealed, terminal, case)


def test_what_cannot_be_opened_says_why(embedded: Running) -> None:
    keys, replace = embedded.centre.keys, msgspec.structs.replace
    sealed = seal("GL-01", "c", CONTENT, embedded.sealing())
    other = base64.b64encode(X25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    wrong = {
        "other_suite": replace(sealed, suite="GM-1"),
        "other_holder": seal("GL-01", "c", CONTENT, {"seal-other": other}),
        "damaged": replace(sealed, content=sealed.content[:-1] + bytes([sealed.content[-1] ^ 1])),
    }
    for key, content in wrong.items():
        with pytest.raises(CannotOpen, match=key):
            open_case(keys, content, "GL-01", "c")
    short = replace(sealed, nonce=b"", keys=(replace(sealed.keys[0], wrapped=b"short"),))
    with pytest.raises(CannotOpen, match="damaged"):
        open_case(keys, short, "GL-01", "c")


def test_content_of_another_form_says_so(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal("GL-01", "c", a_case(), embedded.sealing())  # type: ignore[arg-type]
    with pytest.raises(CannotOpen, match="unreadable"):
        open_case(embedded.centre.keys, sealed, "GL-01", "c")
    assert unseal.__doc__
