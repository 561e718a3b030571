"""How long an unfinished filing is kept, and who may go on with it. Pure."""

from datetime import datetime, timedelta

import msgspec

KEPT_FOR = timedelta(days=7)
CODE_LENGTH = 8
CONTENT_AT_MOST = 256 * 1024


class Draft(msgspec.Struct, frozen=True):
    """An unfinished filing. `lookup` stands for its code, `person` for whose it is (empty: whoever has the code)."""

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


def refused(draft: Draft | None, person: str, now: datetime) -> str:
    """Why nobody goes on with it here, as a key under `refused.`, or nothing."""
    if draft is None or now >= draft.until:
        return "draft_gone"
    return "draft_not_yours" if draft.person and draft.person != person else ""
