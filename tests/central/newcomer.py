"""A terminal on its first day: fresh keys, a code, the request that `kiosk enrol` sends."""

import secrets
from dataclasses import dataclass, field

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from contract import signing
from contract.enrolment import ENROL_PATH, RENEW_PATH, EnrolAsked, Enrolled, EnrolRefused, RenewAsked
from contract.signing import SignatureInput
from contract.suites import INTL, SigningKey, suite
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import Answer


def fresh(suite_id: str = INTL) -> SigningKey:
    return SigningKey(suite_id, suite(suite_id).fresh_private())


def csr_of(key: EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whatever it calls itself")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class Newcomer:
    """Both keys, and the CSR made once."""

    key: SigningKey = field(default_factory=fresh)
    tls_key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    csr: str = ""

    def __post_init__(self) -> None:
        self.csr = self.csr or csr_of(self.tls_key)

    def asked(self, code: str) -> EnrolAsked:
        return EnrolAsked(secrets.token_urlsafe(18), code, self.key.suite, self.key.public, self.csr, "", "")

    def knock(self, running: Running, code: str, signer: SigningKey | None = None) -> Answer:
        """Ask with a code; signed by `signer` where it is not its own key."""
        asked = self.asked(code)
        body = msgspec.json.encode(asked)
        return running.post(ENROL_PATH, body, signed(ENROL_PATH, body, asked.nonce, "new", signer or self.key))

    def enter(self, running: Running, code: str) -> Enrolled:
        answer = self.knock(running, code)
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body, type=Enrolled)

    def refused(self, running: Running, code: str) -> str:
        answer = self.knock(running, code)
        assert answer.status != 200
        return msgspec.json.decode(answer.body, type=EnrolRefused).error

    def renew(self, running: Running, terminal: str, csr: str = "") -> Answer:
        asked = RenewAsked(terminal, secrets.token_urlsafe(18), csr or self.csr)
        body = msgspec.json.encode(asked)
        return running.post(RENEW_PATH, body, signed(RENEW_PATH, body, asked.nonce, terminal, self.key))


def signed(path: str, body: bytes, nonce: str, key_id: str, key: SigningKey) -> dict[str, str]:
    ours = SignatureInput(key_id, 0, nonce, key.suite)
    value = key.sign(signing.request_base("POST", AUTHORITY, path, body, ours))
    return signing.request_headers(ours, value, body) | {"Host": AUTHORITY, "Content-Type": "application/json"}
