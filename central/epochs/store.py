"""Epochs in the database: binding one to its store, opening the next, leaving one."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from central import bulk
from central.bulk import change_many, keep_many, rows_at, rows_of
from central.database import read
from central.epochs.rules import RESTORED_SKIP, Epoch, given_before
from central.epochs.tables import centre_life, epochs
from central.fleet.tables import terminals
from central.intake.tables import marks
from contract.exchange import EpochAsked
from contract.messages import EpochLeft

Place = tuple[str, int]
"""(terminal, epoch)"""
_PLACE = ("terminal", "epoch")
_LIFE = select(centre_life.c.life)
_LINKED = (*_PLACE, "store", "machine", "token", "token_before", "fresh")


def locked(connection: Connection, places: Iterable[Place], now: datetime) -> dict[Place, Epoch]:
    """These epochs, locked until the transaction ends; those nobody used are entered."""

    def empty(place: Place) -> dict[str, object]:
        terminal, epoch = place
        return {"terminal": terminal, "epoch": epoch, "opened_at": now, "why": "", "left_why": ""}

    rows = bulk.locked(connection, epochs, Epoch.__struct_fields__, _PLACE, places, empty)
    return {(row["terminal"], row["epoch"]): read(row, Epoch) for row in rows}


def left(connection: Connection, places: Iterable[Place]) -> set[Place]:
    """Which of these epochs were left."""
    wanted = sorted(set(places))
    if not wanted:
        return set()
    rows = rows_at(connection, epochs, (*_PLACE, "left_at"), _PLACE, wanted)
    return {(row["terminal"], row["epoch"]) for row in rows if row["left_at"] is not None}


def keep(connection: Connection, changed: Iterable[Epoch]) -> None:
    """Write epochs as they are now."""
    keep_many(connection, epochs, list(changed), _PLACE)


def keep_links(connection: Connection, changed: Iterable[Epoch]) -> None:
    """Write the last links of epochs that are locked."""
    change_many(connection, epochs, [{name: getattr(one, name) for name in _LINKED} for one in changed], _PLACE)


def used_up_to(connection: Connection, used: dict[str, int]) -> None:
    """No epoch up to these is opened again, by terminal: a centre set back to a backup meets newer ones."""
    text = "SELECT id, epoch FROM terminals JOIN {asked} ON id = one"
    behind = [terminal for terminal, epoch in rows_of(connection, text, used) if epoch < used[terminal]]
    for terminal in sorted(behind):
        higher = update(terminals).where(terminals.c.id == terminal, terminals.c.epoch < used[terminal])
        connection.execute(higher.values(epoch=used[terminal]))


def open_next(connection: Connection, asked: EpochAsked, token: str, now: datetime) -> Epoch:
    """The next epoch of an entered terminal, for one store alone; the one asked from is left.

    Asked again because the reply was lost, the same epoch with the same token. Epochs are locked in rising order and
    before the terminal, as heartbeats do.
    """
    terminal = asked.terminal
    if asked.left:
        locked(connection, [(terminal, asked.left)], now)
    number = _highest(connection, asked) + 1
    while True:
        mine = [kept for kept in of(connection, terminal) if kept.store == asked.store]
        before = given_before(mine, asked)
        if before is not None:
            return before
        if not _is_used(locked(connection, [(terminal, number)], now)[terminal, number]):
            break
        number += 1  # somebody was quicker
    opened = Epoch(
        terminal,
        number,
        store=asked.store,
        machine=asked.machine,
        token=token,
        came_from=asked.left,
        opened_at=now,
        why=asked.why[:80],
    )
    if asked.left:
        place = (epochs.c.terminal == terminal) & (epochs.c.epoch == asked.left) & epochs.c.left_at.is_(None)
        connection.execute(update(epochs).where(place).values(left_at=now, left_why=asked.why[:80]))
    keep(connection, [opened])
    used_up_to(connection, {terminal: opened.epoch})
    return opened


def _highest(connection: Connection, asked: EpochAsked) -> int:
    highest: list[int] = [
        asked.left,
        connection.execute(select(terminals.c.epoch).where(terminals.c.id == asked.terminal)).scalar_one(),
    ]
    for table in (epochs, marks):
        used = select(func.max(table.c.epoch)).where(table.c.terminal == asked.terminal)
        highest.append(connection.execute(used).scalar_one() or 0)
    return max(highest)


def _is_used(kept: Epoch) -> bool:
    return kept.store is not None or kept.left_at is not None


def carried(connection: Connection, terminal: str, epoch: int, body: EpochLeft) -> None:
    """A terminal has moved: how many records it took along. Said again, it changes nothing."""
    place = (epochs.c.terminal == terminal) & (epochs.c.epoch == epoch)
    connection.execute(update(epochs).where(place).values(carried=body.carried))


def of(connection: Connection, terminal: str) -> list[Epoch]:
    """Every epoch of a terminal that is kept, the newest first."""
    found = select(epochs).where(epochs.c.terminal == terminal).order_by(epochs.c.epoch.desc())
    return [read(row, Epoch) for row in connection.execute(found).mappings()]


def life(connection: Connection) -> str:
    """Another name each time this database was set back to a backup; empty before the first."""
    return str(connection.execute(_LIFE).scalar_one())


def after_restore(connection: Connection) -> None:
    """Call once when this database was set back to a backup: its last links and newest epochs are out of date.

    The next link of each store begins its chain anew instead of looking like a clone's, and no epoch given out since
    the backup is given again. In another life terminals believe nothing that was acknowledged in this one.
    """
    connection.execute(update(centre_life).values(life=secrets.token_hex(16)))
    connection.execute(update(epochs).where(epochs.c.store.is_not(None), epochs.c.left_at.is_(None)).values(token=None))
    connection.execute(update(terminals).values(epoch=terminals.c.epoch + RESTORED_SKIP))
