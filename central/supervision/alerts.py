"""Cards that wait for no round: raised in the transaction that is their cause."""

from central.database import Transaction
from central.mandates.rules import Mandate
from central.supervision import store
from central.supervision.watched import rules


def zero_delay(connection: Transaction, mandate: Mandate) -> None:
    """即收即办: supervision sees it in the same moment as the unit."""
    store.raise_all(connection, [rules.zero_delay(mandate)], mandate.received_at)
