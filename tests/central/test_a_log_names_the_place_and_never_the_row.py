"""An error in the log: what kind and where, without the words a database puts a person's row into."""

import json
import subprocess
import sys

BREAKS = """
import logging, sqlite3, structlog
from central import logs

def refuse_the_row():
    raise sqlite3.IntegrityError("Failing row contains (张三, 610117199001011234)")

logs.configure()
try:
    try:
        refuse_the_row()
    except sqlite3.IntegrityError as error:
        raise ValueError("13812345678") from error
except ValueError:
    structlog.get_logger().exception("request_failed", path="/cases")
    logging.getLogger("a.library").exception("it broke")
"""


def test_an_error_is_told_by_its_kind_and_place_alone() -> None:
    said = subprocess.run([sys.executable, "-c", BREAKS], capture_output=True, text=True, check=True).stderr
    told = [json.loads(line) for line in said.splitlines()]
    assert [one["event"] for one in told] == ["request_failed", "it broke"]
    for one in told:
        assert one["exception"].startswith("builtins.ValueError\n")
        assert "sqlite3.IntegrityError\n" in one["exception"]
        assert "refuse_the_row" in one["exception"]
    assert not any(secret in said for secret in ("张三", "610117", "138123"))
