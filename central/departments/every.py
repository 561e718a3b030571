"""Every connector of this centre, by name. A new department is a file under `known` and a line here."""

from collections.abc import Mapping
from typing import Final

from central.departments.connector import Connector
from central.departments.known.civil_affairs import CIVIL_AFFAIRS
from central.departments.known.courier import COURIER
from central.departments.known.exit_entry import EXIT_ENTRY
from central.departments.known.id_card import ID_CARD
from central.departments.known.market_regulation import MARKET_REGULATION
from central.departments.known.medical_insurance import MEDICAL_INSURANCE
from central.departments.known.provident_fund import PROVIDENT_FUND
from central.departments.known.real_estate import REAL_ESTATE
from central.departments.known.social_security import SOCIAL_SECURITY
from central.departments.known.tax import TAX
from central.departments.known.traffic_police import TRAFFIC_POLICE
from central.departments.known.utilities import UTILITIES

CONNECTORS: Final[Mapping[str, Connector]] = {
    one.name: one
    for one in (
        *(SOCIAL_SECURITY, MEDICAL_INSURANCE, PROVIDENT_FUND, REAL_ESTATE, TAX),
        *(TRAFFIC_POLICE, EXIT_ENTRY, ID_CARD, UTILITIES, CIVIL_AFFAIRS, MARKET_REGULATION),
    )
}
OWN: Final[Mapping[str, Connector]] = {COURIER.name: COURIER}
"""Those only the centre itself asks, on the same line: no question of a visit reaches them."""
