"""The plan of the hall as a picture for the screen: `image://pictures/plan/POINT/start|goal/LANGUAGE`. Pure."""

from contract.hall_drawing import drawing
from contract.hall_plan import way
from kiosk import words
from kiosk.facts import Site


def picture(site: Site, name: str) -> bytes:
    """The drawing (SVG) under an id; nothing where there is no plan, or no such point on it."""
    _, key, which, language = name.split("/", 3)
    point = site.plan.point(key) if site.plan else None
    if site.plan is None or point is None:
        return b""
    found = way(site.plan, site.terminal, point)
    you = words.say(language, "way.you")
    return drawing(site.plan, found, start_floor=which == "start", language=language, here=you).encode()
