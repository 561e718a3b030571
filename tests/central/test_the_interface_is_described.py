"""/schema/openapi.json says what terminals may send and every answer they may get, as it really is."""

import json
import re
from typing import Any

import msgspec
import pytest

from central.app import pages_and_routes
from central.intake import openapi
from central.intake.api import ROUTES
from central.intake.described import CALLS, NOT_DESCRIBED
from central.intake.examples import example
from central.people.paths import is_public, needs_of
from contract.envelope import Lane
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble


@pytest.fixture
def document(embedded: Running) -> dict[str, Any]:
    found: dict[str, Any] = embedded.client.get("/schema/openapi.json").json()
    return found


def test_every_answer_is_described(document: dict[str, Any]) -> None:
    push, heartbeat = (document["paths"][path]["post"] for path in ("/v1/push", "/v1/heartbeat"))
    assert set(push["responses"]) == {"200", "401", "409", "413", "422", "503"}
    assert set(heartbeat["responses"]) == {"200", "401", "409", "413", "422", "503"}
    assert document["openapi"] == "3.1.0"
    assert {"200", "401", "422", "503"} <= set(document["paths"]["/v1/pull"]["post"]["responses"])
    scans = document["paths"]["/v1/scans"] | document["paths"]["/v1/scans/{hash}"]
    assert {method: set(scans[method]["responses"]) - {"401", "503"} for method in scans} == {
        "post": {"200", "201", "422"},
        "head": {"200", "404", "412"},
        "patch": {"204", "404", "409", "413", "415", "422", "460"},
    }


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for name in text.split('"#/components/schemas/')[1:]:
        assert name.split('"')[0] in document["components"]["schemas"]


def test_real_answers_have_the_described_fields(embedded: Running, document: dict[str, Any]) -> None:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_case()
    schemas = document["components"]["schemas"]
    pushed = embedded.send(terminal, terminal.request(Lane.NUMBERS)).json()
    beaten = embedded.send(terminal, terminal.heartbeat()).json()
    refused = embedded.post("/v1/push", b"", {}).json()
    for answer, name in ((pushed, "PushReply"), (beaten, "HeartbeatReply"), (refused, "ErrorReply")):
        assert set(schemas[name]["required"]) <= set(answer) <= set(schemas[name]["properties"])


_KNOCKED_AT = ("/v1/enrol", "/v1/window-agent/pair")
"""Signed by a key nobody knows yet: a wrong signature is a wrong message."""


def shape(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"{[^}]*}", "{}", path)


def served(running: Running) -> dict[str, set[str]]:
    """Every route the centre answers, with its methods."""
    found: dict[str, set[str]] = {shape(path): {"post"} for path in ROUTES}
    for route in pages_and_routes(running.centre).routes:
        methods = {method.lower() for method in getattr(route, "methods", ())} - {"options"}
        found.setdefault(shape(route.path_format), set()).update(methods)
    return found


def test_every_route_is_described_or_a_page_or_named_with_its_reason(
    embedded: Running, document: dict[str, Any]
) -> None:
    described = {shape(path): set(calls) for path, calls in document["paths"].items()}
    routes = served(embedded)
    for path, methods in described.items():
        assert methods <= routes[path], path
    for path, methods in routes.items():
        named = [one for one in NOT_DESCRIBED if path == one or path.startswith(f"{one}/")]
        if path in described:
            assert methods - {"head"} <= described[path], path
        elif not named:
            assert needs_of(path) is not None, f"{path} is no page and is not described"
    assert all(is_public(path) and reason for path, reason in NOT_DESCRIBED.items())


def test_every_example_is_a_message_of_its_kind(document: dict[str, Any]) -> None:
    kinds = {call.asked for call in CALLS} | {kind for call in CALLS for kind, _ in call.answers.values()}
    for kind in kinds - {None}:
        assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(example(kind))), kind) is not None
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert call["responses"], path
            assert call["summary"], path
            for form, body in call.get("requestBody", {}).get("content", {}).items():
                assert body["example"], (path, method, form)
            if path.startswith("/v1/") and call.get("parameters") and path not in _KNOCKED_AT:
                assert "401" in call["responses"], path


def test_anybody_reads_it_as_a_page_in_both_languages(embedded: Running, document: dict[str, Any]) -> None:
    for lang, title in (("zh-Hans", "接口说明"), ("en", "Interface")):
        answer = embedded.client.get(f"/api?lang={lang}")
        assert answer.status_code == 200
        assert title in answer.text
        for path in document["paths"]:
            assert path in answer.text
    assert "nonce" in embedded.client.get("/api").text
    assert openapi.PATH in embedded.client.get("/api").text
