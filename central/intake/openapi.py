"""The OpenAPI 3.1 document of the terminals' interface, made from the contract's own structs."""

from functools import cache
from typing import Any

import msgspec

from central.exchange import openapi as exchange
from central.intake.described import CALLS, Call
from central.intake.examples import example
from contract import signing
from contract.exchange import (
    EPOCH_PATH,
    HEARTBEAT_PATH,
    PUSH_PATH,
    EpochAsked,
    EpochOpened,
    Heartbeat,
    HeartbeatReply,
    PushReply,
    PushRequest,
)
from contract.feed import PULL_PATH, PullReply, PullRequest
from contract.media import MEDIA_PATH
from contract.questions import QUESTION_PATH, QuestionAsked, QuestionReply
from contract.relay import scans_path
from contract.releases import RELEASES_PATH
from contract.scans import SCANS_PATH

PATH = "/schema/openapi.json"
_PLACE = "#/components/schemas/{name}"
_HEADERS = {
    signing.CONTENT_DIGEST: "RFC 9530: `sha-256=:…:` of the body",
    signing.SIGNATURE_INPUT: "RFC 9421, label `suiban`: the signed parts, created, nonce, keyid, alg",
    signing.SIGNATURE: "Ed25519 or SM2, as `alg` says, over the parts named in Signature-Input, label `suiban`, base64",
}


_Answers = dict[int, tuple[type[msgspec.Struct], str]]


class ErrorReply(msgspec.Struct, frozen=True):
    """Why a request was not taken. `error` is a key, `message` a sentence that names place and expected value."""

    error: str
    message: str


_REFUSED: _Answers = {
    401: (ErrorReply, "No terminal entered here signed exactly this request, or it speaks for another terminal."),
    413: (ErrorReply, "The body is too large."),
    422: (ErrorReply, "Not a message of this protocol; `message` names the place and the expected value."),
    503: (ErrorReply, "Nothing was stored: keep everything and send it again after `Retry-After` seconds."),
}
_PUSHED = "Everything up to `ack` is committed and synced; nothing is judged yet."
_BEATEN = "The state is kept; `held` is what is committed of this epoch, by lane."
_REPLAYED = "The very same request was heard before; it changed nothing again."
_OPENED = "The epoch is this store's alone; the one it left is closed for everybody."
_ANSWERED = "What was asked is answered; both are sealed, for the centre and for the visit that asked."
_PULLED = "What is in force for this terminal after `cursor`, in order; each item is signed by itself."
_TUS_HEADERS = {
    "Tus-Resumable": "`1.0.0`",
    "Upload-Length": "POST: bytes of the sealed scan",
    "Upload-Metadata": "POST: `hash`, `case`, `what`, `suite`, each with its value in base64",
    "Upload-Offset": "PATCH: where the piece belongs",
}
_TUS_ANSWERS: dict[str, dict[int, str]] = {
    "post": {200: "All of it is held: the signed status says so.", 201: "Begun, now or before."},
    "head": {200: "`Upload-Offset` of `Upload-Length` bytes are on disk.", 404: "Never begun.", 412: "Another tus."},
    "patch": {
        204: "The piece is on disk.",
        404: "Never begun.",
        409: "`Upload-Offset` is held: go on from there.",
        415: "Not application/offset+octet-stream.",
        460: "The piece, or with offset 0 the whole, does not have its hash.",
    },
}
_STOPPED = "The batch stops at `refused_seq` for the reason in `refusal`; what came before it is kept and acknowledged."


@cache
def document(title: str) -> dict[str, Any]:
    """The whole document."""
    structs = (
        *(PushRequest, PushReply, Heartbeat, HeartbeatReply, EpochAsked, EpochOpened),
        *(PullRequest, PullReply, QuestionAsked, QuestionReply, ErrorReply),
        *(call.asked for call in CALLS if call.asked is not None),
        *(kind for call in CALLS for kind, _ in call.answers.values() if kind is not None),
    )
    _, schemas = msgspec.json.schema_components(tuple(dict.fromkeys(structs)), ref_template=_PLACE)
    pushed: _Answers = {200: (PushReply, _PUSHED), 409: (PushReply, _STOPPED), **_REFUSED}
    beaten: _Answers = {200: (HeartbeatReply, _BEATEN), 409: (ErrorReply, _REPLAYED), **_REFUSED}
    pulled: _Answers = {200: (PullReply, _PULLED), **_REFUSED}
    answered: _Answers = {200: (QuestionReply, _ANSWERED), **_REFUSED}
    opened: _Answers = {200: (EpochOpened, _OPENED), **_REFUSED}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1", "description": "What terminals and other systems say to the centre."},
        "paths": {
            PUSH_PATH: {"post": _operation("Hand over a run of one lane", PushRequest, pushed)},
            HEARTBEAT_PATH: {"post": _operation("Say how the terminal is now", Heartbeat, beaten)},
            PULL_PATH: {"post": _operation("Ask for what comes down", PullRequest, pulled)},
            QUESTION_PATH: {"post": _operation("Ask something on behalf of a visit", QuestionAsked, answered)},
            SCANS_PATH: {"post": _tus("post", "Begin an upload, or ask whether all of it is held")},
            SCANS_PATH + "/{hash}": {
                "head": _tus("head", "How much of an upload is held"),
                "patch": _tus("patch", "Hand over a piece"),
            },
            EPOCH_PATH: {"post": _operation("Open the next epoch for a store", EpochAsked, opened)},
            **{call.path: {call.method: _called(call)} for call in CALLS},
            RELEASES_PATH + "/{shelf}/{offset}/{name}": {
                "get": _piece("ReleasePiece", "A piece of a file of the repository of releases", ("shelf", "name"))
            },
            MEDIA_PATH + "/{sha256}/{offset}": {
                "get": _piece("MediaPiece", "A piece of a picture for the attract screens", ("sha256",))
            },
            scans_path("{terminal}"): {"post": _of_hall("post", "The same for a terminal behind a hall's node")},
            scans_path("{terminal}") + "/{hash}": {
                "head": _of_hall("head", "The same for a terminal behind a hall's node"),
                "patch": _of_hall("patch", "The same for a terminal behind a hall's node"),
            },
            **exchange.paths(),
        },
        "components": {"schemas": schemas},
    }


