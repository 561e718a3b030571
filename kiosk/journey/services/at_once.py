"""即办件: how long it took, from its begin to its end, and whether it ended before the citizen left (BJ-05). Pure."""

import math
from typing import Final

from contract.catalogue import Item
from contract.codes import CaseType
from contract.handling import DoneAtOnce
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known

MINUTE: Final = 60


def is_timed(item: Item) -> bool:
    """Whether it is of the kind that is done on the spot: no promise date, but minutes."""
    return item.case_type is CaseType.IMMEDIATE


def told(item: Item, began: float | None, ended: float | None) -> tuple[p.Block, ...]:
    """当场办结 and in how many minutes, each begun one counted; nothing before it has ended."""
    if began is None or ended is None or not is_timed(item):
        return ()
    minutes = max(1, math.ceil((ended - began) / MINUTE))
    return (p.Line(p.word("at_once.minutes", count=str(minutes)), p.Tone.GOOD),)


def record(item: Item, began: float | None, ended: float | None, known: Known) -> tuple[e.Effect, ...]:
    """What is kept of it, once: nothing says by whom. Without an end it was left unfinished."""
    if began is None or not is_timed(item):
        return ()
    seconds = max(0, round((known.now if ended is None else ended) - began))
    record_id = known.id(f"at_once/{item.slug}/{began}")
    return (e.KeepRecord(known.visit, record_id, DoneAtOnce(item.slug, seconds, ended is not None, "")),)
