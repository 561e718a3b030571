"""Each kind's checklist: what is said to be done names a test that exists, what is exempt says why, nothing is left."""

import tomllib
from pathlib import Path

import pytest

from devices.registry import KINDS
from tests.devices.running import ROOT

FEWEST_RULES = 20
SHORTEST_REASON = 10


def folder_of(kind: str) -> Path:
    """Where a kind is at home; two kinds of one device share a folder."""
    return ROOT.joinpath(*KINDS[kind].simulator.split(".")[:-1])


def broken(checklist: str, root: Path = ROOT) -> list[str]:
    """Every rule of a checklist that does not hold."""
    rules = tomllib.loads(checklist)["rules"]
    found = [] if len(rules) >= FEWEST_RULES else [f"{len(rules)} rules; at least {FEWEST_RULES}"]
    for rule, said in rules.items():
        match said:
            case {"done": str(where), **others} if not others and "::" in where:
                file, _, test = where.partition("::")
                path = root / file
                if not path.is_file() or f"def {test}(" not in path.read_text(encoding="utf-8"):
                    found.append(f"{rule}: no test {where}")
            case {"exempt": str(reason), **others} if not others and len(reason) >= SHORTEST_REASON:
                pass
            case _:
                found.append(f"{rule}: neither done by a test nor exempt for a reason")
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_rule_is_done_or_exempt(kind: str) -> None:
    assert broken((folder_of(kind) / "checklist.toml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_a_folder_with_the_same_names(kind: str) -> None:
    names = {"protocol.py", "driver.py", "simulator.py", "checklist.toml", "README.md", "sentences.toml"}
    assert names <= {path.name for path in folder_of(kind).iterdir()}


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ('{ todo = "when there is time" }', "neither"),
        ('{ done = "" }', "neither"),
        ('{ exempt = "no" }', "neither"),
        ('{ done = "tests/devices/test_checklists.py::test_that_nobody_wrote" }', "no test"),
        ('{ done = "tests/devices/test_nowhere.py::test_x" }', "no test"),
        ('{ done = "tests/devices/test_checklists.py::broken", exempt = "and something else as well" }', "neither"),
    ],
)
def test_a_rule_that_does_not_hold_is_noticed(rule: str, problem: str) -> None:
    good = 'r{} = {{ exempt = "there is a good reason for this one" }}\n'
    checklist = "[rules]\n" + "".join(good.format(number) for number in range(19))
    assert broken(checklist + good.format(19)) == []
    [found] = broken(checklist + f"bad = {rule}\n")
    assert problem in found


def test_too_few_rules_are_noticed() -> None:
    assert broken('[rules]\none = { exempt = "there is a good reason for this one" }\n') == ["1 rules; at least 20"]
