"""What an office writes to a citizen about a case, whether something may be brought later, and what was done at once.

Read by the citizen under 办理进度: staff write in the office's language, so the texts are plain. Times are ISO 8601
with offset, days `YYYY-MM-DD`. Every struct may gain optional fields; none loses or re-types one.
"""

import msgspec

from contract.offering import Text


class Wrong(msgspec.Struct, frozen=True):
    """One defect of a filing: the material or field, what is wrong with it, how to mend it."""

    what: str
    wrong: str
    mend: str


class CorrectionTold(msgspec.Struct, frozen=True):
    """补正告知: everything that is wrong, at once. `applicant` is masked."""

    notice_id: str
    at: str
    wrong: tuple[Wrong, ...]
    until: str
    office: str
    place: str = ""
    phone: str = ""
    applicant: str = ""


class RefusalTold(msgspec.Struct, frozen=True):
    """不予受理 or 不予批准 in writing: why, and what to do next. `refused` is `acceptance` or `approval`."""

    notice_id: str
    at: str
    refused: str
    reason: str
    next_steps: str
    office: str
    place: str = ""
    phone: str = ""
    applicant: str = ""


class ToleranceAsked(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """Whether a person may bring some papers later (容缺): asked before it is offered."""

    item: str
    id_number: str


class ToleranceStands(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """Why not is never said to a terminal; `text` says where a person decides."""

    allowed: bool
    text: Text = {}


class DoneAtOnce(msgspec.Struct, frozen=True, tag_field="kind", tag="done_at_once"):
    """即办件: how long it took from its begin to its end, and whether it was finished before the citizen left. Nothing
    in it says by whom.
    """

    item: str
    seconds: int
    finished: bool
    at: str
