"""大厅平面图: the plan with how its terminals and windows stand, drawn by the same hand as the way on a ticket."""

from typing import Any

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response
from markupsafe import Markup

from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.fleet.board import store as board
from central.halls.pages import plan_of
from central.people.access import SignedIn, signed_in
from central.web.page import Asked, centre_of, render
from contract.hall_drawing import floor_drawing
from contract.hall_plan import Kind, Point

_GRAVE = {fleet_rules.Concern.NONE: 0, fleet_rules.Concern.SOON: 1, fleet_rules.Concern.ACT: 2}


@get("/floor", sync_to_thread=True)
def shown(request: Asked, session: SignedIn) -> Response[str]:
    """Every floor as a picture, and the same as a list: nothing is told by the picture alone."""
    centre = centre_of(request)
    plan = plan_of(centre.settings.hall_plan)
    now = centre.clock()
    with centre.database.reading() as connection:
        states = fleet.now_of(connection)
        cards = {one.id: fleet_rules.card(one, states.get(one.id), now) for one in fleet.everyone(connection)}
        desks = board.windows(connection)
    values: dict[str, Any] = {"plan": plan, "floors": [], "terminals": [], "windows": []}
    if plan is not None:
        at = {point.key: _worst(point, cards) for point in plan.points if point.kind is Kind.TERMINAL}
        at |= {point.key: desks.get(point.key, ("off", ""))[0] for point in plan.points if point.kind is Kind.WINDOW}
        values |= {
            "floors": [
                (one.name, Markup(floor_drawing(plan, one, at, session.language)))  # noqa: S704 - our own, escaped
                for one in plan.floors
            ],
            "terminals": [(point, _here(point, cards)) for point in plan.points if point.kind is Kind.TERMINAL],
            "windows": [
                (point, *desks.get(point.key, ("off", ""))) for point in plan.points if point.kind is Kind.WINDOW
            ],
        }
    return render(request, "halls/templates/floor.html", session, values)


def _here(point: Point, cards: dict[str, fleet_rules.Card]) -> list[fleet_rules.Card]:
    return [cards[one] for one in point.terminals if one in cards]


def _worst(point: Point, cards: dict[str, fleet_rules.Card]) -> str:
    here = _here(point, cards)
    return max((card.concern for card in here), key=_GRAVE.__getitem__).value if here else "off"


pages = Router("/", route_handlers=[shown], dependencies={"session": Provide(signed_in)})
