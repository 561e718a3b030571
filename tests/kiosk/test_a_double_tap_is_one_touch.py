"""The conductor: a tap meant for the page before counts for nothing (failures.md F3), typing is never swallowed."""

from kiosk import services
from kiosk.facts import Closed, Facts
from kiosk.journey import events as e
from kiosk.journey.step import Journey, Screen
from kiosk.visit.conductor import SETTLE_SECONDS, Conductor


class Bench:
    """A conductor with a clock to turn and a desk that writes down."""

    def __init__(self, facts: Facts | None = None) -> None:
        self.now = 100.0
        self.effects: list[e.Effect] = []
        self.shown: list[Journey] = []
        journey = Journey(visit=1, case_id="case", items=services.load().items)
        self.conductor = Conductor(journey, facts or Facts(), self, lambda j, _: self.shown.append(j), lambda: self.now)
        self.conductor.start()

    def do(self, effect: e.Effect) -> None:
        """Write it down."""
        self.effects.append(effect)

    def touch(self, event: e.Touch) -> None:
        """A touch after the page has settled."""
        self.now += SETTLE_SECONDS + 0.01
        self.conductor.touch(event)

    def page(self) -> Screen:
        """What is on the screen."""
        return self.shown[-1].screen


def test_five_taps_in_300_ms_open_one_page() -> None:
    bench = Bench()
    bench.touch(e.Started())
    bench.now += 1
    for _ in range(5):
        bench.conductor.touch(e.DoorChosen(e.Door.NUMBER))
        bench.conductor.touch(e.ItemBegun())
        bench.now += 0.06
    assert bench.page() is Screen.ITEM


def test_fast_typing_right_after_a_new_page_is_kept() -> None:
    bench = Bench()
    bench.touch(e.Started())
    bench.touch(e.SearchOpened())
    bench.conductor.touch(e.KeyPressed("e"))
    bench.conductor.touch(e.KeyPressed("s"))
    assert bench.shown[-1].query == "es"


def test_a_visit_that_starts_late_does_not_start_idle() -> None:
    bench = Bench()
    bench.touch(e.Started())
    bench.conductor.hear(e.Ticked(bench.now + 1))
    assert bench.shown[-1].countdown_left is None


def test_an_item_closed_by_the_facts_is_closed_from_the_first_page() -> None:
    bench = Bench(Facts(closed=(Closed("real-estate-transfer", "store", "08:00"),)))
    bench.touch(e.Started())
    bench.touch(e.DoorChosen(e.Door.NUMBER))
    bench.touch(e.ItemBegun())
    assert bench.page() is Screen.ITEM
    bench.conductor.learn(Facts())
    bench.touch(e.ItemBegun())
    assert bench.page() is Screen.CARD


def test_the_first_thing_a_visit_wants_is_a_card() -> None:
    assert Bench().effects == [e.AwaitCard(1)]
