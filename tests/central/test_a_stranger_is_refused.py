"""Whoever is not a terminal of ours, or does not speak the protocol, gets one clear refusal; nothing is stored."""

import base64
import os
import time

import msgspec
import pytest
from structlog.testing import capture_logs

from central.intake.signers import public_key
from contract import signing
from contract.envelope import Lane
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import TerminalDouble, believe, fresh_nonce

PUSH = "/v1/push"


@pytest.fixture
def known(embedded: Running) -> TerminalDouble:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_case()
    return terminal


def refused(
    running: Running, body: bytes, headers: dict[str, str], status: int = 401, error: str = "not_accepted"
) -> None:
    answer = running.post(PUSH, body, headers)
    assert (answer.status, answer.json()["error"]) == (status, error)
    assert running.query("SELECT count(*) FROM envelopes") == [(0,)]
    assert running.query("SELECT count(*) FROM marks") == [(0,)]


def test_an_unknown_terminal(embedded: Running) -> None:
    stranger = TerminalDouble("XX-99")
    stranger.file_case()
    request = stranger.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    with capture_logs() as lines:
        refused(embedded, body, stranger.signed(AUTHORITY, PUSH, body, request.nonce))
    assert [line["reason"] for line in lines if line["event"] == "request_not_accepted"] == ["unknown_key"], lines


def test_a_known_name_with_another_key(embedded: Running, known: TerminalDouble) -> None:
    thief = TerminalDouble(known.id)
    thief.lanes = known.lanes
    request = thief.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    refused(embedded, body, thief.signed(AUTHORITY, PUSH, body, request.nonce))


def test_a_body_changed_on_the_way(embedded: Running, known: TerminalDouble) -> None:
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    headers = known.signed(AUTHORITY, PUSH, body, request.nonce)
    changed = body.replace(b'"epoch":1', b'"epoch":2')
    refused(embedded, changed, headers)
    refused(embedded, changed, {**headers, signing.CONTENT_DIGEST: signing.content_digest(changed)})


def test_a_signature_for_another_path_or_server(embedded: Running, known: TerminalDouble) -> None:
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    refused(embedded, body, known.signed(AUTHORITY, "/v1/heartbeat", body, request.nonce))
    refused(embedded, body, known.signed("other.example", PUSH, body, request.nonce) | {"Host": AUTHORITY})


def test_no_signature_at_all(embedded: Running) -> None:
    refused(embedded, b"{}", {})
    refused(embedded, b"{}", {signing.SIGNATURE_INPUT: "rubbish", signing.SIGNATURE: "\x7f"})


def test_a_terminal_that_speaks_for_another(embedded: Running, known: TerminalDouble) -> None:
    other = embedded.enter(TerminalDouble("GL-02"))
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    refused(embedded, body, other.signed(AUTHORITY, PUSH, body, request.nonce), error="not_yours")


def test_a_key_that_was_replaced(embedded: Running, known: TerminalDouble) -> None:
    renewed = embedded.enter(TerminalDouble(known.id), replace=True)
    assert renewed.epoch == 2
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    embedded.clock.forward(seconds=3)
    refused(embedded, body, known.signed(AUTHORITY, PUSH, body, request.nonce))
    renewed.file_case()
    assert embedded.push(renewed, Lane.NUMBERS).ack == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"terminal":"GL-01","epoch":"1"}', "$.epoch"),
        (b'{"terminal":"GL-01","epoch":1,"lane":"gossip"}', "$.lane"),
        (
            b'{"terminal":"GL-01","epoch":-1,"lane":"cases","first_seq":1,"nonce":"0123456789abcdef","items":[]}',
            "$.epoch",
        ),
        (b'{"terminal":"GL-01","epoch":1,"lane":"cases","first_seq":1,"nonce":"short","items":[]}', "$.nonce"),
    ],
)
def test_what_is_malformed_is_told_its_place(embedded: Running, known: TerminalDouble, body: bytes, place: str) -> None:
    nonce = fresh_nonce()
    answer = embedded.post(PUSH, body, known.signed(AUTHORITY, PUSH, body, nonce))
    assert answer.status == 422
    assert place in answer.json()["message"]
    [(key_id, key)] = embedded.centre.keys.signing_public().items()
    believe(answer, nonce, key_id, key)


