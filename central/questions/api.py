"""The door of questions: one signed request, one sealed question, one sealed answer."""

import asyncio
from contextlib import suppress

import structlog
from litestar import Router, post
from litestar.response import Response

from central.intake.signed import later, malformed, not_yours, open_signed, refuse, reply, server_time
from central.intake.signers import Signed
from central.questions import rules
from central.questions.desk import Busy, QuestionDesk
from central.questions.opener import UnknownQuestion, open_question, seal_answer
from central.questions.registry import OF_THE_HALL
from central.unseal import CannotOpen
from central.upward.node import Node
from central.web.page import Asked, centre_of
from contract.questions import QUESTION_PATH, Answer, QuestionAsked, QuestionReply, Refused, Unavailable

log = structlog.get_logger()


@post(QUESTION_PATH)
async def question(request: Asked) -> Response[bytes]:
    """What a visit wants to know or to have done."""
    body, signed, refused = await open_signed(request, rules.MAX_BODY_BYTES)
    if signed is None:
        return refused
    try:
        asked = rules.read_asked(body)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    if asked.terminal != signed.terminal:
        return not_yours(request, signed)
    centre = centre_of(request)
    if centre.upward is not None:
        return await relayed(request, signed, asked, centre.upward)
    return await answered(request, signed, asked, asked.nonce)


async def relayed(request: Asked, signed: Signed, asked: QuestionAsked, upward: Node) -> Response[bytes]:
    """At a hall node: the hall answers what it knows, its centre the rest. A centre that is away is not waited for."""
    centre = centre_of(request)
    asking = None
    with suppress(CannotOpen, UnknownQuestion):
        asking = open_question(centre.keys, asked)
    if asking is not None and type(asking.question) in OF_THE_HALL:
        return await answered(request, signed, asked, asked.nonce)
    sealed = await asyncio.to_thread(upward.ask, asked)
    if sealed is None and asking is not None:
        with suppress(CannotOpen):
            sealed = seal_answer(asking, asked, rules.encode_answer(Unavailable("down")))
    if sealed is None:
        return later(request, signed)
    return reply(
        request, signed.input, QuestionReply(asked.nonce, server_time(request), asked.question_id, sealed), 200
    )


async def answered(request: Asked, signed: Signed, asked: QuestionAsked, nonce: str) -> Response[bytes]:
    """The answer to a question of a terminal that may ask, or that its hall speaks for; `nonce` is the request's."""
    centre = centre_of(request)
    try:
        asking = open_question(centre.keys, asked)
        answer: Answer = await _desk(request).answer(centre, asked.terminal, asking.question)
        sealed = seal_answer(asking, asked, rules.encode_answer(answer))
    except UnknownQuestion:
        log.warning("question_unknown", terminal=asked.terminal)
        message = "`$.sealed`: expected a question this centre knows; the terminal is newer than the centre"
        return refuse(request, signed.input, 422, "unknown_question", message)
    except CannotOpen as error:
        log.warning("question_not_opened", terminal=asked.terminal, reason=error.key)
        message = f"`$.sealed`: expected a question sealed to a key that opens here ({error.key})"
        return refuse(request, signed.input, 422, "cannot_open", message)
    except Busy:
        return later(request, signed)
    if isinstance(answer, Refused):
        log.info("question_refused", kind=type(asking.question).__name__, reason=answer.reason)
    return reply(request, signed.input, QuestionReply(nonce, server_time(request), asked.question_id, sealed), 200)


def _desk(request: Asked) -> QuestionDesk:
    """One a process."""
    found: QuestionDesk = request.app.state.questions
    return found


api = Router("/", route_handlers=[question], request_max_body_size=rules.MAX_BODY_BYTES)
