"""Below the threshold no case is begun; a visit that is past the menu finishes; with room again the items open."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import services
from kiosk.facts import Facts
from kiosk.fitted.fleet import Fleet
from kiosk.terminal import storekeeper
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.noticeboard import Noticeboard
from offline_cache.caretaker import BackupEnded, RoomChanged
from offline_cache.disk.rescue import RESTORED, Rescued
from offline_cache.disk.room import Level
from offline_cache.disk.salvage import Salvaged


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Noticeboard]:
    """A noticeboard over no devices at all."""
    fleet = Fleet(Inbox(), tmp_path, changed=lambda _: None, counted=lambda _: None)
    items = {item.slug: item for item in services.load(services.FOLDER).items}
    seen: list[Facts] = []
    board = Noticeboard(items, fleet, seen.append)
    board.update()
    yield board
    fleet.close()


def closed(board: Noticeboard) -> dict[str, str]:
    return {one.item: one.reason for one in board.facts.closed}


def test_items_close_with_the_reason_and_open_by_themselves(
    board: Noticeboard, capsys: pytest.CaptureFixture[str]
) -> None:
    open_before = closed(board)
    storekeeper.hear(board, RoomChanged(Level.LOW, 0.12))
    assert closed(board) == open_before, "a warning closes nothing"
    storekeeper.hear(board, RoomChanged(Level.SHORT, 0.07))
    assert set(closed(board).values()) == {"store"}
    assert len(closed(board)) == len(services.load(services.FOLDER).items)
    assert board.store_ok, "what was begun is kept all the same, and nothing has to be probed"
    storekeeper.hear(board, RoomChanged(Level.LOW, 0.10))
    assert closed(board) == open_before
    trail = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"store_room"' in line]
    assert [(one["level"], one["free_percent"]) for one in trail] == [
        ("room.low", 12.0),
        ("room.short", 7.0),
        ("room.low", 10.0),
    ]


def test_a_rescue_and_a_backup_are_in_the_trail(board: Noticeboard, capsys: pytest.CaptureFixture[str]) -> None:
    found = Salvaged(records=3, rows=7, refused=1, unreadable=2)
    storekeeper.hear(board, Rescued(RESTORED, "/var/lib/suiban-terminal/damaged-20261122T020000Z", found))
    storekeeper.hear(board, BackupEnded("store.full"))
    rescued, backup = (json.loads(line) for line in capsys.readouterr().err.splitlines() if '"store_' in line)
    assert (rescued["why"], rescued["records"], rescued["unreadable"]) == (RESTORED, 3, 3)
    assert rescued["folder"] == "damaged-20261122T020000Z"
    assert backup["fault"] == "store.full"
