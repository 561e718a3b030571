"""What the desk of payments does by itself: it asks until every order is final."""

from central.centre import Centre

EVERY_SECONDS = 15.0


def round_of(centre: Centre) -> None:
    """One round, where a gateway is connected."""
    if centre.payments is not None and centre.payments.round():
        centre.live.changed()
