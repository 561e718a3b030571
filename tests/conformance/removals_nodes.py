"""Takes a rule out of halls with a node of their own, and of the nightly account: see `removals`."""

import msgspec

from central.people import access
from central.reconciliation import store
from central.reconciliation.rules import Account
from tests.conformance.removals import Plant


def bj_11(plant: Plant) -> None:
    """A hall's node writes the state of a case as the centre does."""
    plant.setattr(access, "is_the_centres", lambda _: False)


def bj_34(plant: Plant) -> None:
    """The night says that everything is there without looking."""

    def blind(_: object, claim: Account) -> Account:
        return msgspec.structs.replace(claim, held=claim.claimed, equal=True)

    plant.setattr(store, "compared", blind)
