"""What was signed on a screen before a department acted: sealed evidence, opened only with a reason that is noted."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from central import persons
from central.centre import Centre
from central.database import Transaction, add_if_new, read
from central.departments.tables import act_declarations, department_acts
from contract.declarations import Declared
from contract.questions import DepartmentToldToAct

SHOWN: Final = 100


class Kept(msgspec.Struct, frozen=True):
    """One, as far as it is in the clear. `digest` is of what was signed."""

    act_id: str
    item: str
    item_version: int
    terminal: str
    digest: str
    at: datetime
    connector: str
    act: str
    state: str


def keep(connection: Transaction, centre: Centre, question: DepartmentToldToAct, terminal: str) -> None:
    """With the act, in its transaction. The same act again keeps the first."""
    declared = question.declared
    if declared is None:
        return
    plain = msgspec.msgpack.encode(declared)
    row = {
        "act_id": question.act_id,
        "item": question.item,
        "item_version": declared.item_version,
        "person": centre.blind.person(question.person.id_number),
        "terminal": terminal,
        "digest": hashlib.sha256(plain).hexdigest(),
        "at": centre.clock(),
        "sealed": persons.seal(centre.keys, plain, _context(question.act_id)),
    }
    add_if_new(connection, act_declarations, row)


def listed(connection: Connection) -> list[Kept]:
    """The newest, with what became of the act."""
    own, act = act_declarations.c, department_acts.c
    columns = (
        own.act_id,
        own.item,
        own.item_version,
        own.terminal,
        own.digest,
        own.at,
        act.connector,
        act.act,
        act.state,
    )
    found = select(*columns).join(department_acts, act.act_id == own.act_id).order_by(own.at.desc()).limit(SHOWN)
    return [read(row, Kept) for row in connection.execute(found).mappings()]


def opened(connection: Connection, centre: Centre, act_id: str) -> Declared | None:
    """What was signed; None where there is no such thing. Note the opening before. Raises CannotOpen."""
    found = select(act_declarations.c.sealed).where(act_declarations.c.act_id == act_id)
    sealed = connection.execute(found).scalar_one_or_none()
    if sealed is None:
        return None
    return msgspec.msgpack.decode(persons.unseal(centre.fresh_keys(), bytes(sealed), _context(act_id)), type=Declared)


def _context(act_id: str) -> bytes:
    return f"suiban declaration 1|{act_id}".encode()
