"""Which policies for promised limits the district has switched on (/promises), as the lint takes them."""

from central.catalogue_lint.rules import Policies
from central.database import Transaction
from central.promises import store
from contract.promises import Policy


def switched_on(connection: Transaction) -> Policies:
    """None until somebody says so."""
    found = store.switched(connection)
    return Policies(Policy.SHARE in found.on, Policy.COMPRESS in found.on, found.compression)
