"""What is over is taken off the tree, and bytes that nothing names are forgotten. Done twice it changes nothing."""

from central.centre import Centre
from central.media import store
from central.media.rules import State
from central.organisation import rules as tree
from central.organisation import store as organisation

EVERY_SECONDS = 60.0
BY = "centre"


def tidy(centre: Centre) -> int:
    """How many came to their end."""
    now, today = centre.clock(), centre.today().isoformat()
    with centre.database.reading() as connection:
        over = store.past(connection, today)
        loose = store.held(connection) - store.named(connection)
    for piece in over:
        with centre.database.writing() as connection:
            if store.decide(connection, piece, State.PAST, BY, "", now) and piece.state is State.SHOWN:
                organisation.drop(connection, piece.node, tree.Kind.MEDIA, piece.slot)
    if loose:
        with centre.database.writing() as connection:
            # Looked at again: one that was sent in meanwhile may have the same bytes.
            store.drop(connection, loose - store.named(connection))
    if over:
        centre.caretaker.ring("organisation")
        centre.live.changed()
    return len(over)
