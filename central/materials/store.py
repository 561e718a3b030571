"""Checks of pictures in the database, each once."""

from sqlalchemy import Connection, select

from central.database import add_if_new, read
from central.materials.rules import Check
from central.materials.tables import material_checks
from central.trace import store as trace
from central.trace.rules import Actor, Fact


def check(connection: Connection, one: Check) -> bool:
    """The picture is as its original: trust level B from now on. False where somebody has said so."""
    row = {name: getattr(one, name) for name in Check.__struct_fields__}
    if not add_if_new(connection, material_checks, row):
        return False
    source = f"check:{one.case_id}:{one.hash}"
    trace.append(connection, Fact(one.case_id, source, one.at, "check", Actor.STAFF, one.by_whom, one.material))
    return True


def of_case(connection: Connection, case_id: str) -> dict[str, Check]:
    """By the hash of the picture."""
    found = connection.execute(select(material_checks).where(material_checks.c.case_id == case_id)).mappings()
    return {row["hash"]: read(row, Check) for row in found}
