"""What departments answer to visits' questions."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from central.centre import Centre
from central.departments.acting import act
from central.departments.asking import No, ask, called, made
from central.departments.connector import Query
from central.departments.issuing import write
from central.questions.answering import Handler
from contract.questions import Answer, DepartmentAsked, DepartmentFound, DepartmentToldToAct, DocumentWanted


async def find(centre: Centre, terminal: str, question: DepartmentAsked) -> Answer:
    """What a department knows."""
    connector, call = called(question.connector, question.query, Query)
    data, asked = await ask(centre, terminal, question, call, connector, secrets.token_hex(16))
    shown = made(centre, connector, call, lambda: call.show(data, asked))
    return DepartmentFound(
        shown.sections,
        asked.as_of.isoformat(timespec="seconds"),
        connector.source,
        shown.choices,
        shown.amount_fen,
        shown.amounts,
        shown.expects,
    )


def _or_no(work: Callable[[Centre, str, Any], Awaitable[Answer]]) -> Handler:
    async def answer(centre: Centre, terminal: str, question: Any) -> Answer:  # noqa: ANN401 - as it is registered
        try:
            return await work(centre, terminal, question)
        except No as no:
            return no.answer

    return answer


ANSWERS: Final[Mapping[type, Handler]] = {
    DepartmentAsked: _or_no(find),
    DepartmentToldToAct: _or_no(act),
    DocumentWanted: _or_no(write),
}
