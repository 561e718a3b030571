from kiosk.demo import departments
from tests.central import departments_world
from ui.views.dock import Around, dock_view


def test_the_dock_makes_departments_slow_down_wrong_and_well_again() -> None:
    with departments_world.departments() as world:
        for mode in ("slow", "down", "wrong", "up"):
            departments.be(world.url, mode)
            assert departments.mode_of(world.url) == mode
            assert set(world.told()["modes"].values()) == {mode}
    assert departments.mode_of(world.url) == ""


def test_the_dock_shows_how_they_are() -> None:
    view = dock_view(Around(departments="down"), "", "")
    found = {order.card: order for order in view.partners if order.order == "departments"}
    assert {card: order.on for card, order in found.items()} == {
        "up": False,
        "slow": False,
        "down": True,
        "wrong": False,
        "gone": False,
        "lost": False,
    }
    assert not found["down"].possible
    assert not [order for order in dock_view(Around(), "", "").partners if order.order == "departments"]
