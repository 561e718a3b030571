"""`central load-plan`: places and shifts from one file, each once; what is wrong in it is one sentence."""

from pathlib import Path

import pytest

from central import plan_file
from central.plan_file import PlanError
from tests.central.conftest import NAME, Running

GOOD = """
[[slots]]
line = "A"
weekdays = [1, 2]
starts = "09:00"
ends = "09:30"
capacity = 4
[[shifts]]
post = "help"
who = "boss"
weekdays = [1]
starts = "00:00"
ends = "24:00"
[[waits]]
queue = "A"
minutes = 8
windows = 4
"""


def test_a_file_loaded_twice_is_entered_once(embedded: Running, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(GOOD, encoding="utf-8")
    for _ in range(2):
        assert plan_file.load(embedded.centre.settings, file, "root") == {"slots": 1, "shifts": 1, "waits": 1}
    assert embedded.query("SELECT line, weekday, capacity FROM slot_plans ORDER BY weekday") == [
        ("A", 1, 4),
        ("A", 2, 4),
    ]
    assert embedded.query("SELECT who, post FROM duty_shifts") == [(NAME, "help")]
    assert embedded.query("SELECT queue, minutes, windows FROM queue_plans") == [("A", 8, 4)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("capacity = 4", "capacity = 0"), "$.slots[0].capacity"),
        (('who = "boss"', 'who = "nobody"'), "expected an account"),
        (('post = "help"', 'post = "door"'), "help, urgent"),
        (('starts = "00:00"', 'starts = "0 o clock"'), "$.shifts[0].starts"),
    ],
)
def test_what_is_wrong_is_one_sentence(embedded: Running, tmp_path: Path, change: tuple[str, str], said: str) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        plan_file.load(embedded.centre.settings, file, "root")
    assert said in str(caught.value)
    assert embedded.query("SELECT count(*) FROM slot_plans") == [(0,)]
