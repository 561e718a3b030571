"""`GET /v1/releases/…`: files of the repository in pieces, to terminals and to hall nodes. What they say is signed by
their makers; that a piece is the one asked for, the path says, which the asker signed.
"""

import asyncio

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Response

from central.intake import answers
from central.intake.signed import malformed, open_signed, refuse
from central.releases import places
from central.web.page import Asked, centre_of
from contract.releases import RELEASES_PATH, Shelf

_BYTES = "application/octet-stream"
_OFFSET_AT_MOST = 1 << 40


@get(RELEASES_PATH + "/{shelf:str}/{offset:int}/{name:str}")
async def piece(request: Asked, shelf: FromPath[str], offset: FromPath[int], name: FromPath[str]) -> Response[bytes]:
    """At most `PIECE` bytes from an offset on; fewer are the end of the file."""
    _, signed, refused = await open_signed(request, 0)
    if signed is None:
        return refused
    if shelf not in {one.value for one in Shelf} or not 0 <= offset < _OFFSET_AT_MOST:
        return malformed(request, signed, "the path: expected metadata or targets, an offset and a name")
    centre = centre_of(request)
    found = await asyncio.to_thread(places.repository(centre.settings).piece, Shelf(shelf), name, offset)
    if found is None:
        return refuse(request, signed.input, 404, "not_there", f"{name[:80]}: no such file")
    answer = answers.sealed(centre, signed.input, found, 200)
    return Response(answer.body, media_type=_BYTES, status_code=200, headers=answer.headers)


api = Router("/", route_handlers=[piece])
