"""Reminders in the database, each stage of a case once."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.cases.tables import cases
from central.database import add_if_new, read
from central.progress.rules import Known
from central.tolerance.rules import Reminder, Stage
from central.tolerance.tables import tolerance_reminders
from central.trace import store as trace
from central.trace.rules import Actor, Fact

AT_ONCE = 500


def owing(connection: Connection, first: str, last: str, after: str = "", limit: int = AT_ONCE) -> list[Known]:
    """Cases that lacked something when they were filed, with a last day from `first` to `last`; some at a time, in the
    order of their ids, those behind `after`.
    """
    columns = [cases.c[name] for name in Known.__struct_fields__]
    found = select(*columns).where(cases.c.missing != "[]", cases.c.missing_until.between(first, last))
    ordered = found.where(cases.c.case_id > after).order_by(cases.c.case_id).limit(limit)
    return [read(row, Known) for row in connection.execute(ordered).mappings()]


def given(connection: Connection, case_ids: Collection[str]) -> dict[str, set[Stage]]:
    """Which reminders these cases have had."""
    found = select(tolerance_reminders.c.case_id, tolerance_reminders.c.stage)
    by_case: dict[str, set[Stage]] = {case_id: set() for case_id in case_ids}
    for case_id, stage in connection.execute(found.where(tolerance_reminders.c.case_id.in_(case_ids))):
        by_case[case_id].add(Stage(stage))
    return by_case


def remind(connection: Connection, one: Reminder) -> bool:
    """Note a reminder; False where it was given."""
    row = msgspec.structs.asdict(one) | {"stage": one.stage.value, "way": one.way.value}
    if not add_if_new(connection, tolerance_reminders, row):
        return False
    source = f"reminder:{one.case_id}:{one.stage.value}"
    trace.append(connection, Fact(one.case_id, source, one.at, "reminded", Actor.SYSTEM, "", ""))
    return True


def waiting(connection: Connection) -> list[tuple[Reminder, str, str, str]]:
    """Whom staff still have to call, with case number, item and last day."""
    found = select(tolerance_reminders, cases.c.case_number, cases.c.item_title, cases.c.missing_until)
    found = found.join(cases, cases.c.case_id == tolerance_reminders.c.case_id)
    found = found.where(tolerance_reminders.c.done_at.is_(None)).order_by(tolerance_reminders.c.at).limit(200)
    rows = connection.execute(found).mappings()
    return [(read(row, Reminder), row["case_number"], row["item_title"], row["missing_until"] or "") for row in rows]


def close(connection: Connection, case_id: str, stage: str, who: str, note: str, at: datetime) -> bool:
    """Somebody called, and says what came of it. False where somebody had."""
    place = (tolerance_reminders.c.case_id == case_id) & (tolerance_reminders.c.stage == stage)
    waits = place & tolerance_reminders.c.done_at.is_(None)
    done = update(tolerance_reminders).where(waits).values(done_by=who, done_at=at, done_note=note)
    return bool(connection.execute(done).rowcount)


def of_case(connection: Connection, case_id: str) -> list[Reminder]:
    """Those of one case, the oldest first."""
    found = select(tolerance_reminders).where(tolerance_reminders.c.case_id == case_id)
    rows = connection.execute(found.order_by(tolerance_reminders.c.at)).mappings()
    return [read(row, Reminder) for row in rows]
