"""Who answers what: every domain's answers, put together here and nowhere else.

A domain's `answers.py` has `ANSWERS`: type of question -> handler (`central.questions.answering`). A handler is called
on the event loop; what waits for the database goes to a thread (`asyncio.to_thread`). It answers in time or is given up
(`LONGEST_SECONDS`), it may be called again with the same ids, and keeps nothing personal but what its domain has to.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from central.appointments.answers import ANSWERS as APPOINTMENTS
from central.centre import Centre
from central.complaints.answers import ANSWERS as COMPLAINTS
from central.credit.answers import ANSWERS as CREDIT
from central.departments.answers import ANSWERS as DEPARTMENTS
from central.drafts.answers import ANSWERS as DRAFTS
from central.guides.answers import ANSWERS as GUIDES
from central.help.answers import ANSWERS as HELP
from central.orders.answers import ANSWERS as ORDERS
from central.payments.answers import ANSWERS as PAYMENTS
from central.pickups import papers
from central.pickups.answers import ANSWERS as PICKUPS
from central.pickups.answers import document_of
from central.positions.answers import ANSWERS as POSITIONS
from central.progress.answers import ANSWERS as PROGRESS
from central.projects.answers import ANSWERS as PROJECTS
from central.questions.answering import Handler, in_thread
from central.surveys.answers import ANSWERS as SURVEYS
from central.waits.answers import ANSWERS as WAITS
from contract.questions import Answer, DocumentWanted, Refused

_PRINTED: Final = in_thread(papers.issue)


async def _document(centre: Centre, terminal: str, question: Any) -> Answer:  # noqa: ANN401 - as registered
    """Of a department, or one that lies ready to be fetched."""
    meant = await asyncio.to_thread(document_of, centre, question)
    if isinstance(meant, Refused):
        return meant
    answer = _PRINTED if meant.connector == papers.CONNECTOR else DEPARTMENTS[DocumentWanted]
    return await answer(centre, terminal, meant)


ANSWERS: Final[Mapping[type, Handler]] = {
    **APPOINTMENTS,
    **COMPLAINTS,
    **CREDIT,
    **DEPARTMENTS,
    **DRAFTS,
    **GUIDES,
    **HELP,
    **ORDERS,
    **PAYMENTS,
    **PICKUPS,
    **POSITIONS,
    **PROGRESS,
    **PROJECTS,
    **SURVEYS,
    **WAITS,
    DocumentWanted: _document,
}

OF_THE_HALL: Final = frozenset({*GUIDES, *HELP, *POSITIONS, *WAITS})
"""What a hall node answers itself, with the network gone too; the rest its centre answers."""
