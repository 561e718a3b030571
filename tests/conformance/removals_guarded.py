"""Takes one rule out of the product, as `removals` does: who may see what, what is written down, what 12345 hears."""

from central.audit import store as trail
from central.hotline import exchanging
from central.people import access, rights
from central.people.factors import store as factors
from tests.conformance.removals import Plant


def aq_01(plant: Plant) -> None:
    """Whoever is logged in may open every page, and codes are good twice."""
    plant.setattr(access, "may_open", lambda *_, **__: True)
    plant.setattr(rights, "exclusion", lambda _: None)
    plant.setattr(factors, "take_step", lambda *_: True)
    plant.setattr(trail, "checked", lambda _: (None, 0))


def ts_08(plant: Plant) -> None:
    """What was answered here is never told to the hotline."""
    plant.setattr(exchanging, "notice", lambda _: None)
