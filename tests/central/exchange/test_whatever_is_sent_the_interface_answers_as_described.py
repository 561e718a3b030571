"""schemathesis over the OpenAPI document against a centre of its own: no 5xx, no answer that is not described."""

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from central.exchange import commands
from central.settings import read
from tests.central.conftest import write_config
from tests.central.process import CentreProcess

FULL = bool(os.environ.get("SUIBAN_FULL"))
EXAMPLES = 300 if FULL else 2
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


def ask(operation: APIOperation, url: str, headers: dict[str, str]) -> None:  # type: ignore[type-arg]
    """Many requests to one operation, well formed and not."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
        case.validate_response(case.call(base_url=url, headers=headers), checks=CHECKS)

    send()


@pytest.mark.slow
def test_whatever_is_sent_the_interface_answers_as_described(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    token = commands.add_program(read(config), "fuzz", ["items", "cases", "ratings", "send_items"])
    centre = CentreProcess(config)
    centre.start()
    try:
        schema = schemathesis.openapi.from_url(f"{centre.url}/schema/openapi.json")
        asked = 0
        for found in schema.get_all_operations():
            asked += 1
            operation = found.ok()  # type: ignore[union-attr]
            ask(operation, centre.url, {})
            if FULL or operation.path.startswith("/exchange"):  # elsewhere nobody asks for a token
                ask(operation, centre.url, {"Authorization": f"Bearer {token}"})
        assert asked >= 30
    finally:
        centre.stop()
