"""What a worker counts no driver counts as well: the ledger would add up both under one name."""

import ast
from pathlib import Path

DEVICES = Path(__file__).parents[2] / "devices"
WORKER = DEVICES / "account.py"
BY_WHO_KNOWS_BETTER = {"timeouts"}
"""A driver knows each of them, its worker only what they led to: Account.take lets the driver's word win."""


def counted(source: str) -> set[str]:
    """The names that are added to a tally there."""
    return {
        str(ast.literal_eval(node.args[0]))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("tally.add")
        and isinstance(node.args[0], ast.Constant)
    }


def test_no_driver_counts_what_its_worker_counts() -> None:
    workers = counted(WORKER.read_text(encoding="utf-8"))
    assert {"jobs", "timeouts", "powered_seconds"} <= workers, "the control sees nothing"
    for path in sorted(set(DEVICES.rglob("*.py")) - {WORKER}):
        assert counted(path.read_text(encoding="utf-8")) & workers <= BY_WHO_KNOWS_BETTER, path
