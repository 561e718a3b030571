"""The upstream's side of queue numbers: one signed request, one number, committed before it is said."""

import structlog
from litestar import Router, post
from litestar.response import Response

from central.intake.commit import Overloaded
from central.intake.signed import later, malformed, not_yours, open_signed, refuse, reply, server_time
from central.numbers import rules, store
from central.web.page import Asked, centre_of
from contract.numbers import NUMBER_PATH, NumberGiven

MAX_BODY_BYTES = 4096

log = structlog.get_logger()


@post(NUMBER_PATH)
async def number(request: Asked) -> Response[bytes]:
    """The next number of a queue. The same case always gets the same answer."""
    body, signed, refused = await open_signed(request, MAX_BODY_BYTES)
    if signed is None:
        return refused
    try:
        asked = rules.read_asked(body)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    if asked.terminal != signed.terminal:
        return not_yours(request, signed)
    centre = centre_of(request)
    if centre.upward is not None and not centre.upward.gives_numbers:
        return later(request, signed)  # a new machine does not know yet what the one before it gave
    try:
        issued = await centre.commit.ask(store.Wanted(asked, centre.today()))
    except Overloaded:
        return later(request, signed)
    if issued is None:
        message = "`$.case_id`: another terminal or another queue has a number for this case; make a new case"
        return refuse(request, signed.input, 409, "taken", message)
    answer = NumberGiven(asked.nonce, server_time(request), issued.number, issued.business_date)
    return reply(request, signed.input, answer, 200)


api = Router("/", route_handlers=[number], request_max_body_size=MAX_BODY_BYTES)
