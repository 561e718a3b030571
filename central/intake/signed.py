"""The signed routes that Litestar carries: `answers` says what is said, this file takes it from and to Litestar."""

from collections.abc import Mapping

import msgspec
from litestar.enums import MediaType
from litestar.exceptions import ClientException
from litestar.response import Response

from central.intake import answers, rules
from central.intake.answers import Answer, Refused
from central.intake.signers import Request, Signed
from central.web.page import Asked, centre_of
from contract.signing import SignatureInput

NOTHING: Response[bytes] = Response(b"")


async def open_signed(
    request: Asked, largest: int = rules.MAX_BODY_BYTES, damaged: int = 401
) -> tuple[bytes, Signed | None, Response[bytes]]:
    """The body and who signed it; without a signer, the refusal to send.

    `largest` is the route's limit, `damaged` its status for a body that does not have its Content-Digest.
    """
    centre = centre_of(request)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.scope["headers"]}
    try:
        body = await request.body()
    except ClientException as error:
        return b"", None, _response(answers.too_large(centre, headers, largest, error.status_code))
    try:
        signed = await answers.signer(centre, Request(request.method, request.url.path, headers, body), damaged)
    except Refused as refused:
        return b"", None, _response(refused.answer)
    return body, signed, NOTHING


def server_time(request: Asked) -> str:
    """Now, as replies carry it."""
    return answers.server_time(centre_of(request))


def malformed(request: Asked, signed: Signed, message: str) -> Response[bytes]:
    """422: the message names the place and the expected value."""
    return _response(answers.malformed(centre_of(request), request.url.path, signed, message))


def not_yours(request: Asked, signed: Signed) -> Response[bytes]:
    """401: the body speaks for another terminal than the one that signed."""
    return _response(answers.not_yours(centre_of(request), request.url.path, signed))


def later(request: Asked, signed: Signed) -> Response[bytes]:
    """503: nothing was stored, and when to come again."""
    return _response(answers.later(centre_of(request), signed))


def refuse(request: Asked, asked: SignatureInput | None, status: int, error: str, message: str) -> Response[bytes]:
    """A refusal, signed like any other answer."""
    return _response(answers.refuse(centre_of(request), asked, status, error, message))


def reply(request: Asked, asked: SignatureInput | None, value: msgspec.Struct, status: int) -> Response[bytes]:
    """Signed with the request's own nonce, so that it fits no other request; unsigned only if that had none."""
    return _response(answers.reply(centre_of(request), asked, value, status))


def reply_empty(
    request: Asked, asked: SignatureInput | None, status: int, headers: Mapping[str, str]
) -> Response[None]:
    """The same without a body. `headers` are not signed: only the status is to be believed."""
    answer = answers.sealed(centre_of(request), asked, b"", status)
    # As text, no body is no bytes; as JSON it would be `null`, which nobody signed.
    return Response(None, media_type=MediaType.TEXT, status_code=status, headers=answer.headers | dict(headers))


def _response(answer: Answer) -> Response[bytes]:
    return Response(answer.body, media_type=MediaType.JSON, status_code=answer.status, headers=answer.headers)