@pytest.mark.parametrize("change", ["seq", "first_seq", "id", "line end", "hash", "hash and line end", "count"])
def test_items_that_cannot_be_are_told_their_place(embedded: Running, known: TerminalDouble, change: str) -> None:
    good = known.request(Lane.NUMBERS)
    item = good.items[0]
    replace = msgspec.structs.replace
    wrong = {
        "seq": replace(good, items=(item, replace(item, seq=7))),
        "first_seq": replace(good, first_seq=0, items=(replace(item, seq=0),)),
        "id": replace(good, items=(replace(item, id="zero\x00"),)),
        "line end": replace(good, items=(replace(item, id=item.id + "\n"),)),
        "hash": replace(good, items=(replace(item, hash="ABC"),)),
        "hash and line end": replace(good, items=(replace(item, hash=item.hash + "\n"),)),
        "count": replace(good, items=tuple(replace(item, seq=seq) for seq in range(1, 52))),
    }[change]
    answer = embedded.send(known, wrong)
    assert answer.status == 422
    assert "$.items" in answer.json()["message"]


def test_a_body_that_is_too_large(embedded: Running, known: TerminalDouble) -> None:
    body = b" " * (512 * 1024 + 1)
    refused(embedded, body, known.signed(AUTHORITY, PUSH, body, fresh_nonce()), 413, "too_large")


@pytest.mark.parametrize("skew", [-4_000_000_000, -86_400 * 400, 86_400 * 400], ids=["1970", "last year", "next year"])
def test_a_wrong_clock_does_not_stop_the_sync(embedded: Running, known: TerminalDouble, skew: int) -> None:
    created = max(0, int(time.time()) + skew)
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    answer = embedded.post(PUSH, body, known.signed(AUTHORITY, PUSH, body, request.nonce, created))
    assert answer.push_reply().ack == 1


def test_a_replayed_push_changes_nothing(embedded: Running, known: TerminalDouble) -> None:
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    headers = known.signed(AUTHORITY, PUSH, body, request.nonce)
    first, again = embedded.post(PUSH, body, headers), embedded.post(PUSH, body, headers)
    assert (first.status, again.status) == (200, 200)
    assert embedded.query("SELECT count(*) FROM envelopes") == [(1,)]


def test_the_name_from_outside_counts_too(embedded: Running, known: TerminalDouble) -> None:
    settings = msgspec.structs.replace(embedded.centre.settings, public_url="https://suiban.example")
    embedded.centre.settings = settings
    request = known.request(Lane.NUMBERS)
    body = msgspec.json.encode(request)
    headers = known.signed("suiban.example", PUSH, body, request.nonce) | {"Host": AUTHORITY}
    assert embedded.post(PUSH, body, headers).status == 200


def test_logs_hold_no_content(embedded: Running, known: TerminalDouble) -> None:
    canary = "Canary-Zhang-610117199001011234"
    known.file_case(masked_name=canary)
    known.file_raw(Lane.TELEMETRY, "unknown-kind", msgspec.json.encode({"name": canary}))
    malformed = msgspec.json.encode({"terminal": canary})
    with capture_logs() as lines:
        assert embedded.push(known, Lane.NUMBERS).ack == 2
        assert embedded.push(known, Lane.TELEMETRY).ack == 1
        embedded.post(PUSH, malformed, known.signed(AUTHORITY, PUSH, malformed, fresh_nonce()))
        embedded.judged()
    assert {line["event"] for line in lines} >= {"quarantined", "request_malformed"}
    assert canary not in repr(lines)


def test_a_key_is_32_bytes_of_base64() -> None:
    assert len(public_key(base64.b64encode(os.urandom(32)).decode())) == 32
    for wrong in ("", "not base64!", base64.b64encode(b"short").decode()):
        with pytest.raises(ValueError, match="32 raw bytes"):
            public_key(wrong)
