"""`POST /v1/epoch`: the next epoch for one store of a terminal."""

import asyncio

import structlog
from litestar import post
from litestar.response import Response
from sqlalchemy.exc import SQLAlchemyError

from central.centre import Centre
from central.epochs import store
from central.epochs.rules import Epoch
from central.fleet import store as fleet
from central.intake import rules
from central.intake.beats import fresh_token
from central.intake.signed import later, malformed, not_yours, open_signed, reply, server_time
from central.web.page import Asked, centre_of
from contract.exchange import EPOCH_PATH, EpochAsked, EpochOpened

log = structlog.get_logger()


@post(EPOCH_PATH)
async def open_epoch(request: Asked) -> Response[bytes]:
    """Asked again because the reply was lost, the same answer; an epoch somebody has used is never given again."""
    body, signed, refused = await open_signed(request)
    if signed is None:
        return refused
    try:
        asked = rules.read_epoch_asked(body)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    if asked.terminal != signed.terminal:
        return not_yours(request, signed)
    try:
        opened = await asyncio.to_thread(_open, centre_of(request), asked)
    except SQLAlchemyError as error:
        log.warning("epoch_not_opened", terminal=signed.terminal, error=type(error).__name__)
        return later(request, signed)
    answer = EpochOpened(asked.nonce, server_time(request), opened.epoch, opened.token or "")
    return reply(request, signed.input, answer, 200)


def _open(centre: Centre, asked: EpochAsked) -> Epoch:
    now = centre.clock()
    with centre.database.writing() as connection:
        opened = store.open_next(connection, asked, fresh_token(), now)
        alarm = fleet.Alarm(asked.terminal, "epoch.opened", now.isoformat(timespec="seconds"), now, detail=asked.why)
        fleet.add_alarm(connection, f"epoch.opened~{asked.terminal}~{opened.epoch}", alarm)
    log.info("epoch_opened", terminal=asked.terminal, epoch=opened.epoch, left=asked.left, why=asked.why)
    centre.live.changed()
    return opened