def _called(call: Call) -> dict[str, Any]:
    answers = {status: (kind or ErrorReply, text) for status, (kind, text) in call.answers.items()}
    told: dict[str, Any] = {
        "summary": call.summary,
        "tags": [call.tag],
        "operationId": call.asked.__name__ if call.asked is not None else f"{call.tag.title()}Read",
        "responses": {str(status): _answer(kind, text) for status, (kind, text) in sorted(answers.items())},
    }
    if call.signed:
        told["parameters"] = _signatures()
    if call.asked is not None:
        told["requestBody"] = {"required": True, "content": _json(call.asked)}
    return told


def _piece(name: str, summary: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Bytes from an offset on; the path is signed, so the answer is to that piece."""
    place: list[dict[str, Any]] = [
        {"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in names
    ]
    place.append({"name": "offset", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 0})
    refused = {status: text for status, (_, text) in {**_REFUSED, 404: (ErrorReply, "Nothing is called so.")}.items()}
    bytes_of = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    well = {"description": "The bytes; fewer than a whole piece are the end.", "content": bytes_of}
    answers = {str(status): _answer(ErrorReply, text) for status, text in sorted(refused.items())}
    told = {"summary": summary, "tags": ["terminals"], "operationId": name, "parameters": [*place, *_signatures()]}
    return told | {"responses": {"200": well, **answers}}


def _signatures() -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in _HEADERS.items()
    ]


def _of_hall(method: str, summary: str) -> dict[str, Any]:
    """The routes of scans with the terminal in their path."""
    told = _tus(method, summary)
    place = {"name": "terminal", "in": "path", "required": True, "schema": {"type": "string"}}
    more = {"409": {"description": "That terminal is not behind this node."}} if method != "head" else {}
    parameters, responses = [place, *told["parameters"]], told["responses"] | more
    return told | {
        "tags": ["halls"],
        "operationId": f"Hall{told['operationId']}",
        "parameters": parameters,
        "responses": responses,
    }


def _operation(summary: str, asked: type[msgspec.Struct], answers: _Answers) -> dict[str, Any]:
    return {
        "summary": summary,
        "tags": ["terminals"],
        "operationId": asked.__name__,
        "parameters": _signatures(),
        "requestBody": {"required": True, "content": _json(asked)},
        "responses": {str(status): _answer(kind, text) for status, (kind, text) in sorted(answers.items())},
    }


def _tus(method: str, summary: str) -> dict[str, Any]:
    """What is said by tus stands in headers, and answers have no body but for a refusal."""
    without = {"post": {413}, "head": {413, 422}, "patch": set[int]()}[method]
    refused = {status: text for status, (_, text) in _REFUSED.items() if status not in without}
    answers = {**_TUS_ANSWERS[method], **refused}
    named = [name for name, text in _TUS_HEADERS.items() if method.upper() in text or ":" not in text]
    place = [{"name": "hash", "in": "path", "required": True, "schema": {"type": "string"}}]
    return {
        "summary": summary,
        "tags": ["terminals"],
        "operationId": f"Scan{method.title()}",
        "parameters": [
            *(place if method != "post" else []),
            *(
                {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
                for name, text in [*_HEADERS.items(), *((name, _TUS_HEADERS[name]) for name in named)]
            ),
        ],
        "responses": {str(status): {"description": text} for status, text in sorted(answers.items())},
    }


def _answer(kind: type[msgspec.Struct], text: str) -> dict[str, Any]:
    headers = {name: {"description": words, "schema": {"type": "string"}} for name, words in _HEADERS.items()}
    return {"description": text, "headers": headers, "content": _json(kind)}


def _json(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _PLACE.format(name=kind.__name__)}, "example": example(kind)}}
