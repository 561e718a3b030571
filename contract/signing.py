"""Signatures of requests and replies in the manner of RFC 9421: which bytes are signed and how the headers spell it.

Pure: keys, clocks and nonces come in as values; Ed25519 itself is done by the callers.
"""

import base64
import hashlib
import re
from dataclasses import dataclass

SIGNATURE = "Signature"
SIGNATURE_INPUT = "Signature-Input"
CONTENT_DIGEST = "Content-Digest"
_LABEL = "suiban"
_REQUEST_PARTS = '("@method" "@authority" "@path" "content-digest")'
_REPLY_PARTS = '("@status" "content-digest")'
_INPUT = re.compile(
    rf"^{_LABEL}=(?P<params>(?P<parts>\([^)]*\));created=(?P<created>\d{{1,12}});"
    r'nonce="(?P<nonce>[A-Za-z0-9_-]{16,64})";keyid="(?P<key_id>[A-Za-z0-9._:-]{1,80})";alg="ed25519")$'
)
_VALUE = re.compile(rf"^{_LABEL}=:(?P<value>[A-Za-z0-9+/]{{86}}==):$")


class UnreadableSignature(ValueError):
    """The headers do not have the form this file writes."""


@dataclass(frozen=True)
class SignatureInput:
    """Who signed, when (Unix seconds), and with which nonce."""

    key_id: str
    created: int
    nonce: str


@dataclass(frozen=True)
class ReadSignature:
    """A signature as the headers carry it."""

    input: SignatureInput
    value: bytes


def content_digest(body: bytes) -> str:
    """The Content-Digest header of RFC 9530."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def request_base(method: str, authority: str, path: str, body: bytes, signature: SignatureInput) -> bytes:
    """The bytes a terminal signs."""
    lines = (
        f'"@method": {method}',
        f'"@authority": {authority.lower()}',
        f'"@path": {path}',
        f'"content-digest": {content_digest(body)}',
        f'"@signature-params": {_params(_REQUEST_PARTS, signature)}',
    )
    return "\n".join(lines).encode()


def reply_base(status: int, body: bytes, signature: SignatureInput) -> bytes:
    """The bytes the centre signs; its nonce is the request's, so that no other reply fits."""
    lines = (
        f'"@status": {status}',
        f'"content-digest": {content_digest(body)}',
        f'"@signature-params": {_params(_REPLY_PARTS, signature)}',
    )
    return "\n".join(lines).encode()


def request_headers(signature: SignatureInput, value: bytes, body: bytes) -> dict[str, str]:
    """The three headers of a signed request. `value` is the 64-byte Ed25519 signature."""
    return _headers(_params(_REQUEST_PARTS, signature), value, body)


def reply_headers(signature: SignatureInput, value: bytes, body: bytes) -> dict[str, str]:
    """The three headers of a signed reply."""
    return _headers(_params(_REPLY_PARTS, signature), value, body)


def read_request_signature(signature_input: str, signature: str) -> ReadSignature:
    """Read the headers of a request. Raises UnreadableSignature."""
    return _read(signature_input, signature, _REQUEST_PARTS)


def read_reply_signature(signature_input: str, signature: str) -> ReadSignature:
    """Read the headers of a reply. Raises UnreadableSignature."""
    return _read(signature_input, signature, _REPLY_PARTS)


def _params(parts: str, signature: SignatureInput) -> str:
    return f'{parts};created={signature.created};nonce="{signature.nonce}";keyid="{signature.key_id}";alg="ed25519"'


def _headers(params: str, value: bytes, body: bytes) -> dict[str, str]:
    return {
        CONTENT_DIGEST: content_digest(body),
        SIGNATURE_INPUT: f"{_LABEL}={params}",
        SIGNATURE: f"{_LABEL}=:{base64.b64encode(value).decode()}:",
    }


def _read(signature_input: str, signature: str, parts: str) -> ReadSignature:
    found = _INPUT.match(signature_input)
    value = _VALUE.match(signature)
    if found is None or value is None or found["parts"] != parts:
        message = f"headers {SIGNATURE_INPUT} and {SIGNATURE}: expected RFC 9421 with label {_LABEL!r} over {parts}"
        raise UnreadableSignature(message)
    read = SignatureInput(key_id=found["key_id"], created=int(found["created"]), nonce=found["nonce"])
    return ReadSignature(input=read, value=base64.b64decode(value["value"]))
