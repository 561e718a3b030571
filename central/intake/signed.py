"""What every signed route shares: who signed the request, and an answer signed for this request alone."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar.enums import MediaType
from litestar.exceptions import ClientException
from litestar.response import Response

from central.intake import rules
from central.intake.openapi import ErrorReply
from central.intake.signers import NotAccepted, Request, Signed, read
from central.web.page import Asked, centre_of
from contract import signing
from contract.signing import SignatureInput

RETRY_AFTER_SECONDS = 5
NOTHING: Response[bytes] = Response(b"")
_STRANGER = "the request: expected a signature of a terminal entered here, over exactly this body"
_REVOKED = "this terminal was cut off; nothing of it is lost: enrol it anew with a code of the centre"

log = structlog.get_logger()


async def open_signed(
    request: Asked, largest: int = rules.MAX_BODY_BYTES, damaged: int = 401
) -> tuple[bytes, Signed | None, Response[bytes]]:
    """The body and who signed it; without a signer, the refusal to send.

    `largest` is the route's limit, `damaged` its status for a body that does not have its Content-Digest.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.scope["headers"]}
    try:
        body = await request.body()
    except ClientException as error:
        text = f"the body: expected at most {largest} bytes"
        return b"", None, refuse(request, _input_of(headers), error.status_code, "too_large", text)
    asked = Request(request.method, request.url.path, headers, body)
    try:
        signed = await centre_of(request).signers.check(asked, _authorities(request, headers))
    except NotAccepted as error:
        log.warning("request_not_accepted", reason=error.key, path=request.url.path)
        if error.key == "digest" and damaged != 401:
            text = "the body: expected the bytes its Content-Digest names; send it again"
            return b"", None, refuse(request, _input_of(headers), damaged, "damaged", text)
        key, text = ("revoked", _REVOKED) if error.key == "revoked" else ("not_accepted", _STRANGER)
        return b"", None, refuse(request, _input_of(headers), 401, key, text)
    return body, signed, NOTHING


def _authorities(request: Asked, headers: Mapping[str, str]) -> list[str]:
    """The names this server goes by: what the terminal called it, and what it is called from outside."""
    outside = urlsplit(centre_of(request).settings.public_url).netloc
    return [name for name in (headers.get("host", ""), outside) if name]


def server_time(request: Asked) -> str:
    """Now, as replies carry it."""
    return centre_of(request).clock().isoformat(timespec="milliseconds")


def malformed(request: Asked, signed: Signed, message: str) -> Response[bytes]:
    """422: the message names the place and the expected value."""
    log.warning("request_malformed", terminal=signed.terminal, path=request.url.path, message=message)
    return refuse(request, signed.input, 422, "malformed", message)


def not_yours(request: Asked, signed: Signed) -> Response[bytes]:
    """401: the body speaks for another terminal than the one that signed."""
    log.warning("request_not_yours", terminal=signed.terminal, path=request.url.path)
    message = f"`$.terminal`: expected {signed.terminal!r}, whose key signed the request"
    return refuse(request, signed.input, 401, "not_yours", message)


def later(request: Asked, signed: Signed) -> Response[bytes]:
    """503: nothing was stored, and when to come again."""
    answer = refuse(request, signed.input, 503, "later", "nothing was stored; send it again later")
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def refuse(request: Asked, asked: SignatureInput | None, status: int, error: str, message: str) -> Response[bytes]:
    """A refusal, signed like any other answer."""
    return reply(request, asked, ErrorReply(error, message), status)


def reply(request: Asked, asked: SignatureInput | None, value: msgspec.Struct, status: int) -> Response[bytes]:
    """Signed with the request's own nonce, so that it fits no other request; unsigned only if that had none."""
    body = msgspec.json.encode(value)
    headers = _signed(request, asked, body, status)
    return Response(body, media_type=MediaType.JSON, status_code=status, headers=headers)


def reply_empty(
    request: Asked, asked: SignatureInput | None, status: int, headers: Mapping[str, str]
) -> Response[None]:
    """The same without a body. `headers` are not signed: only the status is to be believed."""
    signed = _signed(request, asked, b"", status) | dict(headers)
    # As text, no body is no bytes; as JSON it would be `null`, which nobody signed.
    return Response(None, media_type=MediaType.TEXT, status_code=status, headers=signed)


def _signed(request: Asked, asked: SignatureInput | None, body: bytes, status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if asked is not None:
        centre = centre_of(request)
        name, key = centre.keys.signing_as(asked.suite)
        ours = SignatureInput(name, int(centre.clock().timestamp()), asked.nonce, key.suite)
        signature = key.sign(signing.reply_base(status, body, ours))
        headers |= signing.reply_headers(ours, signature, body)
    return headers


def _input_of(headers: Mapping[str, str]) -> SignatureInput | None:
    try:
        return read(headers).input
    except NotAccepted:
        return None
