"""The door of questions: one signed request, one sealed question, one sealed answer."""

import structlog
from litestar import Router, post
from litestar.response import Response

from central.intake.signed import later, malformed, not_yours, open_signed, refuse, reply, server_time
from central.questions import rules
from central.questions.desk import Busy, QuestionDesk
from central.questions.opener import UnknownQuestion, open_question, seal_answer
from central.unseal import CannotOpen
from central.web.page import Asked, centre_of
from contract.questions import QUESTION_PATH, Answer, QuestionReply, Refused

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
    try:
        asking = open_question(centre.keys, asked)
        answer: Answer = await _desk(request).answer(centre, asked.terminal, asking.question)
        sealed = seal_answer(asking, asked, rules.encode_answer(answer))
    except UnknownQuestion:
        log.warning("question_unknown", terminal=signed.terminal)
        message = "`$.sealed`: expected a question this centre knows; the terminal is newer than the centre"
        return refuse(request, signed.input, 422, "unknown_question", message)
    except CannotOpen as error:
        log.warning("question_not_opened", terminal=signed.terminal, reason=error.key)
        message = f"`$.sealed`: expected a question sealed to a key that opens here ({error.key})"
        return refuse(request, signed.input, 422, "cannot_open", message)
    except Busy:
        return later(request, signed)
    if isinstance(answer, Refused):
        log.info("question_refused", kind=type(asking.question).__name__, reason=answer.reason)
    return reply(
        request, signed.input, QuestionReply(asked.nonce, server_time(request), asked.question_id, sealed), 200
    )


def _desk(request: Asked) -> QuestionDesk:
    """One a process."""
    found: QuestionDesk = request.app.state.questions
    return found


api = Router("/", route_handlers=[question], request_max_body_size=rules.MAX_BODY_BYTES)
