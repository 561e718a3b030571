"""One code, one terminal, once: and whoever lost the reply gets the same one again."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from central import enrolment
from central.identity import api, authority, rules
from central.identity.codes import CodeRefused, Wanted
from central.identity.knocks import BY_ADDRESS, Knocks
from contract.enrolment import CODE_ALPHABET, EnrolRefused, Renewed, fingerprint, keys_of
from contract.suites import GM
from tests.central.conftest import AUTHORITY, Running, start, write_config
from tests.central.newcomer import Newcomer, csr_of, fresh
from tests.central.terminal_double import TerminalDouble

WANTED = Wanted("GL-07", "长安大厅", "二楼", "7", "610117", "0007")


@pytest.fixture(autouse=True)
def _a_door_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests tried at this process's door does not count."""
    monkeypatch.setattr(api, "_knocks", Knocks(lambda: 0.0))


@pytest.fixture
def hall(running: Running) -> Running:
    """A centre with an authority, on each database."""
    authority.make(Path(running.centre.settings.keys_dir), running.clock())
    return running


def code_for(running: Running, **changes: object) -> str:
    return enrolment.enrol_code(running.centre.settings, msgspec.structs.replace(WANTED, **changes))[0]


def test_a_code_makes_a_terminal_known(hall: Running) -> None:
    new = Newcomer()
    told = new.enter(hall, rules.shown(code_for(hall)).lower())
    assert (told.terminal, told.district, told.number, told.series) == ("GL-07", "610117", "0007", "7")
    assert (told.hall, told.place, told.key_id, told.epoch) == ("长安大厅", "二楼", "GL-07", 1)
    assert {key.id for key in told.sealing_keys} == set(hall.sealing())
    certificate = x509.load_pem_x509_certificate(told.certificate.encode())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(told.ca.encode()))
    assert certificate.subject.rfc4514_string() == "CN=GL-07"
    lasts = certificate.not_valid_after_utc - hall.clock()
    assert 89 <= lasts.days <= 90
    double = TerminalDouble(id="GL-07", key=new.key)
    assert hall.send(double, double.heartbeat()).status == 200


def test_the_same_code_and_keys_have_the_same_answer(hall: Running) -> None:
    code, new = code_for(hall), Newcomer()
    first = new.enter(hall, code)
    hall.clock.forward(days=6)
    again = new.enter(hall, code)
    plain = {"nonce": "", "server_time": ""}
    assert msgspec.structs.replace(again, **plain) == msgspec.structs.replace(first, **plain)
    assert hall.query("SELECT count(*) FROM certificates") == [(1,)]
    assert Newcomer().refused(hall, code) == "code.used"
    assert Newcomer(key=new.key).refused(hall, code) == "code.used"
    hall.clock.forward(days=2)
    assert new.refused(hall, code) == "code.expired"


def test_a_code_runs_out(hall: Running) -> None:
    code = code_for(hall)
    hall.clock.forward(minutes=16)
    assert Newcomer().refused(hall, code) == "code.expired"


def test_five_wrong_secrets_lock_a_code(hall: Running) -> None:
    code, new = code_for(hall), Newcomer()
    for _ in range(5):
        other = CODE_ALPHABET[(CODE_ALPHABET.index(code[-1]) + 1) % len(CODE_ALPHABET)]
        assert new.refused(hall, code[:-1] + other) == "code.unknown"
    assert new.refused(hall, code) == "code.locked"
    assert new.refused(hall, "not a code") == "code.unknown"
    assert new.refused(hall, "2" * 10) == "code.unknown"
    kept = hall.query("SELECT lookup, secret_hash FROM enrol_codes")
    assert kept[0][0] == code[:4]
    assert code[4:].encode() not in bytes(kept[0][1])  # type: ignore[call-overload] # a blob


def test_only_who_has_the_key_may_ask_with_it(hall: Running) -> None:
    code, new = code_for(hall), Newcomer()
    assert new.knock(hall, code, signer=fresh()).status == 422
    moved = Newcomer(key=new.key, csr=new.csr.replace(new.csr[200:204], "AAAA"))
    assert moved.knock(hall, code).status == 422
    new.enter(hall, code)


def test_a_terminal_of_the_national_suite_enrols_too(hall: Running) -> None:
    new = Newcomer(key=fresh(GM))
    assert new.enter(hall, code_for(hall)).terminal == "GL-07"


def test_a_new_board_takes_the_place_of_the_old_one(hall: Running) -> None:
    old, board = Newcomer(), Newcomer()
    old.enter(hall, code_for(hall))
    told = board.enter(hall, code_for(hall, place="三楼"))
    assert (told.epoch, told.place) == (2, "三楼")
    hall.clock.forward(seconds=3)
    double = TerminalDouble(id="GL-07", key=old.key)
    assert hall.send(double, double.heartbeat()).status == 401
    assert old.renew(hall, "GL-07").status == 401


