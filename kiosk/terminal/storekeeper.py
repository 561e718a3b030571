"""What the store's caretaker tells, as the audit trail and the pages need it."""

from pathlib import Path

from kiosk import audit
from kiosk.terminal.noticeboard import Noticeboard
from offline_cache.caretaker import BackupEnded, News, RoomChanged
from offline_cache.disk.rescue import Rescued
from offline_cache.disk.room import Level


def hear(board: Noticeboard, news: News) -> None:
    """Write it down; where there is no room, no item can be begun."""
    match news:
        case Rescued(why, folder, found):
            audit.note(
                "store_rescued",
                why=why,
                folder=Path(folder).name,
                records=found.records,
                rows=found.rows,
                unreadable=found.unreadable + found.refused,
                complete=found.complete,
            )
        case RoomChanged(level, share):
            audit.note("store_room", level=level.value, free_percent=round(100 * share, 1))
            board.room_is(short=level is Level.SHORT)
        case BackupEnded(fault):
            audit.note("store_backup", fault=fault)
