"""Pushes and heartbeats come by a door of their own; what it refuses, and how, is as every other signed route does."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec
import pytest
from litestar.types import HTTPScope, Message
from structlog.testing import capture_logs

from central.app import build
from central.intake import answers
from central.intake.commit import Overloaded
from central.intake.rules import MAX_BODY_BYTES
from central.intake.signers import Signed
from contract import signing
from contract.envelope import Lane
from contract.exchange import EPOCH_PATH, HEARTBEAT_PATH, PUSH_PATH, EpochAsked, PushRequest
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import Answer, TerminalDouble, believe, fresh_nonce

BY_THE_DOOR = (PUSH_PATH, HEARTBEAT_PATH)
Asked = tuple[bytes, dict[str, str]]
Wrong = Callable[[str, TerminalDouble], Asked]
"""A body and headers that no route may take, for a path and the terminal that is known."""


def good(path: str, terminal: TerminalDouble, speaks_for: str = "") -> bytes:
    """What the route takes, if it is signed."""
    name, nonce = speaks_for or terminal.id, fresh_nonce()
    if path == EPOCH_PATH:
        return msgspec.json.encode(EpochAsked(name, nonce, "a-store", "a-machine", 0, "new"))
    if path == HEARTBEAT_PATH:
        return msgspec.json.encode(terminal.heartbeat(terminal=name, nonce=nonce))
    return msgspec.json.encode(PushRequest(name, terminal.epoch, Lane.NUMBERS, 1, nonce, ()))


def signed(at: str, terminal: TerminalDouble, body: bytes, **changes: Any) -> Asked:  # noqa: ANN401 - what to sign
    return body, terminal.signed(**{"authority": AUTHORITY, "path": at, "body": body, "nonce": "n" * 22} | changes)


def unsigned(path: str, terminal: TerminalDouble) -> Asked:
    return good(path, terminal), {}


def rubbish(path: str, terminal: TerminalDouble) -> Asked:
    return good(path, terminal), {signing.SIGNATURE_INPUT: "rubbish", signing.SIGNATURE: "\x7f"}


def unknown(path: str, _: TerminalDouble) -> Asked:
    stranger = TerminalDouble("XX-99")
    return signed(path, stranger, good(path, stranger))


def thief(path: str, terminal: TerminalDouble) -> Asked:
    other = TerminalDouble(terminal.id)
    return signed(path, other, good(path, other))


def changed(path: str, terminal: TerminalDouble) -> Asked:
    body, headers = signed(path, terminal, good(path, terminal))
    return body + b" ", headers


def changed_with_its_digest(path: str, terminal: TerminalDouble) -> Asked:
    body, headers = changed(path, terminal)
    return body, headers | {signing.CONTENT_DIGEST: signing.content_digest(body)}


def another_path(path: str, terminal: TerminalDouble) -> Asked:
    return signed(path, terminal, good(path, terminal), path="/v1/elsewhere")


def another_method(path: str, terminal: TerminalDouble) -> Asked:
    return signed(path, terminal, good(path, terminal), method="PUT")


def another_server(path: str, terminal: TerminalDouble) -> Asked:
    body, headers = signed(path, terminal, good(path, terminal), authority="other.example")
    return body, headers | {"Host": AUTHORITY}


def for_another(path: str, terminal: TerminalDouble) -> Asked:
    return signed(path, terminal, good(path, terminal, "GL-02"))


def too_large(path: str, terminal: TerminalDouble) -> Asked:
    return signed(path, terminal, b" " * (MAX_BODY_BYTES + 1))


def no_json(path: str, terminal: TerminalDouble) -> Asked:
    return signed(path, terminal, b"{")


WRONGS: tuple[tuple[Wrong, int, str], ...] = (
    (unsigned, 401, "not_accepted"),
    (rubbish, 401, "not_accepted"),
    (unknown, 401, "not_accepted"),
    (thief, 401, "not_accepted"),
    (changed, 401, "not_accepted"),
    (changed_with_its_digest, 401, "not_accepted"),
    (another_path, 401, "not_accepted"),
    (another_method, 401, "not_accepted"),
    (another_server, 401, "not_accepted"),
    (for_another, 401, "not_yours"),
    (too_large, 413, "too_large"),
    (no_json, 422, "malformed"),
)


@pytest.fixture
def known(embedded: Running) -> Iterator[TerminalDouble]:
    yield embedded.enter(TerminalDouble())
    assert embedded.query("SELECT count(*) FROM envelopes") == [(0,)]
    assert embedded.query("SELECT count(*) FROM marks") == [(0,)]
    assert embedded.query("SELECT count(*) FROM epochs") == [(0,)]


def told(lines: list[Any]) -> list[str]:
    """What of the log is about requests."""
    return [line["event"] for line in lines if line["event"].startswith("request_")]


def said(running: Running, path: str, asked: Asked) -> tuple[int, Any, set[str], str]:
    """What a refusal is, but for what is of its moment: status, body, which headers, and whom it is signed for."""
    answer = running.post(path, *asked)
    nonce = ""
    if "signature" in answer.headers:
        [(key_id, key)] = running.centre.keys.signing_public().items()
        nonce = "n" * 22
        believe(answer, nonce, key_id, key)
    return answer.status, answer.json(), set(answer.headers) - {"set-cookie"}, nonce


@pytest.mark.parametrize("path", BY_THE_DOOR)
def test_every_refusal_is_that_of_the_other_routes(embedded: Running, known: TerminalDouble, path: str) -> None:
    for wrong, status, error in WRONGS:
        with capture_logs() as lines:
            found = said(embedded, path, wrong(path, known))
        with capture_logs() as theirs:
            assert found == said(embedded, EPOCH_PATH, wrong(EPOCH_PATH, known)), wrong.__name__
        assert (found[0], found[1]["error"]) == (status, error), wrong.__name__
        assert told(lines) == told(theirs), wrong.__name__
        assert {line.get("path", path) for line in lines} <= {path}


@pytest.mark.parametrize("path", BY_THE_DOOR)
def test_a_door_that_believed_everybody_would_be_seen(
    embedded: Running, known: TerminalDouble, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def anybody(*_: object) -> Signed:
        return Signed(known.id, signing.SignatureInput(known.id, 1, "n" * 22))

    body, headers = unsigned(path, known)
    broken = body.replace(b'"epoch":1', b'"epoch":-1')  # so that nothing is stored all the same
    assert said(embedded, path, (broken, headers))[0] == 401
    monkeypatch.setattr(answers, "signer", anybody)
    assert said(embedded, path, (broken, headers))[0] == 422


@pytest.mark.parametrize("path", BY_THE_DOOR)
@pytest.mark.parametrize(
    ("trouble", "status", "error"), [(Overloaded(), 503, "later"), (RuntimeError("a bug"), 500, "failed")]
)
def test_trouble_behind_the_door_is_told_and_logged(
    embedded: Running,
    known: TerminalDouble,
    path: str,
    trouble: Exception,
    status: int,
    error: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_: object) -> None:
        raise trouble

    monkeypatch.setattr(embedded.centre.commit, "push", fails)
    monkeypatch.setattr(embedded.centre.commit, "beat", fails)
    with capture_logs() as lines:
        answer = embedded.post(path, *signed(path, known, good(path, known)))
    assert (answer.status, answer.json()["error"]) == (status, error)
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    assert answer.headers["x-frame-options"] == "DENY"
    assert told(lines) == (["request_failed"] if status == 500 else [])


def test_what_is_no_post_to_a_route_is_told_so(embedded: Running) -> None:
    for path in BY_THE_DOOR:
        for method in ("GET", "PUT", "DELETE"):
            ours, theirs = embedded.client.request(method, path), embedded.client.request(method, EPOCH_PATH)
            assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json()) == (405, ours.json())
            assert ours.headers["allow"] == "POST"
        assert embedded.client.post(f"{path}s").status_code == 404
    assert embedded.client.get("/login").status_code == 200


def through(running: Running, path: str, headers: dict[str, str], came: list[dict[str, Any]]) -> list[Message]:
    """What the application sends when a request comes in these pieces."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = cast(HTTPScope, {"type": "http", "method": "POST", "path": path, "headers": raw})
    heard: list[Message] = []
    rest = iter(came)

    async def receive() -> Any:  # noqa: ANN401 - one of ASGI's messages
        return next(rest)

    async def send(message: Message) -> None:
        heard.append(message)

    async def enter() -> None:
        await build(running.centre)(scope, receive, send)

    running.client.blocking_portal.call(enter)
    return heard


def piece(body: bytes, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_comes_in_pieces_or_not_at_all(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    body, headers = signed(PUSH_PATH, terminal, good(PUSH_PATH, terminal))
    pieces = [piece(body[:10], True), piece(b"", True), piece(body[10:], False)]
    started, ended = through(embedded, PUSH_PATH, headers, pieces)
    assert cast(dict[str, Any], started)["status"] == 200
    assert Answer(200, {}, cast(dict[str, Any], ended)["body"]).push_reply().ack == 0
    assert through(embedded, PUSH_PATH, headers, [piece(body[:10], True), {"type": "http.disconnect"}]) == []
    large = [piece(b" " * MAX_BODY_BYTES, True), piece(b" ", True)]
    assert cast(dict[str, Any], through(embedded, PUSH_PATH, headers, large)[0])["status"] == 413
    announced = headers | {"Content-Length": str(MAX_BODY_BYTES + 1)}
    assert cast(dict[str, Any], through(embedded, PUSH_PATH, announced, [])[0])["status"] == 413
