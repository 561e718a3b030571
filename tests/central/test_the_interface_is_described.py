"""/schema/openapi.json says what terminals may send and every answer they may get, as it really is."""

import json
from typing import Any

import pytest

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
