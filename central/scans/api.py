"""The tus server for sealed scans (`contract.scans`): POST, HEAD and PATCH, signed like every other request.

An offset is on disk before it is said; "all of it is held" is said by the signed 200 of a POST.
"""

import asyncio
from collections.abc import Mapping

from litestar import Router, head, patch, post
from litestar.params import FromPath
from litestar.response import Response

from central.database import DatabaseAway
from central.intake.signed import later, malformed, open_signed, refuse, reply_empty
from central.intake.signers import Signed
from central.scans import rules
from central.scans.desk import Progress
from central.scans.shelf import NoRoom, NotBegun, OtherOffset, TooLong, WrongWhole
from central.web.page import Asked, centre_of
from contract.scans import CHECKSUM_MISMATCH, OFFSET_TYPE, PIECE_LARGEST, SCANS_PATH, TUS_VERSION, scan_path

_TUS = {"Tus-Resumable": TUS_VERSION}

Answered = Response[bytes] | Response[None]


@post(SCANS_PATH, request_max_body_size=0)
async def begin(request: Asked) -> Answered:
    """201 with how much is held already; 200 when all of it is. Asked again, it changes nothing."""
    _, signed, refused = await open_signed(request, 0)
    return refused if signed is None else await begun(request, signed, signed.terminal)


async def begun(request: Asked, signed: Signed, terminal: str) -> Answered:
    """The same, for whoever may speak for this terminal."""
    try:
        upload = rules.read_upload(_headers(request))
        found = await asyncio.to_thread(centre_of(request).scans.begin, terminal, upload)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    except (NoRoom, DatabaseAway):
        return later(request, signed)
    place = {"Location": scan_path(upload.hash)}
    return reply_empty(request, signed.input, 200 if found.complete else 201, _where(found) | place)


@head(SCANS_PATH + "/{scan_hash:str}")
async def progress(request: Asked, scan_hash: FromPath[str]) -> Response[None]:
    """How far this upload is."""
    _, signed, refused = await open_signed(request, 0)
    if signed is None:
        return Response(None, status_code=refused.status_code or 401, headers=refused.headers)
    return await found(request, signed, signed.terminal, scan_hash)


async def found(request: Asked, signed: Signed, terminal: str, scan_hash: str) -> Response[None]:
    """The same, for whoever may speak for this terminal."""
    try:
        rules.check_version(_headers(request))
        there = await asyncio.to_thread(centre_of(request).scans.progress, terminal, scan_hash)
    except rules.Malformed:
        return reply_empty(request, signed.input, 412, _TUS)
    except DatabaseAway:
        return reply_empty(request, signed.input, 503, _TUS)
    if there is None:
        return reply_empty(request, signed.input, 404, _TUS)
    return reply_empty(request, signed.input, 200, _where(there) | {"Upload-Length": str(there.size)})


@patch(SCANS_PATH + "/{scan_hash:str}", request_max_body_size=PIECE_LARGEST)
async def append(request: Asked, scan_hash: FromPath[str]) -> Answered:
    """One piece: all of it is on disk when 204 is said, or nothing is kept."""
    piece, signed, refused = await open_signed(request, PIECE_LARGEST, damaged=CHECKSUM_MISMATCH)
    return refused if signed is None else await appended(request, signed, signed.terminal, (scan_hash, piece))


async def appended(request: Asked, signed: Signed, terminal: str, what: tuple[str, bytes]) -> Answered:
    """The same, for whoever may speak for this terminal; the hash of the scan and the piece."""
    scan_hash, piece = what
    headers = _headers(request)
    if headers.get("content-type") != OFFSET_TYPE:
        return refuse(request, signed.input, 415, "content_type", f"Content-Type: expected {OFFSET_TYPE}")
    try:
        offset = rules.read_offset(headers)
        there = await asyncio.to_thread(centre_of(request).scans.append, terminal, scan_hash, offset, piece)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    except OtherOffset as error:
        return _elsewhere(request, signed, 409, error.offset)
    except WrongWhole:
        return _elsewhere(request, signed, CHECKSUM_MISMATCH, 0)
    except TooLong:
        return malformed(request, signed, "the piece: expected no more than Upload-Length bytes in all")
    except NotBegun:
        return refuse(request, signed.input, 404, "not_begun", f"{scan_hash}: expected a POST to {SCANS_PATH} first")
    except (NoRoom, DatabaseAway):
        return later(request, signed)
    return reply_empty(request, signed.input, 204, _where(there))


def _elsewhere(request: Asked, signed: Signed, status: int, offset: int) -> Response[None]:
    return reply_empty(request, signed.input, status, _TUS | {"Upload-Offset": str(offset)})


def _where(found: Progress) -> dict[str, str]:
    return _TUS | {"Upload-Offset": str(found.offset)}


def _headers(request: Asked) -> Mapping[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


api = Router("/", route_handlers=[begin, progress, append])
