"""Where the gateway calls back."""

import asyncio

import msgspec
from litestar import Router, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.response import Response

from central.payments.protocol import NOTIFIED, NameOrder
from central.signed_lines.protocol import NONCE, SIGNATURE, is_signed
from central.web.page import Asked, centre_of

MAX_BODY_BYTES = 4096


@post(NOTIFIED, status_code=200)
async def notified(request: Asked) -> Response[bytes]:
    """Something happened to an order. Only a reason to ask: said twice, late or never, nothing else comes of it."""
    centre = centre_of(request)
    if centre.payments is None:
        raise NotFoundException
    body = await request.body()
    nonce, given = request.headers.get(NONCE, ""), request.headers.get(SIGNATURE, "")
    if not is_signed(centre.payment_key(), NOTIFIED, nonce, body, given):
        raise ClientException(detail="not signed with the merchant's key", status_code=401)
    try:
        named = msgspec.json.decode(body, type=NameOrder)
    except (msgspec.DecodeError, ValueError):
        raise ClientException(detail="expected an order's id") from None
    known = await asyncio.to_thread(centre.payments.find, named.order_id)
    if known is not None:
        await asyncio.to_thread(centre.payments.look, known)
        centre.live.changed()
    return Response(b"{}", media_type="application/json")


api = Router("/", route_handlers=[notified], request_max_body_size=MAX_BODY_BYTES)
