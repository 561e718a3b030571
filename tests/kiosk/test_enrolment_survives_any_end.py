"""`kiosk enrol` may be cut off anywhere and is run again: the same keys, the same certificate, whole settings."""

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from contract.enrolment import CentreKey, EnrolAsked, Enrolled, EnrolRefused, fingerprint, keys_of
from contract.suites import INTL, SealingKey, SigningKey, suite
from kiosk import durable, settings
from kiosk.composition import open_store
from kiosk.settings import SettingsError
from kiosk.setup import enrol, tls_key
from kiosk.setup.enrol import Asking
from offline_cache.link.client import DOWN, CentreClient, LinkFailure
from tests.offline_cache.drafts import draft

SAMPLE = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"
ASKING = Asking("http://centre.example:8640", "7K3FQ2MPX9")


def key() -> SigningKey:
    return SigningKey(INTL, suite(INTL).fresh_private())


@dataclass
class Door:
    """The centre's side of one code, in place of the wire."""

    losses: int = 0
    waits: int = 0
    terminal: str = "GL-01"
    signing: SigningKey = field(default_factory=key)
    sealing: SealingKey = field(default_factory=lambda: SealingKey(INTL, suite(INTL).fresh_sealing()))
    asked: list[EnrolAsked] = field(default_factory=list)
    answers: dict[str, Enrolled] = field(default_factory=dict)

    def enrol(self, asked: EnrolAsked) -> Enrolled | EnrolRefused:
        self.asked.append(asked)
        if self.waits:
            self.waits -= 1
            return EnrolRefused(asked.nonce, "code.waits", "compare the six digits", self.signing.public)
        name = keys_of(asked, public_of(asked.csr))
        if self.answers and name not in self.answers:
            return EnrolRefused(asked.nonce, "code.used", "used by other keys")
        answer = self.answers.setdefault(name, self._answer(asked))
        if self.losses:
            self.losses -= 1
            raise LinkFailure(DOWN, "the reply was lost")
        return answer

    def _answer(self, asked: EnrolAsked) -> Enrolled:
        sealing = CentreKey("seal-1", INTL, self.sealing.public)
        return Enrolled(
            asked.nonce, "", self.terminal, "610117", "0042", "7", "长安大厅", "二楼", self.terminal, 1, "",
            "https://centre.example:8643", f"certificate {len(self.answers)}", "authority",
            (CentreKey("centre-1", INTL, self.signing.public),), (sealing,),
        )  # fmt: skip


def public_of(csr: str) -> bytes:
    found = x509.load_pem_x509_csr(csr.encode())
    assert found.is_signature_valid
    return found.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    found = Door()
    monkeypatch.setattr(CentreClient, "enrol", lambda _, asked: found.enrol(asked))
    monkeypatch.setattr(enrol, "AGAIN_SECONDS", 0.0)
    return found


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The packaged settings before any centre is known."""
    text = SAMPLE.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(url|signing_keys|sealing_keys) = .*\n", "", text)
    path = tmp_path / "kiosk.toml"
    path.write_text(text.replace("/etc/suiban/", "").replace("/var/lib/suiban-terminal", "data"), encoding="utf-8")
    return path


def test_settings_without_a_centre_are_read_and_no_visit_begins(config: Path) -> None:
    found = settings.read(config)
    with pytest.raises(SettingsError, match="not enrolled") as refused:
        settings.need_enrolled(found)
    assert "kiosk enrol" in str(refused.value)


def test_the_answer_is_written_down(config: Path, door: Door) -> None:
    said: list[str] = []
    enrol.enrol(config, ASKING, said.append)
    found = settings.read(config)
    settings.need_enrolled(found)
    assert (found.terminal.number, found.terminal.series) == ("0042", "7")
    assert (found.centre.url, found.centre.enrol_url) == ("https://centre.example:8643", ASKING.url)
    assert found.centre.signing_keys[0].raw() == door.signing.public
    assert found.centre.sealing_keys[0].raw() == door.sealing.public
    assert found.ca is not None
    assert found.certificate is not None
    assert (found.ca.read_text(), found.certificate.read_text()) == ("authority", "certificate 0")
    for secret in (found.signing_key, found.tls_key, found.certificate, config.parent / "keys" / "database.key"):
        assert secret is not None
        assert secret.stat().st_mode & 0o077 == 0
    assert "# as the centre knows it" in config.read_text(encoding="utf-8")
    digits = fingerprint(keys_of(door.asked[0], public_of(door.asked[0].csr)), door.signing.public)
    assert f"{digits[:3]} {digits[3:]}" in said[0]


def test_a_lost_reply_is_asked_for_again(config: Path, door: Door) -> None:
    door.losses = 3
    enrol.enrol(config, ASKING, lambda _: None)
    assert len(door.asked) == 4
    assert len({asked.nonce for asked in door.asked}) == 4
    assert len({(asked.public_key, public_of(asked.csr)) for asked in door.asked}) == 1
    door.losses = 1000
    with pytest.raises(SettingsError, match="run the same command again"):
        enrol.enrol(config, Asking(ASKING.url, ASKING.code, patience=0.05), lambda _: None)


class PowerCut(Exception):
    """The process is gone."""


class Cutting:
    """Puts files in place, and cuts the power before (even) or after (odd) one of them."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, path: Path, content: bytes) -> None:
        self._point()
        durable.replace_file(path, content)
        self._point()

    def _point(self) -> None:
        self.seen += 1
        if self.seen - 1 == self.at:
            raise PowerCut