def test_a_certificate_is_renewed_with_the_request_signature_alone(hall: Running) -> None:
    new = Newcomer()
    first = new.enter(hall, code_for(hall)).certificate
    soon = msgspec.json.decode(new.renew(hall, "GL-07").body, type=Renewed)
    assert soon.certificate == first
    hall.clock.forward(days=200)  # it was away for longer than a certificate lasts
    later = msgspec.json.decode(new.renew(hall, "GL-07").body, type=Renewed)
    assert x509.load_pem_x509_certificate(later.certificate.encode()).not_valid_after_utc > hall.clock()
    assert msgspec.json.decode(new.renew(hall, "GL-07").body, type=Renewed).certificate == later.certificate
    other = csr_of(generate_private_key(SECP256R1()))
    assert msgspec.json.decode(new.renew(hall, "GL-07", other).body, type=Renewed).certificate != later.certificate
    assert new.renew(hall, "GL-08").status == 401


def test_the_wall_says_whose_certificate_runs_out(hall: Running) -> None:
    Newcomer().enter(hall, code_for(hall))
    hall.log_in()
    assert "证书将于" not in hall.client.get("/").text
    hall.clock.forward(days=77)
    hall.log_in()
    assert "证书将于" in hall.client.get("/").text


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[Running]:
    """A centre where a person compares the digits."""
    config = write_config(tmp_path)
    config.write_text(config.read_text() + "confirm_enrolment = true\n")
    for running in start(config):
        authority.make(Path(running.centre.settings.keys_dir), running.clock())
        yield running


def test_a_person_compares_six_digits_first(careful: Running) -> None:
    careful.log_in()
    fields = {"terminal": "GL-07", "hall": "h", "place": "p", "series": "7", "district": "610117", "number": "0007"}
    page = careful.client.post("/terminals/new", data=fields | {"csrf": careful.csrf()})
    found = re.search(r'id="code">([^<]+)<', page.text)
    assert found, page.text
    code, new = found[1], Newcomer()
    answer = new.knock(careful, code)
    waits = msgspec.json.decode(answer.body, type=EnrolRefused)
    assert (answer.status, waits.error) == (409, "code.waits")
    public = authority.key_bytes(authority.usable(new.csr))
    digits = fingerprint(keys_of(new.asked(code), public), waits.centre_key)
    listed = careful.client.get("/terminals/new").text
    assert f"{digits[:3]} {digits[3:]}" in listed
    assert code not in listed
    assert Newcomer().refused(careful, code) == "code.used"
    confirm = re.search(r'action="(/terminals/new/\w+/confirm)"', listed)
    assert confirm
    careful.client.post(confirm[1], data={"csrf": careful.csrf()})
    told = new.enter(careful, code)
    assert fingerprint(keys_of(new.asked(code), public), told.signing_keys[0].key) == digits


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"terminal": "a b"}, "the terminal"),
        ({"terminal": "new"}, "the terminal"),
        ({"district": "6101"}, "six digits"),
        ({"number": "7"}, "four digits"),
        ({"series": "A-1"}, "one or two"),
        ({"minutes": 0}, "1 to 1440"),
    ],
)
def test_a_code_for_nothing_is_refused_in_one_sentence(
    embedded: Running, changes: dict[str, object], expected: str
) -> None:
    with pytest.raises(CodeRefused, match=expected):
        code_for(embedded, **changes)


def test_the_page_says_what_is_wrong_in_its_own_language_and_finds_a_series_by_itself(embedded: Running) -> None:
    embedded.log_in()
    fields = {"terminal": "GL-07", "hall": "h", "place": "p", "series": "", "district": "6101", "number": "0007"}
    page = embedded.client.post("/terminals/new", data=fields | {"csrf": embedded.csrf()})
    assert (page.status_code, "行政区划代码：请填六位数字" in page.text) == (422, True)
    page = embedded.client.post("/terminals/new", data=fields | {"csrf": embedded.csrf(), "district": "610117"})
    assert 'id="code"' in page.text
    assert f"--url http://{AUTHORITY} " in page.text, "the name this page was asked by, not the address it is bound to"


def test_knocking_too_often_is_answered_with_wait(hall: Running) -> None:
    new = Newcomer()
    for _ in range(BY_ADDRESS):
        assert new.refused(hall, "x") == "code.unknown"
    answer = new.knock(hall, code_for(hall))
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")


def test_a_host_without_the_authority_says_where_to_go(running: Running) -> None:
    assert Newcomer().refused(running, code_for(running)) == "code.elsewhere"


def test_every_random_byte_makes_a_character() -> None:
    made: Callable[[bytes], str] = rules.code_from
    assert {made(bytes([byte] * 10))[0] for byte in range(256)} == set(CODE_ALPHABET)
    assert 256 % len(CODE_ALPHABET) == 0
