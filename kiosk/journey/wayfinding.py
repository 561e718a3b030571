"""The way to a window in words, for the screen, the voice and the ticket alike (JH-11). Pure."""

from typing import Final

from contract.hall_plan import Floor, HallPlan, Point, Way
from kiosk.journey import page as p

PICTURES: Final = "plan"
"""The drawings of the plan have ids beginning so."""


def hint(found: Way) -> p.Said:
    """How to go: the hall's own words, or what follows from the plan; nothing where only the floor is known."""
    if found.to.hint:
        return found.to.hint
    if found.start is None:
        return p.word("way.only_floor", floor=found.floor.name)
    side = p.word(f"way.side.{found.side}") if found.side else p.word("way.side.near")
    if found.by is not None:
        return p.word(
            "way.over", side=side, metres=str(found.metres), by=found.by.name, floor=found.floor.name, to=found.to.name
        )
    if found.start.floor != found.to.floor:
        return p.word("way.only_floor", floor=found.floor.name)
    return p.word("way.here" if not found.side else "way.walk", side=side, metres=str(found.metres), to=found.to.name)


def picture(to: Point, language: str, *, start_floor: bool) -> str:
    """The address of a drawing for the screen."""
    return f"image://pictures/{PICTURES}/{to.key}/{'start' if start_floor else 'goal'}/{language}"


def floors(found: Way) -> tuple[bool, ...]:
    """Which drawings there are: the floor one stands on first, where that is another."""
    apart = found.start is not None and found.by is not None and found.start.floor != found.to.floor
    return (True, False) if apart else (False,)


def on_floor(plan: HallPlan, point: Point) -> Floor:
    """The floor of a point."""
    return plan.floor(point.floor)
