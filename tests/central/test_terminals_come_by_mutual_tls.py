"""A listener of its own for terminals: no certificate of the fleet, no connection; a wrong clock, no harm."""

import importlib.util
import os
import secrets
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization

from central import enrolment
from central import settings as centre_settings
from central.identity import authority
from central.identity.codes import Wanted
from contract.enrolment import Enrolled, RenewAsked
from contract.exchange import Heartbeat
from contract.suites import PublicKey
from offline_cache.link import tls
from offline_cache.link.client import NOT_THE_CENTRE, REFUSED, CentreClient, LinkFailure, Timeouts
from offline_cache.link.tls import Tls
from tests.central.conftest import write_config
from tests.central.newcomer import Newcomer
from tests.central.process import ROOT, CentreProcess, centre_process

pytestmark = pytest.mark.slow
PATIENT = Timeouts(connect=20.0, read=30.0, total=60.0)


class House:
    """A centre with both doors, and one terminal that enrolled at it."""

    def __init__(self, folder: Path, process: CentreProcess) -> None:
        self.folder, self.process, self.new = folder, process, Newcomer()
        self.told = self.enrol("GL-01", self.new, folder)

    def enrol(self, terminal: str, new: Newcomer, folder: Path) -> Enrolled:
        folder.mkdir(exist_ok=True)
        wanted = Wanted(terminal, "", "", "1", "610117", "0001")
        code, _ = enrolment.enrol_code(centre_settings.read(self.process.config), wanted)
        client = CentreClient(self.process.url, terminal, "new", new.key, {}, PATIENT)
        told = client.enrol(new.asked(code))
        client.close()
        assert isinstance(told, Enrolled)
        (folder / "ca.crt").write_text(told.ca)
        (folder / "tls.crt").write_text(told.certificate)
        (folder / "tls.key").write_bytes(
            new.tls_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return told

    def files(self) -> Tls:
        return Tls(self.folder / "ca.crt", self.folder / "tls.crt", self.folder / "tls.key")

    def client(self, files: Tls | None = None, url: str = "") -> CentreClient:
        known = {key.id: PublicKey(key.suite, key.key) for key in self.told.signing_keys}
        tls.context.cache_clear()
        return CentreClient(
            url or self.told.url, "GL-01", "GL-01", self.new.key, known, PATIENT, tls=files or self.files()
        )

    def beats(self, client: CentreClient) -> str:
        """The key of the failure, or nothing."""
        try:
            client.heartbeat(beat())
        except LinkFailure as failure:
            return failure.key
        finally:
            client.close()
        return ""


def beat() -> Heartbeat:
    return Heartbeat("GL-01", 1, secrets.token_urlsafe(18), "2026-11-22T10:00:00+08:00", "0.2.0", (), (), (), 0)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("tls")
    config = write_config(folder, tls_port=-1)
    authority.make(folder / "keys", datetime.now(UTC))
    with centre_process(config) as process:
        yield House(folder / "GL-01", process)


def test_a_certificate_of_the_fleet_gets_in(house: House) -> None:
    assert house.told.url.startswith("https://127.0.0.1:")
    assert house.beats(house.client()) == ""


def test_none_and_a_foreign_one_get_no_connection(house: House, tmp_path: Path) -> None:
    assert house.beats(house.client(Tls(house.folder / "ca.crt"))) == NOT_THE_CENTRE
    authority.make(tmp_path, datetime.now(UTC))
    foreign = authority.load(tmp_path)
    assert foreign
    issued = foreign.certify(authority.usable(house.new.csr), "GL-01", datetime.now(UTC))
    (tmp_path / "tls.crt").write_text(issued.pem)
    files = Tls(house.folder / "ca.crt", tmp_path / "tls.crt", house.folder / "tls.key")
    assert house.beats(house.client(files)) == NOT_THE_CENTRE
    # And a listener with a certificate of another authority is not the centre.
    files = Tls(tmp_path / authority.CA_CERTIFICATE, house.folder / "tls.crt", house.folder / "tls.key")
    assert house.beats(house.client(files)) == NOT_THE_CENTRE


def test_each_door_has_its_own_routes(house: House) -> None:
    assert house.beats(house.client(url=house.process.url)) == REFUSED
    assert house.process.get("/login") == 200
    made, _ = tls.context(house.files())
    place = urlsplit(house.told.url)
    assert made
    assert status_over(made, place.port or 0, "/login") == 404


def status_over(made: ssl.SSLContext, port: int, path: str) -> int:
    import http.client  # noqa: PLC0415 - used here only

    connection = http.client.HTTPSConnection("127.0.0.1", port, context=made, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_certificate_that_ran_out_is_renewed_by_the_plain_door(house: House, tmp_path: Path) -> None:
    ours = authority.load(house.process.config.parent / "keys")
    assert ours
    old = ours.certify(authority.usable(house.new.csr), "GL-01", datetime.now(UTC) - timedelta(days=200))
    (tmp_path / "tls.crt").write_text(old.pem)
    files = Tls(house.folder / "ca.crt", tmp_path / "tls.crt", house.folder / "tls.key")
    client = house.client(files)
    with pytest.raises(LinkFailure):
        client.heartbeat(beat())
    assert [client.tls_failed] == [True]
    plain = house.client(Tls(), url=house.process.url)
    answer = plain.renew(RenewAsked("GL-01", secrets.token_urlsafe(18), house.new.csr))
    plain.close()
    (tmp_path / "tls.crt").write_text(answer.certificate)
    client.show_certificate()
    assert client.heartbeat(beat()).nonce
    assert [client.tls_failed] == [False]
    client.close()


CHILD = """
import secrets, sys, time
from pathlib import Path
from contract.exchange import Heartbeat
from contract.suites import PublicKey, SigningKey
from offline_cache.link import tls
from offline_cache.link.client import CentreClient, LinkFailure, Timeouts
url, folder, private, key_id, public, strict = sys.argv[1:]
folder = Path(folder)
if strict == "strict":
    tls._NO_CHECK_TIME = tls.ssl.VerifyFlags(0)
files = tls.Tls(folder / "ca.crt", folder / "tls.crt", folder / "tls.key")
key = SigningKey("INTL-1", bytes.fromhex(private))
client = CentreClient(url, "GL-01", "GL-01", key, {key_id: PublicKey("INTL-1", bytes.fromhex(public))},
                      Timeouts(20.0, 30.0, 60.0), tls=files)
beat = Heartbeat("GL-01", 1, secrets.token_urlsafe(18), "2026-11-22T10:00:00+08:00", "0.2.0", (), (), (), 0)
try:
    client.heartbeat(beat)
except LinkFailure as failure:
    print(failure.key)
else:
    print("ahead", round((client.ahead or 0) / 86400 / 365))
client.close()
"""


def clock_of(years: int, folder: Path) -> dict[str, Any]:
    """The environment of a process whose clock is years away. LD_PRELOAD takes no path with a space in it."""
    spec = importlib.util.find_spec("libfaketime")
    assert spec
    assert spec.origin
    library = shutil.copy(next(Path(spec.origin).parent.rglob("libfaketime.so.1")), folder)
    return {**os.environ, "LD_PRELOAD": str(library), "FAKETIME": f"{years * 365:+d}d", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def with_clock(house: House, tmp_path: Path) -> Callable[[int, str], str]:
    def run(years: int, strict: str) -> str:
        key = house.told.signing_keys[0]
        private = house.new.key.private.hex()
        command = [
            sys.executable,
            "-c",
            CHILD,
            house.told.url,
            str(house.folder),
            private,
            key.id,
            key.key.hex(),
            strict,
        ]
        done = subprocess.run(
            command, env=clock_of(years, tmp_path), capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout.strip()

    return run


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_is_ten_years_off_shuts_nobody_out(with_clock: Callable[[int, str], str], years: int) -> None:
    assert with_clock(years, "") == f"ahead {-years}"


def test_a_client_that_checks_dates_would_be_shut_out(with_clock: Callable[[int, str], str]) -> None:
    assert with_clock(-10, "strict") == NOT_THE_CENTRE


def test_the_listener_makes_a_certificate_when_its_own_ends(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority.make(tmp_path, now)
    files = authority.server_files(tmp_path, ("centre.example", "127.0.0.1"), now)
    first = [path.read_bytes() for path in files]
    assert [path.read_bytes() for path in authority.server_files(tmp_path, ("127.0.0.1",), now)] == first
    later = authority.server_files(tmp_path, ("127.0.0.1",), now + timedelta(days=380))
    assert later[0].read_bytes() != first[0]
