"""A few weeks of `./suiban simulate-year`: all that is promised holds, and what is spoilt on purpose is found."""

import json

import pytest

from tests.year.__main__ import main

CASES = 160


def played(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, object]]:
    status = main(["--one-process", "--sites", "5", "--days", "6", "--cases", str(CASES), *more])
    told: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return status, told


@pytest.mark.slow
def test_every_case_number_and_limit_of_some_weeks_comes_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    status, told = played(capsys, "--seed", "7")
    assert told["violations"] == []
    assert status == 0
    assert told["cases"] == CASES
    numbers = told["numbers"]
    assert isinstance(numbers, int)
    assert numbers > CASES / 4
    assert told["called"] != 0


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "found"), [("lose", "lost"), ("hasty", "by hand"), ("newest", "passed over")])
def test_what_is_spoilt_is_found(capsys: pytest.CaptureFixture[str], spoil: str, found: str) -> None:
    status, told = played(capsys, "--spoil", spoil)
    assert status == 1
    assert found in str(told["violations"])
