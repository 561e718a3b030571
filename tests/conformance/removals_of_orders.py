"""Takes a rule out of what somebody of the office does for people, and of projects: see `removals`."""

from central.orders import rules as orders
from central.projects import rules as projects
from contract.orders import ProjectPart
from kiosk.journey.page import Bullet
from kiosk.journey.services.orders import asking, service, tracking
from tests.conformance.removals import Plant


def jh_09(plant: Plant) -> None:
    """What was asked for is kept, and nobody can ask what became of it."""
    plant.setattr(service.Orders, "code", lambda *_: "")


def jh_10(plant: Plant) -> None:
    """Somebody is to come, and nobody is told which papers to have ready."""
    plant.setattr(asking, "bring", lambda *_: ())
    plant.setattr(orders.Order, "papers", property(lambda _: ()))


def bj_22(plant: Plant) -> None:
    """The chart says how far everything is, and not who is waited for."""

    def bare(part: ProjectPart) -> Bullet:
        return Bullet(part.title, part.state)

    plant.setattr(tracking, "_line", bare)
    plant.setattr(projects, "waiting_for", lambda _: {})


def bj_25(plant: Plant) -> None:
    """An order is given to an agent, and its citizen is not told to whom."""
    whole = orders.stands
    plant.setattr(orders, "stands", lambda order, steps, _, zone: whole(order, steps, None, zone))
