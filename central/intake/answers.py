"""What is said to terminals, whatever carries it: who signed a request, and an answer signed for that request alone."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import msgspec
import structlog

from central.centre import Centre
from central.intake.openapi import ErrorReply
from central.intake.signers import NotAccepted, Request, Signed, read
from contract import signing
from contract.signing import SignatureInput

RETRY_AFTER_SECONDS: Final = 5
FAILED: Final = ErrorReply("failed", "logged here; send it again later")
_STRANGER = "the request: expected a signature of a terminal entered here, over exactly this body"
_REVOKED = "this terminal was cut off; nothing of it is lost: enrol it anew with a code of the centre"
_ENCODER = msgspec.json.Encoder()

log = structlog.get_logger()


class Answer(msgspec.Struct, frozen=True):
    """Ready to be sent. The body is JSON, or there is none."""

    status: int
    body: bytes
    headers: dict[str, str]


class Refused(Exception):
    """The request does not come from a terminal of ours; `answer` is what it hears."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


async def signer(centre: Centre, asked: Request, damaged: int = 401) -> Signed:
    """Who signed. `damaged` is the status for a body that does not have its Content-Digest. Raises Refused."""
    try:
        return await centre.signers.check(asked, _authorities(centre, asked.headers))
    except NotAccepted as error:
        log.warning("request_not_accepted", reason=error.key, path=asked.path)
        given = input_of(asked.headers)
        if error.key == "digest" and damaged != 401:
            text = "the body: expected the bytes its Content-Digest names; send it again"
            raise Refused(refuse(centre, given, damaged, "damaged", text)) from None
        key, text = ("revoked", _REVOKED) if error.key == "revoked" else ("not_accepted", _STRANGER)
        raise Refused(refuse(centre, given, 401, key, text)) from None


def too_large(centre: Centre, headers: Mapping[str, str], largest: int, status: int = 413) -> Answer:
    """The body has more bytes than the route takes."""
    return refuse(centre, input_of(headers), status, "too_large", f"the body: expected at most {largest} bytes")


def malformed(centre: Centre, path: str, signed: Signed, message: str) -> Answer:
    """422: the message names the place and the expected value."""
    log.warning("request_malformed", terminal=signed.terminal, path=path, message=message)
    return refuse(centre, signed.input, 422, "malformed", message)


def not_yours(centre: Centre, path: str, signed: Signed) -> Answer:
    """401: the body speaks for another terminal than the one that signed."""
    log.warning("request_not_yours", terminal=signed.terminal, path=path)
    message = f"`$.terminal`: expected {signed.terminal!r}, whose key signed the request"
    return refuse(centre, signed.input, 401, "not_yours", message)


def later(centre: Centre, signed: Signed) -> Answer:
    """503: nothing was stored, and when to come again."""
    answer = refuse(centre, signed.input, 503, "later", "nothing was stored; send it again later")
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def refuse(centre: Centre, asked: SignatureInput | None, status: int, error: str, message: str) -> Answer:
    """A refusal, signed like any other answer."""
    return reply(centre, asked, ErrorReply(error, message), status)


def reply(centre: Centre, asked: SignatureInput | None, value: msgspec.Struct, status: int) -> Answer:
    """Signed with the request's own nonce, so that it fits no other request; unsigned only if that had none."""
    return sealed(centre, asked, _ENCODER.encode(value), status)


def sealed(centre: Centre, asked: SignatureInput | None, body: bytes, status: int) -> Answer:
    """The same of any body, also of none."""
    if asked is None:
        return Answer(status, body, {"Cache-Control": "no-store"})
    name, key = centre.keys.signing_as(asked.suite)
    ours = SignatureInput(name, int(centre.clock().timestamp()), asked.nonce, key.suite)
    digest = signing.content_digest(body, key.suite)
    signature = key.sign(signing.reply_base(status, body, ours, digest))
    headers = signing.reply_headers(ours, signature, body, digest)
    headers["Cache-Control"] = "no-store"
    return Answer(status, body, headers)


def server_time(centre: Centre) -> str:
    """Now, as replies carry it."""
    return centre.clock().isoformat(timespec="milliseconds")


def input_of(headers: Mapping[str, str]) -> SignatureInput | None:
    """What a request that may not be accepted said of its signature: its refusal is signed for it all the same."""
    try:
        return read(headers).input
    except NotAccepted:
        return None


def _authorities(centre: Centre, headers: Mapping[str, str]) -> Iterator[str]:
    """The names this server goes by: what the terminal called it, and what it is called from outside."""
    for name in (headers.get("host", ""), _netloc(centre.settings.public_url)):
        if name:
            yield name


@lru_cache(maxsize=4)
def _netloc(url: str) -> str:
    return urlsplit(url).netloc
