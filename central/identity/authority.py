"""The fleet's own certificate authority: P-256, made by `central init`, kept in the keys folder.

It vouches for the channel only. Who a terminal is, and whether it still is, its request signature says.
"""

import fcntl
import ipaddress
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from central.identity.rules import AUTHORITY_ALARM_UNDER, CERTIFICATE_DAYS
from central.key_files import KeysError, replace

CA_KEY: Final = "fleet-ca.key"
CA_CERTIFICATE: Final = "fleet-ca.crt"
SERVER_KEY: Final = "server.key"
SERVER_CERTIFICATE: Final = "server.crt"
_CA_DAYS: Final = 20 * 365
_SERVER_DAYS: Final = 397
SERVER_EARLY: Final = timedelta(days=30)
"""The listener's certificate is made anew when it has less than this left."""
SERVER_LATE: Final = timedelta(days=28)
"""Nobody has made it anew then: somebody must hear of it."""
_BACK: Final = timedelta(days=1)
"""Certificates begin a day early: the centre's own clocks differ a little."""
_PEM: Final = serialization.Encoding.PEM


class BadRequest(ValueError):
    """A CSR that is not one; the message says what was expected."""


@dataclass(frozen=True)
class Issued:
    """A certificate given out. `serial` is hexadecimal, `pem` ends with a line break."""

    serial: str
    pem: str
    not_after: datetime


@dataclass(frozen=True)
class Authority:
    """The authority of one fleet."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """Its certificate: what terminals verify the centre with."""
        return self.certificate.public_bytes(_PEM).decode()

    def certify(self, csr: x509.CertificateSigningRequest, terminal: str, now: datetime) -> Issued:
        """A client's certificate for a terminal; of the request only the key is taken over."""
        until = now + timedelta(days=CERTIFICATE_DAYS)
        made = self._sign(csr.public_key(), terminal, ExtendedKeyUsageOID.CLIENT_AUTH, now, until, ())
        return Issued(f"{made.serial_number:x}", made.public_bytes(_PEM).decode(), until)

    def _sign(
        self,
        key: object,
        name: str,
        use: x509.ObjectIdentifier,
        now: datetime,
        until: datetime,
        names: tuple[x509.GeneralName, ...],
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(self.certificate.subject)
            .public_key(key)  # type: ignore[arg-type] # one of the kinds that `usable` lets through, or our own
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _BACK)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())


def make(folder: Path, now: datetime) -> None:
    """Write the authority if it is missing. An existing file is never touched."""
    if (folder / CA_CERTIFICATE).exists():
        return
    key = generate_private_key(SECP256R1())
    replace(folder / CA_KEY, _private(key))
    replace(folder / CA_CERTIFICATE, _vouching(key, _named("Suiban fleet authority"), now))


def prolong(folder: Path, now: datetime) -> datetime:
    """Write the authority's certificate anew, of the same key: what it signed, and who knows the old one, go on.

    Returns when it ends. Raises KeysError where the authority is not here.
    """
    ours = load(folder)
    if ours is None:
        message = (
            f"{folder / CA_KEY}: missing; prolong the authority on the host that enrols, then copy {CA_CERTIFICATE}"
        )
        raise KeysError(message)
    replace(folder / CA_CERTIFICATE, _vouching(ours.key, ours.certificate.subject, now))
    return now + timedelta(days=_CA_DAYS)


def _vouching(key: EllipticCurvePrivateKey, name: x509.Name, now: datetime) -> bytes:
    """The authority's own certificate, PEM."""
    use = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(now + timedelta(days=_CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(**use, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(_PEM)


def load(folder: Path) -> Authority | None:
    """The authority, or None on a host that was given its certificate alone. Raises KeysError."""
    if not (folder / CA_KEY).exists():
        return None
    try:
        certificate = x509.load_pem_x509_certificate((folder / CA_CERTIFICATE).read_bytes())
        key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        message = (
            f"{folder / CA_CERTIFICATE}, {CA_KEY}: expected a certificate and its key, PEM ({error}); restore them"
        )
        raise KeysError(message) from error
    if not isinstance(key, EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        message = f"{folder / CA_KEY}: not the key of {CA_CERTIFICATE}; restore both from one backup"
        raise KeysError(message)
    return Authority(certificate, key)


def usable(pem: str) -> x509.CertificateSigningRequest:
    """A CSR whose sender has the key in it; P-256 only, which every TLS stack takes. Raises BadRequest."""
    try:
        csr = x509.load_pem_x509_csr(pem.encode())
        key = csr.public_key()
        proved = csr.is_signature_valid
    except (ValueError, TypeError, InvalidSignature) as error:
        message = "`$.csr`: expected PKCS#10 in PEM"
        raise BadRequest(message) from error
    if not proved or getattr(getattr(key, "curve", None), "name", "") != "secp256r1":
        message = "`$.csr`: expected a P-256 key, signed with itself"
        raise BadRequest(message)
    return csr


def key_bytes(csr: x509.CertificateSigningRequest) -> bytes:
    """Its SubjectPublicKeyInfo, DER: the same key gives the same bytes."""
    return csr.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def server_files(folder: Path, names: tuple[str, ...], now: datetime) -> tuple[Path, Path]:
    """The certificate and key of the listener; a new pair when missing, near its end or of other names.

    Where the authority is not here to make them, what was brought serves to its last day. Raises KeysError after it.
    """
    certificate, key = folder / SERVER_CERTIFICATE, folder / SERVER_KEY
    with _alone(folder):  # several workers start at once, and certificate and key belong together
        _make_server_files(folder, names, now)
    return certificate, key


def _make_server_files(folder: Path, names: tuple[str, ...], now: datetime) -> None:
    certificate, key = folder / SERVER_CERTIFICATE, folder / SERVER_KEY
    if not _serves(certificate, key, names, now, SERVER_EARLY):
        ours = load(folder)
        if ours is None:
            if _serves(certificate, key, names, now, timedelta()):
                return
            message = f"{certificate}: missing or ended; expected one for {', '.join(names)}, or {CA_KEY} beside it"
            raise KeysError(message)
        fresh = generate_private_key(SECP256R1())
        use, until = ExtendedKeyUsageOID.SERVER_AUTH, now + timedelta(days=_SERVER_DAYS)
        made = ours._sign(fresh.public_key(), names[0], use, now, until, tuple(_general(name) for name in names))  # noqa: SLF001 - its own file
        # Certificate and key in one file each: a stop in between leaves a pair that does not match and is made anew.
        replace(key, _private(fresh))
        replace(certificate, made.public_bytes(_PEM))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = os.open(folder / ".server.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _serves(certificate: Path, key: Path, names: tuple[str, ...], now: datetime, left: timedelta) -> bool:
    """Whether they belong together, are of these names and last longer than `left`."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        said = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    fits = found.public_key() == private.public_key() and {_general(name) for name in names} <= set(said)
    return fits and found.not_valid_after_utc - now > left


def ends_at(certificate: Path) -> datetime | None:
    """When a certificate ends; None where none can be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def ending(folder: Path, now: datetime) -> list[tuple[str, datetime]]:
    """Certificates of this host that somebody must see to, by file name, and when they end."""
    found = []
    for name, early in ((SERVER_CERTIFICATE, SERVER_LATE), (CA_CERTIFICATE, AUTHORITY_ALARM_UNDER)):
        until = ends_at(folder / name)
        if until is not None and until - now < early:
            found.append((name, until))
    return found


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _private(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
