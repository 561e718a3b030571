"""`GET /v1/succession`: how the centre's signing keys followed each other, for a terminal that knows an older one."""

import msgspec
from litestar import Router, get
from litestar.enums import MediaType
from litestar.response import Response

from central.web.page import Asked, centre_of
from contract.succession import SUCCESSION_PATH, Succession


@get(SUCCESSION_PATH, sync_to_thread=True)
def succession(request: Asked) -> Response[bytes]:
    """Anybody may read it: each statement is signed by a key of the line."""
    statements = centre_of(request).fresh_keys().line.statements
    body = msgspec.json.encode(Succession(statements))
    return Response(body, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


api = Router("/", route_handlers=[succession])
