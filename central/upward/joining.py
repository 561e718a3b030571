"""How a hall node becomes known at its centre, and the files it keeps of that: its keys, whom to believe, where to ask.

Every step may be repeated: the same keys and the same code have the same answer.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from central.key_files import KeysError, pem, read_private, replace
from central.mendable import MendableError
from central.settings import Settings
from contract.enrolment import (
    RENEW_UNDER_DAYS,
    CentreKey,
    EnrolAsked,
    Enrolled,
    EnrolRefused,
    RenewAsked,
    fingerprint,
    keys_of,
)
from contract.succession import Statement, Succession
from contract.suites import PublicKey, SigningKey, suite
from offline_cache.link.client import DOWN, NOT_THE_CENTRE, CentreClient, LinkFailure, Timeouts
from offline_cache.link.tls import Tls
from offline_cache.link.trust import Trust

WAITS: Final = "code.waits"
AGAIN_SECONDS: Final = 3.0
PATIENCE_SECONDS: Final = 15 * 60.0
_SIGNING: Final = "signing.pem"
_TLS_KEY: Final = "tls.key"
_CERTIFICATE: Final = "tls.crt"
_CA: Final = "fleet-ca.crt"
_JOINED: Final = "centre.json"
_SUCCESSION: Final = "succession.json"


class NotJoined(MendableError):
    """The hall node is not known at its centre yet, or not as this hall; the message says what to do."""


class Joined(msgspec.Struct, frozen=True):
    """What the centre said of itself and of this hall node."""

    relay: str
    hall: str
    key_id: str
    url: str
    enrol_url: str
    signing_keys: tuple[CentreKey, ...]
    sealing_keys: tuple[CentreKey, ...]


class Passport(msgspec.Struct, frozen=True):
    """All that is needed to speak to the centre."""

    joined: Joined
    signing: SigningKey
    trust: Trust
    tls: Tls
    folder: Path

    def client(self, timeouts: Timeouts | None = None) -> CentreClient:
        """A connection of its own, for one thread."""
        found = self.joined
        return CentreClient(found.url, found.relay, found.key_id, self.signing, self.trust, timeouts, tls=self.tls)

    def keep_sealing(self, keys: Iterable[CentreKey]) -> "Passport":
        """The same with what the centre seals to from now on, written down. Raises OSError."""
        joined = msgspec.structs.replace(self.joined, sealing_keys=tuple(keys))
        replace(self.folder / _JOINED, msgspec.json.format(msgspec.json.encode(joined)))
        return msgspec.structs.replace(self, joined=joined)


def load(settings: Settings) -> Passport:
    """What joining wrote. Raises NotJoined and KeysError."""
    folder = Path(settings.upstream.folder)
    try:
        joined = msgspec.json.decode((folder / _JOINED).read_bytes(), type=Joined)
    except OSError as error:
        message = f"{folder / _JOINED}: {error.strerror}; join the centre with `central join --code CODE`"
        raise NotJoined(message) from error
    except ValueError as error:
        message = f"{folder / _JOINED}: {error}; restore it, or join the centre again"
        raise NotJoined(message) from error
    if joined.hall != settings.hall:
        message = f"`hall`: {settings.hall!r}; the centre knows this node as that of {joined.hall!r}: write that name"
        raise NotJoined(message)
    enrolled = {key.id: PublicKey(key.suite, key.key) for key in joined.signing_keys}
    trust = Trust(enrolled, _statements(folder), lambda found: _keep_statements(folder, found))
    signing = SigningKey(*read_private(folder / _SIGNING, "an Ed25519"))
    return Passport(joined, signing, trust, Tls(folder / _CA, folder / _CERTIFICATE, folder / _TLS_KEY), folder)


def join(settings: Settings, code: str, say: Callable[[str], None], ca: Path | None = None) -> Joined:
    """Show the code at the centre until it answers. Raises NotJoined and KeysError."""
    folder = Path(settings.upstream.folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _SIGNING).exists():
        replace(folder / _SIGNING, pem(settings.suite, suite(settings.suite).fresh_private(), "an Ed25519"))
    signing = SigningKey(*read_private(folder / _SIGNING, "an Ed25519"))
    csr, public = _request(folder / _TLS_KEY)
    asked = EnrolAsked("", code, signing.suite, signing.public, csr, "", "")
    name = keys_of(asked, public)
    url = settings.upstream.url
    with closing(CentreClient(url, "new", f"new-{name[:16]}", signing, {}, tls=Tls(ca))) as client:
        answer = _asked_until(client, asked, name, url, say)
    if answer.hall != settings.hall:
        message = f"`hall`: {settings.hall!r}; the code is for the node of {answer.hall!r}: write that name, then join"
        raise NotJoined(message)
    joined = Joined(
        answer.terminal, answer.hall, answer.key_id, answer.url, url, answer.signing_keys, answer.sealing_keys
    )
    replace(folder / _CERTIFICATE, answer.certificate.encode())
    replace(folder / _CA, answer.ca.encode())
    replace(folder / _JOINED, msgspec.json.format(msgspec.json.encode(joined)))
    return joined


def renew(passport: Passport, now: datetime, *, tls_failed: bool) -> bool:
    """Ask for the next certificate where it is time; whether there is a new one. Raises LinkFailure and OSError."""
    ends = _ends_at(passport.folder / _CERTIFICATE)
    if not tls_failed and ends is not None and ends - now >= timedelta(days=RENEW_UNDER_DAYS):
        return False
    found = passport.joined
    csr, _ = _request(passport.folder / _TLS_KEY)
    with closing(CentreClient(found.enrol_url, found.relay, found.key_id, passport.signing, passport.trust)) as client:
        answer = client.renew(RenewAsked(found.relay, secrets.token_urlsafe(18), csr))
    replace(passport.folder / _CERTIFICATE, answer.certificate.encode())
    replace(passport.folder / _CA, answer.ca.encode())
    return True


def _asked_until(client: CentreClient, asked: EnrolAsked, name: str, url: str, say: Callable[[str], None]) -> Enrolled:
    """A lost reply is asked for again, a person who compares digits is waited for. Raises NotJoined."""
    until, shown = time.monotonic() + PATIENCE_SECONDS, ""
    while True:
        answer, trouble = _once(client, asked, url)
        if isinstance(answer, Enrolled):
            _compare(shown, [fingerprint(name, key.key) for key in answer.signing_keys], url, say)
            return answer
        if answer is not None and answer.error != WAITS:
            message = f"{url}: {answer.error}: {answer.message}"
            raise NotJoined(message)
        if answer is not None and not shown and answer.centre_key:
            shown = fingerprint(name, answer.centre_key)
            say(f"fingerprint {shown[:3]} {shown[3:]}: compare it with the centre's page and confirm there")
        if time.monotonic() >= until:
            message = f"{url}: {trouble}; run the same command again, nothing is lost"
            raise NotJoined(message)
        time.sleep(AGAIN_SECONDS)


def _once(client: CentreClient, asked: EnrolAsked, url: str) -> tuple[Enrolled | EnrolRefused | None, str]:
    """One request with a nonce of its own: the answer, or None and why there is none. Raises NotJoined for nobody."""
    try:
        answer = client.enrol(msgspec.structs.replace(asked, nonce=secrets.token_urlsafe(18)))
    except LinkFailure as failure:
        if failure.key in {DOWN, NOT_THE_CENTRE}:
            message = f"{url}: {failure}; look at the address and the network, then run the same command again"
            raise NotJoined(message) from failure
        return None, f"no believable answer ({failure})"
    return answer, answer.message if isinstance(answer, EnrolRefused) else ""


def _compare(shown: str, answered: list[str], url: str, say: Callable[[str], None]) -> None:
    """The digits that were compared must be those of a key that is answered with. Raises NotJoined."""
    if shown and shown not in answered:
        message = f"{url}: answered with another key than the one compared; ask who listens there"
        raise NotJoined(message)
    if not shown and answered:
        say(f"fingerprint {answered[0][:3]} {answered[0][3:]}: the centre's page shows the same for this code")


def _request(path: Path) -> tuple[str, bytes]:
    """PKCS#10 in PEM for the key in this file, made if it is missing; and its public half. Raises KeysError."""
    if not path.exists():
        fresh = generate_private_key(SECP256R1())
        replace(
            path,
            fresh.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        message = f"{path}: expected a P-256 key, PEM ({error}); move it away and join again"
        raise KeysError(message) from error
    if not isinstance(key, EllipticCurvePrivateKey):
        message = f"{path}: expected a P-256 key; move it away and join again"
        raise KeysError(message)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hall node")])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return made.public_bytes(serialization.Encoding.PEM).decode(), public


def _ends_at(path: Path) -> datetime | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.astimezone(UTC)
    except (OSError, ValueError):
        return None


def _statements(folder: Path) -> tuple[Statement, ...]:
    with suppress(OSError, ValueError):
        return msgspec.json.decode((folder / _SUCCESSION).read_bytes(), type=Succession).statements
    return ()


def _keep_statements(folder: Path, found: tuple[Statement, ...]) -> None:
    replace(folder / _SUCCESSION, msgspec.json.format(msgspec.json.encode(Succession(found))))
