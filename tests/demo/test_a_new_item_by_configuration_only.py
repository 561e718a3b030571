"""docs/operations/new-item.md as a new user does it: a file copied and changed, sent down, and its number taken."""

import re
from pathlib import Path

import pytest

from kiosk import services
from kiosk.demo.stage import Stage, StageError
from tests.demo.conftest import Visitor
from tests.waiting import until

pytestmark = pytest.mark.slow

COPIED = "marriage-record.toml"
"""What the page says to copy for a number."""
CHANGES = (
    ("slug = .*", 'slug = "library-card"'),
    ("kind = .*", 'kind = "number"'),
    ("queue = .*", 'queue = "D"'),
    ("keywords = .*", 'keywords = ["借书", "图书馆"]'),
    (r'zh-Hans = "婚姻登记查询"', 'zh-Hans = "读者证办理"'),
    (r'zh-Hans = "查本人婚姻登记情况"', 'zh-Hans = "到窗口办一张借书证"'),
    (r"(?s)\n\[query\].*", "\n"),
)


@pytest.fixture
def item(tmp_path: Path) -> Path:
    """The copy, changed as the table of the page says."""
    text = (Path(services.__file__).parent / COPIED).read_text(encoding="utf-8")
    for old, new in CHANGES:
        text, found = re.subn(old, new, text, count=1)
        assert found, old
    file = tmp_path / "library-card.toml"
    file.write_text(text, encoding="utf-8")
    return file


def publish(stage: Stage, file: Path) -> None:
    stage.run("central", "publish", "catalogue", "--config", str(stage.centre_config), str(file))


def test_a_mistake_is_one_sentence_and_nothing_is_sent(stage: Stage, item: Path) -> None:
    item.write_text(item.read_text(encoding="utf-8").replace("depth = 2", "depth = 9"), encoding="utf-8")
    with pytest.raises(StageError, match=r"library-card\.toml.*depth"):
        publish(stage, item)


def test_a_citizen_finds_it_and_takes_its_number(stage: Stage, citizen: Visitor, item: Path) -> None:
    stage.await_link()
    citizen.await_screen("attract")
    before = citizen.process
    publish(stage, item)
    citizen.await_another(before)  # the terminal that nobody stands at shows itself anew
    tickets = citizen.tickets()
    citizen.press("attract")
    citizen.press("search")
    for letter in "DZZ":  # 读者证, by its initials
        citizen.press(f"key.{letter}")
    citizen.press("item.library-card")
    citizen.press("main")
    citizen.await_screen("card")
    stage.reader.ask("put_card", card="resident")
    citizen.await_screen("person")
    citizen.press("main")
    citizen.await_screen("result")
    assert str(citizen.look()["number"]).startswith("D")
    until(lambda: citizen.tickets() > tickets, "the ticket")
    citizen.leave()
