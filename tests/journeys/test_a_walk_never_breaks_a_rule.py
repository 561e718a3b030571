"""Whatever a patient citizen and a rough world do, a visit keeps its rules. Each rule is proven able to fail."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from hypothesis import Phase, given, settings

from kiosk.journey import events as e
from kiosk.journey.step import Journey, Screen, Step, step
from tests.journeys.walks import BrokenRule, follow, plans


@settings(max_examples=1500, deadline=None)
@given(plans())
def test_every_walk_keeps_the_rules(plan: list[tuple[str, int]]) -> None:
    follow(plan)


def _new_case_each_time(journey: Journey, event: e.Event) -> Step:
    """The classic: a retry makes a new request."""
    after, effects = step(journey, event)
    return after, tuple(
        msgspec.structs.replace(
            effect, case_id=f"{effect.case_id}-{journey.now}-{len(journey.trail)}-{journey.touched_at}"
        )
        if isinstance(effect, e.SaveCase) and journey.last_fault
        else effect
        for effect in effects
    )


def _prints_again(journey: Journey, event: e.Event) -> Step:
    """The language changed, so print it again (failures.md F2)."""
    after, effects = step(journey, event)
    if isinstance(event, e.LanguageChosen) and after.outcome is not None:
        effects = (*effects, e.PrintTicket(after.visit, after.case_id))
    return after, effects


def _keeps_the_holder(journey: Journey, event: e.Event) -> Step:
    """The wipe forgets to forget."""
    after, effects = step(journey, event)
    if after.screen is Screen.FAREWELL and journey.holder is not None:
        after = replace(after, holder=journey.holder)
    return after, effects


def _begins_what_is_closed(journey: Journey, event: e.Event) -> Step:
    """The greyed button still works."""
    return step(replace(journey, closed=()) if isinstance(event, e.ItemBegun) else journey, event)


def _never_idle(journey: Journey, event: e.Event) -> Step:
    """The idle clock is not read."""
    return step(journey, e.Touched() if isinstance(event, e.Ticked) else event)


@pytest.mark.parametrize(
    "broken", [_new_case_each_time, _prints_again, _keeps_the_holder, _begins_what_is_closed, _never_idle]
)
def test_the_walks_find_a_planted_fault(broken: Callable[[Journey, e.Event], Step]) -> None:
    # The same walks each time: whether they find it must not be luck.
    @settings(max_examples=4000, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(plans())
    def search(plan: list[tuple[str, int]]) -> None:
        follow(plan, rules=broken)

    with pytest.raises(BrokenRule):
        search()
