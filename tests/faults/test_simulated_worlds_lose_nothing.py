"""The short form of `./suiban campaign simulation`: safety after every step, liveness when the faults stop.

By seed, a hundred thousand steps; and by Hypothesis, which shrinks what it finds to the shortest story.
"""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract.envelope import Lane
from tests.faults.simulated_centre import Broken
from tests.faults.simulated_world import World
from tests.faults.simulation import CONTROLS, Run, found_out

STEPS = 1_000_000 if os.environ.get("SUIBAN_FULL") else 100_000


@pytest.mark.slow
def test_a_hundred_thousand_steps_by_seed() -> None:
    """A failure says which seed plays it again: `./suiban campaign simulation --seed S --steps 1`."""
    run = Run()
    run.worlds(STEPS, seed=1)
    assert run.figures.runs >= STEPS
    assert run.longest_drain < 1000
    wanted = {"crashed within", "disk set back", "disk made anew", "disk cloned", "centre set back"}
    assert wanted <= run.events.keys()


@pytest.mark.parametrize("name", CONTROLS)
def test_a_mistake_made_on_purpose_is_found(name: str) -> None:
    """Negative control."""
    assert found_out(name)


def test_a_failure_names_its_seed() -> None:
    with pytest.raises(Broken, match=r"^seed \d+: "):
        Run().worlds(60_000, 1, CONTROLS["intake stores again what it holds"])


class Stories(RuleBasedStateMachine):
    """Hypothesis chooses what happens; the world only rolls the dice of the line."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.world = World(seed)

    def terminal(self, which: int) -> int:
        return which % len(self.world.terminals)

    @rule(which=st.integers(0, 4), lane=st.sampled_from(Lane), count=st.sampled_from([1, 2, 55]))
    def citizens_file(self, which: int, lane: Lane, count: int) -> None:
        self.world.write(self.world.terminals[self.terminal(which)], lane, count)

    @rule(which=st.integers(0, 4), times=st.integers(1, 8))
    def messenger_steps(self, which: int, times: int) -> None:
        terminal = self.world.terminals[self.terminal(which)]
        for _ in range(times):
            self.world.now = max(self.world.now, terminal.wakes_at)
            self.world.step(terminal)

    @rule(which=st.integers(0, 4))
    def process_is_killed(self, which: int) -> None:
        self.world.crash(self.world.terminals[self.terminal(which)])

    @rule(which=st.integers(0, 4))
    def image_is_made(self, which: int) -> None:
        self.world.snapshot(self.world.terminals[self.terminal(which)])

    @rule(which=st.integers(0, 4))
    def disk_is_set_back(self, which: int) -> None:
        self.world.roll_back(self.world.terminals[self.terminal(which)])

    @rule(which=st.integers(0, 4))
    def disk_is_made_anew(self, which: int) -> None:
        self.world.reimage(self.world.terminals[self.terminal(which)])

    @rule(which=st.integers(0, 4), same_machine=st.booleans())
    def disk_is_cloned(self, which: int, same_machine: bool) -> None:
        terminal = self.world.terminals[self.terminal(which)]
        if len(self.world.terminals) < 5:
            self.world.clone(terminal, terminal.machine if same_machine else f"twin-{len(self.world.terminals)}")

    @rule()
    def late_request_arrives(self) -> None:
        self.world.deliver_late()

    @rule()
    def centre_is_backed_up(self) -> None:
        self.world.back_up()

    @rule()
    def centre_is_set_back(self) -> None:
        self.world.restore()

    @invariant()
    def nobody_counts_what_was_never_made(self) -> None:
        if hasattr(self, "world"):
            assert self.world.centre.books.holders.keys() <= self.world.made.keys()

    def teardown(self) -> None:
        """The faults stop; everything drains."""
        if hasattr(self, "world"):
            self.world.drain()


TestStories = pytest.mark.slow(Stories.TestCase)
TestStories.settings = settings(
    max_examples=400 if os.environ.get("SUIBAN_FULL") else 60, stateful_step_count=50, deadline=None
)
