"""Sealed scans that come through a hall: the tus routes of `central.scans` with the terminal in their path."""

import asyncio

from litestar import head, patch, post
from litestar.params import FromPath
from litestar.response import Response

from central.intake.signed import open_signed, refuse, reply_empty
from central.intake.signers import Signed
from central.relays import store
from central.scans import api as scans
from central.web.page import Asked, centre_of
from contract.relay import RELAY_PATH
from contract.scans import CHECKSUM_MISMATCH, PIECE_LARGEST

_PLACE = RELAY_PATH + "/scans/{terminal:str}"
_NOT_BEHIND = "the terminal in the path: expected one behind this hall node"


@post(_PLACE, request_max_body_size=0)
async def begin(request: Asked, terminal: FromPath[str]) -> scans.Answered:
    """201 with how much is held already; 200 when all of it is."""
    _, signed, refused = await open_signed(request, 0)
    if signed is None:
        return refused
    if not await _may(request, signed, terminal):
        return refuse(request, signed.input, 409, "not_behind", _NOT_BEHIND)
    return await scans.begun(request, signed, terminal)


@head(_PLACE + "/{scan_hash:str}")
async def progress(request: Asked, terminal: FromPath[str], scan_hash: FromPath[str]) -> Response[None]:
    """How far this upload is."""
    _, signed, refused = await open_signed(request, 0)
    if signed is None:
        return Response(None, status_code=refused.status_code or 401, headers=refused.headers)
    if not await _may(request, signed, terminal):
        return reply_empty(request, signed.input, 409, {})
    return await scans.found(request, signed, terminal, scan_hash)


@patch(_PLACE + "/{scan_hash:str}", request_max_body_size=PIECE_LARGEST)
async def append(request: Asked, terminal: FromPath[str], scan_hash: FromPath[str]) -> scans.Answered:
    """One piece: all of it is on disk when 204 is said, or nothing is kept."""
    piece, signed, refused = await open_signed(request, PIECE_LARGEST, damaged=CHECKSUM_MISMATCH)
    if signed is None:
        return refused
    if not await _may(request, signed, terminal):
        return refuse(request, signed.input, 409, "not_behind", _NOT_BEHIND)
    return await scans.appended(request, signed, terminal, (scan_hash, piece))


async def _may(request: Asked, signed: Signed, terminal: str) -> bool:
    def look() -> bool:
        with centre_of(request).database.reading() as connection:
            return store.home_of(connection, terminal) == signed.terminal

    return await asyncio.to_thread(look)
