"""A citizen's sealed question that came through a hall: answered as if its terminal had asked the centre itself."""

import asyncio

from litestar import post
from litestar.response import Response

from central.intake.signed import malformed, not_yours, open_signed, refuse
from central.questions.api import answered
from central.relays import rules, store
from central.web.page import Asked, centre_of
from contract.questions import QUESTION_MAX_BYTES
from contract.relay import QUESTION_PATH, QuestionRelayed


@post(QUESTION_PATH)
async def question(request: Asked) -> Response[bytes]:
    """The hall reads neither it nor its answer here."""
    body, signed, refused = await open_signed(request, QUESTION_MAX_BYTES + 4096)
    if signed is None:
        return refused
    try:
        said = rules.read(body, QuestionRelayed)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    if said.relay != signed.terminal:
        return not_yours(request, signed)
    if not await asyncio.to_thread(_is_behind, request, said):
        message = "`$.asked.terminal`: expected a terminal behind this hall node"
        return refuse(request, signed.input, 409, "not_behind", message)
    return await answered(request, signed, said.asked, said.nonce)


def _is_behind(request: Asked, said: QuestionRelayed) -> bool:
    with centre_of(request).database.reading() as connection:
        return store.home_of(connection, said.asked.terminal) == said.relay
