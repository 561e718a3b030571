"""Epochs in the database: binding one to its store, opening the next, leaving one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from central.bulk import add_missing, keep_many, rows_at
from central.database import read
from central.epochs.rules import RESTORED_SKIP, Epoch, given_before
from central.epochs.tables import epochs
from central.fleet.tables import terminals
from central.intake.tables import marks
from contract.exchange import EpochAsked
from contract.messages import EpochLeft

Place = tuple[str, int]
"""(terminal, epoch)"""
_PLACE = ("terminal", "epoch")


def locked(connection: Connection, places: Iterable[Place], now: datetime) -> dict[Place, Epoch]:
    """These epochs, locked until the transaction ends, always in the same order; those nobody used are entered."""
    wanted = sorted(set(places))
    found = _locked(connection, wanted)
    missing = [place for place in wanted if place not in found]
    if missing:
        add_missing(connection, epochs, [_empty(terminal, epoch, now) for terminal, epoch in missing])
        found |= _locked(connection, missing)
    return found


def _locked(connection: Connection, places: Sequence[Place]) -> dict[Place, Epoch]:
    if not places:
        return {}
    rows = rows_at(connection, epochs, Epoch.__struct_fields__, _PLACE, places, lock=True)
    return {(row["terminal"], row["epoch"]): read(row, Epoch) for row in rows}


def _empty(terminal: str, epoch: int, now: datetime) -> dict[str, object]:
    return {"terminal": terminal, "epoch": epoch, "opened_at": now, "why": "", "left_why": ""}


def left(connection: Connection, places: Iterable[Place]) -> set[Place]:
    """Which of these epochs were left."""
    wanted = sorted(set(places))
    if not wanted:
        return set()
    rows = rows_at(connection, epochs, (*_PLACE, "left_at"), _PLACE, wanted)
    return {(row["terminal"], row["epoch"]) for row in rows if row["left_at"] is not None}


def keep(connection: Connection, changed: Iterable[Epoch]) -> None:
    """Write epochs as they are now."""
    keep_many(connection, epochs, list(changed), ("terminal", "epoch"))


def used_up_to(connection: Connection, used: dict[str, int]) -> None:
    """No epoch up to these is opened again, by terminal: a centre set back to a backup meets newer ones."""
    for terminal, epoch in sorted(used.items()):
        higher = update(terminals).where(terminals.c.id == terminal, terminals.c.epoch < epoch)
        connection.execute(higher.values(epoch=epoch))


def open_next(connection: Connection, asked: EpochAsked, token: str, now: datetime) -> Epoch:
    """The next epoch of an entered terminal, for one store alone; the one asked from is left.

    Asked again because the reply was lost, the same epoch with the same token.
    """
    terminal = asked.terminal
    known = select(terminals.c.epoch).where(terminals.c.id == terminal).with_for_update(key_share=True)
    highest = connection.execute(known).scalar_one()
    mine = [kept for kept in of(connection, terminal) if kept.store == asked.store]
    before = given_before(mine, asked)
    if before is not None:
        return before
    for table in (epochs, marks):
        used = connection.execute(select(func.max(table.c.epoch)).where(table.c.terminal == terminal)).scalar_one()
        highest = max(highest, used or 0, asked.left)
    opened = Epoch(
        terminal,
        highest + 1,
        store=asked.store,
        machine=asked.machine,
        token=token,
        came_from=asked.left,
        opened_at=now,
        why=asked.why[:80],
    )
    if asked.left:
        _leave(connection, terminal, asked, now)
    keep(connection, [opened])
    used_up_to(connection, {terminal: opened.epoch})
    return opened


def _leave(connection: Connection, terminal: str, asked: EpochAsked, now: datetime) -> None:
    """Nothing more enters the epoch that is left, whoever else still has it."""
    locked(connection, [(terminal, asked.left)], now)
    place = (epochs.c.terminal == terminal) & (epochs.c.epoch == asked.left) & epochs.c.left_at.is_(None)
    connection.execute(update(epochs).where(place).values(left_at=now, left_why=asked.why[:80]))


def carried(connection: Connection, terminal: str, epoch: int, body: EpochLeft) -> None:
    """A terminal has moved: how many records it took along. Said again, it changes nothing."""
    place = (epochs.c.terminal == terminal) & (epochs.c.epoch == epoch)
    connection.execute(update(epochs).where(place).values(carried=body.carried))


def of(connection: Connection, terminal: str) -> list[Epoch]:
    """Every epoch of a terminal that is kept, the newest first."""
    found = select(epochs).where(epochs.c.terminal == terminal).order_by(epochs.c.epoch.desc())
    return [read(row, Epoch) for row in connection.execute(found).mappings()]


def after_restore(connection: Connection) -> None:
    """Call once when this database was set back to a backup: its last links and newest epochs are out of date.

    The next link of each store begins its chain anew instead of looking like a clone's, and no epoch given out since
    the backup is given again.
    """
    connection.execute(update(epochs).where(epochs.c.store.is_not(None), epochs.c.left_at.is_(None)).values(token=None))
    connection.execute(update(terminals).values(epoch=terminals.c.epoch + RESTORED_SKIP))
