"""Signatures of requests and replies in the manner of RFC 9421: which bytes are signed and how the headers spell it.

Pure: keys, clocks and nonces come in as values; the callers sign. The suite of the signature is in its `alg`, and the
Content-Digest is of the same suite.
"""

import base64
import re
from dataclasses import dataclass

from contract.suites import INTL, SIGNATURE_NAMES, suite

SIGNATURE = "Signature"
SIGNATURE_INPUT = "Signature-Input"
CONTENT_DIGEST = "Content-Digest"
_LABEL = "suiban"
_REQUEST_PARTS = '("@method" "@authority" "@path" "content-digest")'
_REPLY_PARTS = '("@status" "content-digest")'
_INPUT = re.compile(
    rf"^{_LABEL}=(?P<params>(?P<parts>\([^)]*\));created=(?P<created>\d{{1,12}});"
    r'nonce="(?P<nonce>[A-Za-z0-9_-]{16,64})";keyid="(?P<key_id>[A-Za-z0-9._:-]{1,80})";alg="(?P<alg>[a-z0-9-]{1,20})")$'
)
_SUITE_NAMED = {name: suite_id for suite_id, name in SIGNATURE_NAMES.items()}
_VALUE = re.compile(rf"^{_LABEL}=:(?P<value>[A-Za-z0-9+/]{{86}}==):$")


class UnreadableSignature(ValueError):
    """The headers do not have the form this file writes."""


@dataclass(frozen=True)
class SignatureInput:
    """Who signed, when (Unix seconds), and with which nonce."""

    key_id: str
    created: int
    nonce: str
    suite: str = INTL


@dataclass(frozen=True)
class ReadSignature:
    """A signature as the headers carry it."""

    input: SignatureInput
    value: bytes


def content_digest(body: bytes, suite_id: str = INTL) -> str:
    """The Content-Digest header of RFC 9530."""
    used = suite(suite_id)
    return f"{used.digest_name}=:{base64.b64encode(used.digest(body)).decode()}:"


def request_base(
    method: str, authority: str, path: str, body: bytes, signature: SignatureInput, digest: str = ""
) -> bytes:
    """The bytes a terminal signs. `digest` is the body's Content-Digest, where it was computed before."""
    lines = (
        f'"@method": {method}',
        f'"@authority": {authority.lower()}',
        f'"@path": {path}',
        f'"content-digest": {digest or content_digest(body, signature.suite)}',
        f'"@signature-params": {_params(_REQUEST_PARTS, signature)}',
    )
    return "\n".join(lines).encode()


def reply_base(status: int, body: bytes, signature: SignatureInput, digest: str = "") -> bytes:
    """The bytes the centre signs; its nonce is the request's, so that no other reply fits. `digest` as above."""
    lines = (
        f'"@status": {status}',
        f'"content-digest": {digest or content_digest(body, signature.suite)}',
        f'"@signature-params": {_params(_REPLY_PARTS, signature)}',
    )
    return "\n".join(lines).encode()


def request_headers(signature: SignatureInput, value: bytes, body: bytes) -> dict[str, str]:
    """The three headers of a signed request. `value` is the 64-byte signature."""
    return _headers(_params(_REQUEST_PARTS, signature), value, content_digest(body, signature.suite))


def reply_headers(signature: SignatureInput, value: bytes, body: bytes, digest: str = "") -> dict[str, str]:
    """The three headers of a signed reply. `digest` as above."""
    return _headers(_params(_REPLY_PARTS, signature), value, digest or content_digest(body, signature.suite))


def read_request_signature(signature_input: str, signature: str) -> ReadSignature:
    """Read the headers of a request. Raises UnreadableSignature."""
    return _read(signature_input, signature, _REQUEST_PARTS)


def read_reply_signature(signature_input: str, signature: str) -> ReadSignature:
    """Read the headers of a reply. Raises UnreadableSignature."""
    return _read(signature_input, signature, _REPLY_PARTS)


def _params(parts: str, signature: SignatureInput) -> str:
    alg = SIGNATURE_NAMES[signature.suite]
    return f'{parts};created={signature.created};nonce="{signature.nonce}";keyid="{signature.key_id}";alg="{alg}"'


def _headers(params: str, value: bytes, digest: str) -> dict[str, str]:
    return {
        CONTENT_DIGEST: digest,
        SIGNATURE_INPUT: f"{_LABEL}={params}",
        SIGNATURE: f"{_LABEL}=:{base64.b64encode(value).decode()}:",
    }


def _read(signature_input: str, signature: str, parts: str) -> ReadSignature:
    found = _INPUT.match(signature_input)
    value = _VALUE.match(signature)
    suite_id = found and _SUITE_NAMED.get(found["alg"])
    if found is None or value is None or suite_id is None or found["parts"] != parts:
        message = f"headers {SIGNATURE_INPUT} and {SIGNATURE}: expected RFC 9421 with label {_LABEL!r} over {parts}"
        raise UnreadableSignature(message)
    read = SignatureInput(found["key_id"], int(found["created"]), found["nonce"], suite_id)
    return ReadSignature(input=read, value=base64.b64decode(value["value"]))
