"""`GET /v1/media/<hash>/<offset>`: the bytes of pictures in pieces, to terminals and to hall nodes. Whether they are to
be shown, the feed says; that a piece is the one asked for, the path says, which the asker signed.
"""

import asyncio

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Response

from central.database import DatabaseAway
from central.intake import answers
from central.intake.signed import later, malformed, open_signed, refuse
from central.media import store
from central.web.page import Asked, centre_of
from contract.media import HASH, LARGEST, MEDIA_PATH, PIECE

_BYTES = "application/octet-stream"


@get(MEDIA_PATH + "/{sha256:str}/{offset:int}")
async def piece(request: Asked, sha256: FromPath[str], offset: FromPath[int]) -> Response[bytes]:
    """At most `PIECE` bytes from an offset on; fewer are the end."""
    _, signed, refused = await open_signed(request, 0)
    if signed is None:
        return refused
    if not HASH.fullmatch(sha256) or not 0 <= offset <= LARGEST:
        return malformed(request, signed, "the path: expected a SHA-256 and an offset")
    centre = centre_of(request)

    def read() -> bytes | None:
        with centre.database.reading() as connection:
            return store.piece(connection, sha256, offset, PIECE)

    try:
        found = await asyncio.to_thread(read)
    except DatabaseAway:
        return later(request, signed)
    if found is None:
        return refuse(request, signed.input, 404, "not_there", f"{sha256}: nothing of that name is held")
    answer = answers.sealed(centre, signed.input, found, 200)
    return Response(answer.body, media_type=_BYTES, status_code=200, headers=answer.headers)


api = Router("/", route_handlers=[piece])
