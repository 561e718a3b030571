"""The licences of cases, in the database, and how each is told."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from central.database import add_if_new, read
from central.licences.tables import case_licences
from central.pickups.rules import State
from central.pickups.tables import pickups
from contract.catalogue import Item
from contract.deliveries import Licence

_STATES = {
    "making": {"zh-Hans": "办理中", "en": "Being made"},
    State.READY: {"zh-Hans": "可以领取", "en": "Ready to be fetched"},
    State.OPENED: {"zh-Hans": "正在领取", "en": "Being fetched"},
    State.STUCK: {"zh-Hans": "柜门没有打开，请找工作人员", "en": "The door is stuck: please ask staff"},
    State.TAKEN: {"zh-Hans": "已领取", "en": "Fetched"},
    State.RETURNED: {"zh-Hans": "已退回窗口", "en": "Back at the window"},
}


class Made(msgspec.Struct, frozen=True):
    """One licence that is there. `state` is that of its pick-up."""

    code: str
    serial: str
    state: str


def add(connection: Connection, case_id: str, code: str, serial: str, pickup_id: str, who: str, now: datetime) -> bool:
    """A licence of the set is there. False where it was before."""
    row = {"case_id": case_id, "code": code, "serial": serial, "pickup_id": pickup_id, "by_whom": who, "at": now}
    return add_if_new(connection, case_licences, row)


def of_cases(connection: Connection, case_ids: Collection[str]) -> dict[str, dict[str, Made]]:
    """By case and code."""
    found = select(case_licences, pickups.c.state).join(pickups, pickups.c.pickup_id == case_licences.c.pickup_id)
    by_case: dict[str, dict[str, Made]] = {}
    for row in connection.execute(found.where(case_licences.c.case_id.in_(case_ids))).mappings():
        by_case.setdefault(row["case_id"], {})[row["code"]] = read(row, Made)
    return by_case


def told(item: Item | None, made: Mapping[str, Made]) -> tuple[Licence, ...]:
    """Each of the set, in the order the item names them; one that is not there yet is being made."""
    if item is None:
        return ()
    return tuple(
        Licence(
            one.name,
            _STATES[made[one.code].state if one.code in made else "making"],
            made[one.code].serial if one.code in made else "",
        )
        for one in item.results
    )
