"""A centre that runs for months shows a new certificate in time and cuts nobody off; its authority's end is seen."""

import hashlib
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from central.identity import authority
from central.key_files import KeysError
from contract.exchange import Heartbeat
from offline_cache.link.client import LinkFailure
from tests.central.conftest import Running, start, wait_until, write_config
from tests.central.process import CentreProcess
from tests.central.test_terminals_come_by_mutual_tls import House

NAMES = ("127.0.0.1",)


def end_soon(folder: Path, days: float) -> str:
    """Put a certificate into its place that is nearly over; returns its digest."""
    long_ago = datetime.now(UTC) - timedelta(days=397 - days)
    (folder / authority.SERVER_CERTIFICATE).unlink(missing_ok=True)
    certificate, _ = authority.server_files(folder, NAMES, long_ago)
    return digest_of(certificate)


def digest_of(certificate: Path) -> str:
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return hashlib.sha256(found.public_bytes(serialization.Encoding.DER)).hexdigest()


def shown_at(port: int) -> str:
    """The digest of what the listener shows whoever knocks."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line, anybody.wrap_socket(line) as wrapped:
        return hashlib.sha256(wrapped.getpeercert(binary_form=True) or b"").hexdigest()


@dataclass
class Beats:
    """A terminal that never stops asking, over a connection it keeps."""

    house: House
    good: int = 0
    failed: int = 0

    def run(self, over: threading.Event) -> None:
        client = self.house.client()
        while not over.wait(0.02):
            try:
                beat = Heartbeat(
                    "GL-01", 1, secrets.token_urlsafe(18), "2026-11-22T10:00:00+08:00", "0.2.0", (), (), (), 0
                )
                client.heartbeat(beat)
                self.good += 1
            except LinkFailure:
                self.failed += 1
        client.close()


@pytest.mark.slow
def test_a_new_certificate_is_shown_in_time_and_nobody_is_cut_off(tmp_path: Path) -> None:
    config = write_config(tmp_path, tls_port=-1)
    folder = tmp_path / "keys"
    authority.make(folder, datetime.now(UTC))
    process = CentreProcess(config, module="tests.central.watchful_centre")
    process.start()
    over = threading.Event()
    try:
        house = House(tmp_path / "GL-01", process)
        port = urlsplit(house.told.url).port or 0
        first = shown_at(port)
        old = end_soon(folder, days=10)
        # Control: what only lies there is not shown; without the look it would have ended in ten days.
        assert shown_at(port) == first != old
        beats = Beats(house)
        asking = threading.Thread(target=beats.run, args=(over,))
        asking.start()
        try:
            wait_until(lambda: beats.good > 5, "heartbeats")
            (tmp_path / "look").touch()
            wait_until(lambda: shown_at(port) not in {first, old}, "the new certificate")
            # Both listeners are open for a moment: then only the new one is.
            newest = digest_of(folder / authority.SERVER_CERTIFICATE)
            wait_until(lambda: {shown_at(port) for _ in range(10)} == {newest}, "the end of the old listener")
            before = beats.good
            wait_until(lambda: beats.good > before + 5, "heartbeats by the new one")
        finally:
            over.set()
            asking.join(30)
        assert beats.failed == 0
        assert process.get("/login") == 200
        ends = authority.ends_at(folder / authority.SERVER_CERTIFICATE)
        assert ends
        assert ends - datetime.now(UTC) > timedelta(days=300)
        assert process.stop() == 0
    finally:
        process.kill()


def test_a_certificate_that_was_brought_serves_to_its_last_day(tmp_path: Path) -> None:
    """On a host without the authority nobody can make another: it is not refused before it has ended."""
    now = datetime.now(UTC)
    authority.make(tmp_path, now)
    end_soon(tmp_path, days=2)
    (tmp_path / authority.CA_KEY).unlink()
    before = (tmp_path / authority.SERVER_CERTIFICATE).read_bytes()
    certificate, _ = authority.server_files(tmp_path, NAMES, now)
    assert certificate.read_bytes() == before
    with pytest.raises(KeysError, match="missing or ended"):
        authority.server_files(tmp_path, NAMES, now + timedelta(days=3))


@pytest.fixture
def with_tls(tmp_path: Path) -> Iterator[Running]:
    config = write_config(tmp_path, tls_port=8641, host="127.0.0.1")
    authority.make(tmp_path / "keys", datetime.now(UTC))
    yield from start(config)


def test_the_end_of_authority_and_listener_is_on_the_wall(with_tls: Running, tmp_path: Path) -> None:
    running, folder = with_tls, tmp_path / "keys"
    authority.server_files(folder, NAMES, running.clock())
    assert running.log_in() == 303
    assert "central keys prolong" not in running.client.get("/").text
    running.clock.forward(days=20 * 365 - 179)
    assert running.log_in() == 303
    page = running.client.get("/").text
    assert "central keys prolong" in page
    assert authority.SERVER_CERTIFICATE in page  # nobody made another: this one ended long ago
    authority.prolong(folder, running.clock())
    authority.server_files(folder, NAMES, running.clock())
    page = running.client.get("/").text
    assert "central keys prolong" not in page
    assert authority.SERVER_CERTIFICATE not in page


def test_a_prolonged_authority_is_the_same_to_who_knows_the_old_certificate(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority.make(tmp_path, now - timedelta(days=19 * 365))
    before = authority.load(tmp_path)
    until = authority.prolong(tmp_path, now)
    after = authority.load(tmp_path)
    assert before
    assert after
    assert until > before.certificate.not_valid_after_utc
    certificate, _ = authority.server_files(tmp_path, NAMES, now)
    for known in (before, after):
        x509.load_pem_x509_certificate(certificate.read_bytes()).verify_directly_issued_by(known.certificate)
    assert [before.certificate.subject] == [after.certificate.subject]
    (tmp_path / authority.CA_KEY).unlink()
    with pytest.raises(KeysError, match="on the host that enrols"):
        authority.prolong(tmp_path, now)
