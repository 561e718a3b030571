"""Opens what is sealed of an order: for whoever may read it, and to enter it in the index by person (docs/adr/0012)."""

import msgspec
import structlog

from central.centre import Centre
from central.intake import store as intake
from central.orders import store
from central.orders.rules import Order
from central.unseal import CannotOpen, open_sealed
from contract import envelope
from contract.envelope import seal_context
from contract.orders import OrderContent

EVERY_SECONDS = 10.0
AT_ONCE = 100

log = structlog.get_logger()


def content(centre: Centre, order: Order) -> OrderContent:
    """Who asks, and where they live. Raises CannotOpen; whoever calls has noted the look."""
    with centre.database.reading() as connection:
        wrapped = envelope.decode(intake.raw_of(connection, order.envelope_id))
    if wrapped.sealed is None:
        raise CannotOpen("unreadable")
    opened = open_sealed(centre.fresh_keys(), wrapped.sealed, seal_context(wrapped.terminal, wrapped.id))
    try:
        return msgspec.json.decode(opened, type=OrderContent)
    except (msgspec.DecodeError, ValueError):
        raise CannotOpen("unreadable") from None


def catch_up(centre: Centre) -> int:
    """Enter some orders that are not in it; how many. Of the person a keyed hash is kept and nothing else."""
    if not centre.settings.opens_sealed:
        return 0
    with centre.database.reading() as connection:
        waiting = store.unnamed(connection, centre.blind.key_id, AT_ONCE)
    named = [(one.order_id, _person(centre, one)) for one in waiting]
    if named:
        with centre.database.writing() as connection:
            for order_id, person in sorted(named):
                store.name(connection, order_id, person, centre.blind.key_id, centre.clock())
    return len(named)


def _person(centre: Centre, order: Order) -> str:
    try:
        number = content(centre, order).id_number
    except CannotOpen as error:
        log.warning("order_not_indexed", order=order.order_id, reason=error.key)
        return ""
    return centre.blind.person(number) if number else ""
