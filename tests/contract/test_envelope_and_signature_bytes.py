"""Canonical bytes do not depend on chance, and a signature covers what it says it covers."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import envelope, messages, signing
from contract.envelope import Envelope, Lane
from contract.suites import SUITES

BODY = messages.TicketReported("case", "P001", "printed", "GS ( H", "", "2026-11-22T10:00:00+08:00")


def wrapped(**changed: object) -> Envelope:
    """An envelope around BODY."""
    values: dict[str, Any] = {
        "terminal": "GL-01",
        "epoch": 1,
        "lane": Lane.CASES,
        "seq": 3,
        "id": "id",
        "kind": "ticket",
        "schema": messages.SCHEMA,
        "made_at": "2026-11-22T10:00:00+08:00",
        "body": msgspec.Raw(msgspec.json.encode(BODY)),
    }
    return Envelope(**{**values, **changed})


def test_the_same_envelope_has_the_same_bytes_after_a_journey() -> None:
    raw = envelope.encode(wrapped())
    assert envelope.encode(envelope.decode(raw)) == raw


def test_a_body_comes_back_as_its_own_kind() -> None:
    back = msgspec.json.decode(envelope.decode(envelope.encode(wrapped())).body, type=messages.Body)
    assert back == BODY


@pytest.mark.parametrize("change", [{"seq": 4}, {"lane": Lane.NUMBERS}, {"epoch": 2}, {"terminal": "GL-02"}])
def test_another_place_is_another_hash(change: dict[str, Any]) -> None:
    assert envelope.content_hash(envelope.encode(wrapped(**change))) != envelope.content_hash(
        envelope.encode(wrapped())
    )


INPUT = signing.SignatureInput("GL-01", 1795312800, "n" * 22)


@pytest.mark.parametrize("name", SUITES)
def test_headers_are_read_back(name: str) -> None:
    said = signing.SignatureInput("GL-01", 1795312800, "n" * 22, name)
    headers = signing.request_headers(said, b"s" * 64, b"{}")
    read = signing.read_request_signature(headers[signing.SIGNATURE_INPUT], headers[signing.SIGNATURE])
    assert (read.input, read.value) == (said, b"s" * 64)
    assert headers[signing.CONTENT_DIGEST].startswith({"INTL-1": "sha-256=:", "GM-1": "sm3=:"}[name])


def test_an_algorithm_nobody_knows_is_unreadable() -> None:
    headers = signing.request_headers(INPUT, b"s" * 64, b"{}")
    strange = headers[signing.SIGNATURE_INPUT].replace("ed25519", "rsa-pss-sha512")
    with pytest.raises(signing.UnreadableSignature):
        signing.read_request_signature(strange, headers[signing.SIGNATURE])


def test_what_was_hashed_by_another_suite_has_another_name() -> None:
    raw = envelope.encode(wrapped())
    assert envelope.content_hash(raw, "GM-1") != envelope.content_hash(raw)
    assert envelope.decode(raw).suite == "INTL-1"
    assert b"suite" not in raw, "the bytes of version 0.1 stay what they were"
    assert envelope.decode(envelope.encode(wrapped(suite="GM-1"))).suite == "GM-1"


@pytest.mark.parametrize("changed", ["method", "authority", "path", "body", "nonce"])
def test_every_signed_part_is_in_the_base(changed: str) -> None:
    parts: dict[str, Any] = {"method": "POST", "authority": "centre:1", "path": "/v1/push", "body": b"{}"}
    base = signing.request_base(**parts, signature=INPUT)
    if changed == "nonce":
        other = signing.request_base(**parts, signature=signing.SignatureInput("GL-01", 1795312800, "m" * 22))
    else:
        other = signing.request_base(**{**parts, changed: b"x" if changed == "body" else "x"}, signature=INPUT)
    assert other != base


def test_a_reply_cannot_be_read_as_a_request() -> None:
    headers = signing.reply_headers(INPUT, b"s" * 64, b"{}")
    with pytest.raises(signing.UnreadableSignature):
        signing.read_request_signature(headers[signing.SIGNATURE_INPUT], headers[signing.SIGNATURE])


@given(st.text(max_size=200), st.text(max_size=120))
def test_nonsense_in_the_headers_is_named_not_crashed_on(first: str, second: str) -> None:
    with pytest.raises(signing.UnreadableSignature):
        signing.read_request_signature(first, second)