def test_cut_off_anywhere_it_is_run_again(config: Path, door: Door) -> None:
    """Every file that is put in place is two points: just before and just after."""
    before = config.read_text(encoding="utf-8")
    points = 0
    while True:
        cutting = Cutting(at=points)
        with pytest.MonkeyPatch.context() as patch:
            for module in (enrol, tls_key):
                patch.setattr(module, "replace_file", cutting)
            try:
                enrol.enrol(config, ASKING, lambda _: None)
            except PowerCut:
                points += 1
                settings.read(config)  # whole: the old one or the new one
                continue
        break
    assert points >= 8
    assert len(door.answers) == 1
    assert settings.read(config).certificate is not None
    assert (config.parent / "keys" / "tls.crt").read_text() == "certificate 0"
    assert config.read_text(encoding="utf-8") != before
    # Control: a terminal that made its keys anew after a cut would be somebody else.
    (config.parent / "keys" / "tls.key").unlink()
    with pytest.raises(SettingsError, match=r"code\.used"):
        enrol.enrol(config, ASKING, lambda _: None)


def test_a_person_compares_and_another_key_is_not_taken(config: Path, door: Door) -> None:
    said: list[str] = []
    door.waits = 2
    enrol.enrol(config, ASKING, said.append)
    assert len(said) == 1
    assert "confirm there" in said[0]
    door.waits, door.answers = 1, {}
    real = door.signing

    def another(_: object, asked: EnrolAsked) -> Enrolled | EnrolRefused:
        answer = door.enrol(asked)
        door.signing = key()
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CentreClient, "enrol", another)
        with pytest.raises(SettingsError, match="another key than the one compared"):
            enrol.enrol(config, ASKING, said.append)
    assert settings.read(config).centre.signing_keys[0].raw() == real.public


def test_it_does_not_leave_a_centre_with_records_unsent(config: Path, door: Door) -> None:
    enrol.enrol(config, ASKING, lambda _: None)
    found = settings.read(config)
    with_key = (config.parent / "keys" / "database.key").read_bytes()
    store = open_store(found, with_key)
    store.save_case(draft("case-1"))
    store.close()
    elsewhere = Asking("http://other.example:8640", ASKING.code)
    asked = len(door.asked)
    with pytest.raises(SettingsError, match="1 records and 0 scans wait for its present centre"):
        enrol.enrol(config, elsewhere, lambda _: None)
    assert len(door.asked) == asked
    enrol.enrol(config, ASKING, lambda _: None)  # the same centre again harms nothing
    # Nor by another centre's key behind the same name, nor as another terminal.
    door.answers, door.signing = {}, key()
    with pytest.raises(SettingsError, match="scans wait"):
        enrol.enrol(config, ASKING, lambda _: None)
    door.answers, door.terminal = {}, "GL-02"
    with pytest.raises(SettingsError, match="it holds what GL-01 kept"):
        enrol.enrol(config, ASKING, lambda _: None)
    assert settings.read(config).terminal.id == "GL-01"


def test_keys_in_the_settings_are_what_was_answered(config: Path, door: Door) -> None:
    enrol.enrol(config, ASKING, lambda _: None)
    assert base64.b64encode(door.signing.public).decode() in config.read_text(encoding="utf-8")


def test_an_answer_that_makes_no_settings_leaves_the_old_certificate(config: Path, door: Door) -> None:
    """The terminal goes on reaching the centre it has: its settings and its certificate belong together."""
    enrol.enrol(config, ASKING, lambda _: None)
    found = settings.read(config)
    assert found.certificate is not None
    before = (found.certificate.read_bytes(), config.read_bytes())
    (name,) = door.answers
    answer = msgspec.structs.replace(door.answers[name], certificate="another", url="no address")
    with pytest.raises(SettingsError):
        enrol.write(found, config.parent / "tls.key", ASKING.url, answer)
    assert (found.certificate.read_bytes(), config.read_bytes()) == before
