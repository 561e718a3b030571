"""`./suiban campaign simulation --steps N --seed S`: terminals and centre in one process, every fault by seed.

Safety holds after every step; when the faults stop everything drains within a bounded number of steps. A failure names
its seed: `--seed S --steps 1` plays that world again. The controls are mistakes made on purpose; each must be found.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from central.intake import placing
from central.intake.placing import Held, Kept, Placed
from contract.exchange import PushRequest
from tests.faults.figures import Figures, finish, say
from tests.faults.simulated_centre import Books, Broken, SimulatedCentre
from tests.faults.simulated_world import World

STEPS_A_WORLD = 600
"""Faulty steps before the faults stop and everything must drain; then a new world begins."""
ROUGH_STEPS, ROUGH_WORLDS = 120, 4
"""The same for the short worlds each seed plays besides: disasters close together, in lanes that hold little."""
ROUGH = 0.3
"""Share of disasters in them; a third of those strike the centre. Losses that need three in a row show here alone."""
CONTROL_STEPS = 60_000


@dataclass
class Run:
    """Worlds one after another, until enough steps were made."""

    figures: Figures = field(default_factory=Figures)
    events: dict[str, int] = field(default_factory=dict)
    records: int = 0
    longest_drain: int = 0

    def worlds(self, steps: int, seed: int, make: Callable[[int], World] = World) -> None:
        """Raises Broken, its message naming the seed of the world."""
        said = 0
        while self.figures.runs < steps:
            try:
                self._play(make(seed), STEPS_A_WORLD, World.any_step)
                for which in range(ROUGH_WORLDS):
                    self._play(make(seed * ROUGH_WORLDS + which), ROUGH_STEPS, rough_step)
            except Exception as error:
                raise Broken(f"seed {seed}: {type(error).__name__}: {error}") from error
            seed += 1
            if self.figures.runs - said >= 100_000:
                said = self.figures.runs
                say(steps=said, records=self.records, next_seed=seed)

    def _play(self, world: World, steps: int, step: Callable[[World], None]) -> None:
        for _ in range(steps):
            step(world)
        drained = world.drain()
        self.longest_drain = max(self.longest_drain, drained)
        self.figures.runs += steps + drained
        self.records += len(world.made)
        for what, count in world.events.items():
            self.events[what] = self.events.get(what, 0) + count


def rough_step(world: World) -> None:
    """One step of a world where disasters are common."""
    dice = world.chance.random() / ROUGH
    if dice >= 1:
        world.any_step()
    elif dice < 1 / 6:
        world.back_up()
    elif dice < 1 / 3:
        world.restore()
        world.count("centre set back")
    else:
        world.disaster(world.chance.choice(world.terminals))


def stores_again(request: PushRequest, held: Held) -> Placed:
    """An intake that does not look whether it holds a place already."""
    done = Placed(ack=held.mark)
    for item in request.items:
        done.kept.append(Kept(item.id, item))
        done.ack = max(done.ack, item.seq)
    return done


def believes_places(request: PushRequest, held: Held) -> Placed:
    """An intake that takes a place it holds for the same record, without comparing hashes."""
    hashes = {item.seq: item.hash for item in request.items}
    return placing.place(request, Held(held.mark, held.left, {**held.hashes, **hashes}, held.aside, held.holders))


class NeverSetBack(SimulatedCentre):
    """A centre that does not say that it was set back to a backup."""

    def restore(self, books: Books) -> None:
        """Its life is what it was."""
        super().restore(books)
        self.life = ""


def _centre(place: Callable[[PushRequest, Held], Placed]) -> Callable[[int], World]:
    def kind(chance: Random) -> SimulatedCentre:
        return SimulatedCentre(chance, place)

    return lambda seed: World(seed, kind)


CONTROLS: dict[str, Callable[[int], World]] = {
    "intake stores again what it holds": _centre(stores_again),
    "intake compares no hashes": _centre(believes_places),
    "a centre set back does not say so": lambda seed: World(seed, NeverSetBack),
    "a new epoch begins without what was not sent": lambda seed: World(seed, carries=False),
}


def found_out(name: str) -> bool:
    """Whether the simulation finds the mistake."""
    try:
        Run().worlds(CONTROL_STEPS, 1, CONTROLS[name])
    except Broken:
        return True
    return False


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(prog="suiban campaign simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    run = Run()
    try:
        run.worlds(given.steps, given.seed)
    except Broken as broken:
        run.figures.note("doubled" if "twice" in str(broken) else "lost", str(broken))
    run.figures.more = {"records": run.records, "longest_drain": run.longest_drain, "events": run.events}
    controls = {name: found_out(name) for name in CONTROLS}
    run.figures.control_failed = all(controls.values())
    run.figures.more["controls"] = controls
    return finish(run.figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
