"""In time, by the centre's clock, and also when it has run out already."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest
from cryptography import x509

from central.identity import authority
from contract.enrolment import RenewAsked, Renewed
from contract.suites import INTL, SigningKey, suite
from kiosk import audit, settings
from kiosk.settings import Settings
from kiosk.setup import renewal, tls_key
from kiosk.setup.renewal import Renewal, is_due
from offline_cache.link.client import DOWN, CentreClient, LinkFailure
from offline_cache.link.trust import Trust
from tests.kiosk.test_a_bad_file_gets_one_clear_sentence import WHOLE, write

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_left", "tls_failed", "due"),
    [(90, False, False), (31, False, False), (29, False, True), (-100, False, True), (90, True, True)],
)
def test_when_it_is_time(days_left: int, tls_failed: bool, due: bool) -> None:
    assert is_due(NOW + timedelta(days=days_left), NOW, tls_failed=tls_failed) is due
    assert is_due(None, NOW, tls_failed=False)


class Client:
    """The connection in use: what it knows of the centre's clock, and what it shows."""

    def __init__(self) -> None:
        self.ahead: float | None = 0.0
        self.tls_failed = False
        self.shown = 0

    def show_certificate(self) -> None:
        self.shown += 1


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        authority.make(folder, NOW - timedelta(days=400))
        found = authority.load(folder)
        assert found
        self.authority = found
        tls_key.make(folder / "tls.key")
        self.certificate = folder / "tls.crt"
        self.client = Client()
        self.asked: list[RenewAsked] = []

    def given(self, at: datetime) -> str:
        csr, _ = tls_key.request(self.folder / "tls.key", "GL-01")
        return self.authority.certify(authority.usable(csr), "GL-01", at).pem

    def renew(self, asked: RenewAsked) -> Renewed:
        self.asked.append(asked)
        return Renewed(asked.nonce, "", self.given(NOW), self.authority.pem)

    def settings(self) -> Settings:
        found = settings.read(write(self.folder, WHOLE))
        centre = msgspec.structs.replace(found.centre, enrol_url="http://127.0.0.1:1")
        return msgspec.structs.replace(
            found, centre=centre, certificate=self.certificate, tls_key=self.folder / "tls.key"
        )

    def renewal(self, clock: datetime = NOW, every: float = renewal.EVERY_SECONDS) -> Renewal:
        key = SigningKey(INTL, suite(INTL).fresh_private())
        client = cast("CentreClient", self.client)
        return Renewal(self.settings(), key, client, Trust({}), clock=clock.timestamp, every=every)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    found = House(tmp_path)
    monkeypatch.setattr(CentreClient, "renew", lambda _, asked: found.renew(asked))
    monkeypatch.setattr(audit, "note", lambda *_, **__: None)
    return found


def test_a_young_one_is_left_alone_and_an_old_one_replaced(house: House) -> None:
    house.certificate.write_text(house.given(NOW - timedelta(days=50)))
    assert not house.renewal().look()
    assert house.asked == []
    house.certificate.write_text(house.given(NOW - timedelta(days=65)))
    assert house.renewal().look()
    assert house.client.shown == 1
    assert x509.load_pem_x509_certificate(house.certificate.read_bytes()).not_valid_after_utc > NOW + timedelta(days=89)
    assert house.certificate.stat().st_mode & 0o777 in {0o600, 0o644}
    assert not house.renewal().look()


@pytest.mark.parametrize("years", [-30, 10])
def test_a_wrong_clock_does_not_decide(house: House, years: int) -> None:
    """The centre's answers say what time it is there."""
    wrong = NOW + timedelta(days=365 * years)
    house.client.ahead = (NOW - wrong).total_seconds()
    house.certificate.write_text(house.given(NOW - timedelta(days=50)))
    assert not house.renewal(wrong).look()
    house.certificate.write_text(house.given(NOW - timedelta(days=65)))
    assert house.renewal(wrong).look()


def test_one_that_ran_out_while_the_clock_was_dead_is_replaced(house: House) -> None:
    house.client.ahead, house.client.tls_failed = None, True
    house.certificate.write_text(house.given(NOW - timedelta(days=200)))
    assert house.renewal(datetime(1970, 1, 2, tzinfo=UTC)).look()


def test_without_an_answer_the_old_one_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> Renewed:
        raise LinkFailure(DOWN, "nobody there")

    monkeypatch.setattr(CentreClient, "renew", down)
    old = house.given(NOW - timedelta(days=65))
    house.certificate.write_text(old)
    assert not house.renewal().look()
    assert house.certificate.read_text() == old
    (house.folder / "tls.key").unlink()
    assert not house.renewal().look()


def test_a_bug_does_not_end_the_thread(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    met = threading.Event()
    looks = 0

    def stumbles(_: Renewal) -> bool:
        nonlocal looks
        looks += 1
        if looks > 1:
            met.set()
        raise TypeError

    monkeypatch.setattr(renewal, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(Renewal, "look", stumbles)
    house.certificate.write_text(house.given(NOW - timedelta(days=65)))
    running = house.renewal(every=0.01)
    running.start()
    assert met.wait(20)
    running.stop()


def test_the_thread_looks_and_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "FIRST_SECONDS", 0.0)
    house.certificate.write_text(house.given(NOW - timedelta(days=65)))
    running = house.renewal()
    running.start()
    running._thread.join(0.5)
    running.stop()
    assert len(house.asked) == 1
