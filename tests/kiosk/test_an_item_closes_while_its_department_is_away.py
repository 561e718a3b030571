from dataclasses import dataclass, field
from typing import Any, cast

from kiosk.terminal.inbox import Inbox
from kiosk.terminal.questions import QuestionDesk
from kiosk.terminal.tidings import Tidings
from offline_cache.link.messenger import DepartmentsAway


@dataclass
class Board:
    """What the notice board is told."""

    told: list[tuple[str, bool]] = field(default_factory=list)

    def department(self, name: str, *, up: bool) -> None:
        self.told.append((name, up))


def test_only_what_changed_is_put_up_and_taken_down() -> None:
    board = Board()
    tidings = Tidings(cast("Any", board), cast("Any", None), None, QuestionDesk(Inbox(), None))
    tidings.hear(DepartmentsAway(("tax",)))
    tidings.hear(DepartmentsAway(("real_estate", "tax")))
    tidings.hear(DepartmentsAway(("real_estate",)))
    tidings.hear(DepartmentsAway(()))
    assert board.told == [("tax", False), ("real_estate", False), ("tax", True), ("real_estate", True)]
