"""How long an unfinished filing is kept, who may go on with it, and at which end. Pure."""

from datetime import datetime, timedelta

import msgspec

KEPT_FOR = timedelta(days=7)
CODE_LENGTH = 8
PIN_LENGTH = 6
WRONG_AT_MOST = 5
"""Wrong PINs before a phone does not open it any more: a terminal and a window still do."""
CONTENT_AT_MOST = 256 * 1024
TERMINAL, PHONE, WINDOW = "terminal", "phone", "window"


class Draft(msgspec.Struct, frozen=True):
    """An unfinished filing. `lookup` stands for its code, `person` for whose it is (empty: whoever has the code);
    `case_number` is what it became.
    """

    draft_id: str
    lookup: str
    terminal: str
    item: str
    item_version: int
    person: str
    sealed: bytes
    made_at: datetime
    until: datetime
    opened_at: datetime | None = None
    wrong: int = 0
    begun_at: str = TERMINAL
    case_number: str = ""


def refused(draft: Draft | None, person: str, now: datetime) -> str:
    """Why nobody goes on with it here, as a key under `refused.`, or nothing."""
    if draft is None or now >= draft.until:
        return "draft_gone"
    if draft.case_number:
        return "draft_filed"
    return "draft_not_yours" if draft.person and draft.person != person else ""


def locked(draft: Draft) -> bool:
    """Whether somebody has guessed too often."""
    return draft.wrong >= WRONG_AT_MOST
