"""The handling of a case as rows of GB/T 39046 table 7 (办理环节), for whoever exports it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from central.lifecycle.rules import TABLE_7, Action, Link
from central.progress.rules import Did, Step


class Handled(msgspec.Struct, frozen=True):
    """One row of table 7 (办理环节); a link without an end has its start there, as the standard says."""

    case_number: str
    action: str
    name: str
    handler: str
    opinion: str
    started_at: datetime
    ended_at: datetime
    unit: str
    state: int
    """1 待办, 2 已办."""


_NAMES: Final[Mapping[Did, tuple[str, Action]]] = {
    Did.ACCEPTED: ("受理", Action.PASS),
    Did.CORRECTION: ("补正告知", Action.RETURN),
    Did.COMPLETED: ("材料补齐", Action.OTHER),
    Did.DECIDED: ("办结", Action.PASS),
    Did.REFUSED: ("不予批准", Action.RETURN),
    Did.RETURNED: ("退件", Action.RETURN),
}


def handled(case_number: str, office: str, steps: Iterable[Step], links: Iterable[Link]) -> list[Handled]:
    """The rows of table 7 of one case, in their order: what the office did and what units said, each once."""
    rows = [
        Handled(case_number, TABLE_7[action], name, step.by_whom, step.note, step.at, step.at, office, 2)
        for step in steps
        if step.step in _NAMES
        for name, action in [_NAMES[step.step]]
    ]
    rows += [
        Handled(
            case_number,
            TABLE_7[Action(link.action)] if link.action else "",
            link.name,
            link.by_whom,
            link.opinion,
            link.opened_at,
            link.ended_at or link.opened_at,
            link.unit,
            1 if link.ended_at is None else 2,
        )
        for link in links
    ]
    return sorted(rows, key=lambda row: row.started_at)
