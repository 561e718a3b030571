"""The terminal's TLS key, P-256 in PEM, and what asks for its certificate. It proves nothing but the channel."""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from kiosk.durable import make_folder, replace_file
from kiosk.settings import SettingsError


def make(path: Path) -> None:
    """Write a fresh key, durably, mode 0600, unless one is there. Raises OSError."""
    if path.exists():
        return
    make_folder(path.parent)
    key = generate_private_key(SECP256R1())
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    replace_file(path, encoded)


def request(path: Path, terminal: str) -> tuple[str, bytes]:
    """PKCS#10 in PEM, signed with the key, and the key's public half (SPKI, DER). Raises SettingsError."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        message = f"{path}: not a private key in PEM ({error}); move it away and run `./suiban kiosk enrol` again."
        raise SettingsError(message) from None
    if not isinstance(key, EllipticCurvePrivateKey):
        message = f"{path}: a P-256 key expected; move it away and run `./suiban kiosk enrol` again."
        raise SettingsError(message)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, terminal)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return made.public_bytes(serialization.Encoding.PEM).decode(), public


def ends_at(path: Path) -> datetime | None:
    """When a certificate ends; None for one that is missing or unreadable."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None
