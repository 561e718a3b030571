"""TLS: the operator's own authority is believed, another is not the centre, the deadline holds in the handshake."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.x509.oid import NameOID

from contract.exchange import Heartbeat
from contract.suites import SigningKey
from offline_cache.link.client import NOT_THE_CENTRE, SLOW, CentreClient, LinkFailure, Timeouts
from offline_cache.link.tls import Tls
from tests.offline_cache.centre_double import CentreDouble, Fault

BEAT = Heartbeat("GL-01", 1, "b" * 32, "2026-11-22T10:00:00+08:00", "0.1.0", (), (), (), 0)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def secure(centre: CentreDouble, certificate: tuple[Path, Path]) -> CentreDouble:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    centre._server.socket = context.wrap_socket(centre._server.socket, server_side=True)
    return centre


def client_of(centre: CentreDouble, url: str, ca_file: Path | None, timeouts: Timeouts | None = None) -> CentreClient:
    key = SigningKey.fresh()
    centre.terminal_keys["GL-01"] = key.public_key
    return CentreClient(url, "GL-01", "GL-01", key, centre.public_keys, timeouts, tls=Tls(ca_file))


def test_the_operators_authority_is_believed(secure: CentreDouble, certificate: tuple[Path, Path]) -> None:
    client = client_of(secure, f"https://127.0.0.1:{secure.port}", certificate[0])
    assert client.heartbeat(BEAT).nonce == BEAT.nonce
    secure.faults.append(Fault.REPLY_LOST)
    assert client.heartbeat(BEAT).nonce == BEAT.nonce
    client.close()


def test_an_unknown_authority_is_not_the_centre(secure: CentreDouble) -> None:
    client = client_of(secure, f"https://127.0.0.1:{secure.port}", None)
    with pytest.raises(LinkFailure) as failed:
        client.heartbeat(BEAT)
    client.close()
    assert failed.value.key == NOT_THE_CENTRE
    assert secure.requests == 0


def test_a_trickling_answer_is_cut_under_tls_too(secure: CentreDouble, certificate: tuple[Path, Path]) -> None:
    client = client_of(secure, f"https://127.0.0.1:{secure.port}", certificate[0], Timeouts(2.0, 5.0, 0.5))
    secure.always = Fault.TRICKLE
    began = time.monotonic()
    with pytest.raises(LinkFailure) as failed:
        client.heartbeat(BEAT)
    client.close()
    assert failed.value.key == SLOW
    assert time.monotonic() - began < 2.0


def test_a_handshake_that_never_ends_is_cut(centre: CentreDouble) -> None:
    """A peer that sends a byte of a TLS record now and then keeps every single read within its time."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    connection.sendall(b"\x16\x03\x03\x40\x00")
                    while not over.wait(0.05):
                        connection.sendall(b"\x02")
                except OSError:
                    return

        peer = threading.Thread(target=trickle)
        peer.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        client = client_of(centre, url, None, Timeouts(1.0, 1.0, 0.5))
        began = time.monotonic()
        with pytest.raises(LinkFailure) as failed:
            client.heartbeat(BEAT)
        took = time.monotonic() - began
        over.set()
        peer.join(5)
        client.close()
    assert took < 3.0
    assert failed.value.key == SLOW
