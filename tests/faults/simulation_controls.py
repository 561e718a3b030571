"""Mistakes made on purpose; the simulation must find each of them within a few worlds."""

from collections.abc import Callable
from random import Random

from central.intake import placing
from central.intake.placing import Held, Kept, Placed
from contract.messages import PushRequest
from tests.faults.simulated_centre import Broken, SimulatedCentre
from tests.faults.simulation import Run, World

_STEPS = 60_000


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


def _centre(place: Callable[[PushRequest, Held], Placed]) -> Callable[[int], World]:
    def kind(chance: Random) -> SimulatedCentre:
        return SimulatedCentre(chance, place)

    return lambda seed: World(seed, kind)


CONTROLS: dict[str, Callable[[int], World]] = {
    "intake stores again what it holds": _centre(stores_again),
    "intake compares no hashes": _centre(believes_places),
    "a new epoch begins without what was not sent": lambda seed: World(seed, carries=False),
}


def found_out(name: str) -> bool:
    """Whether the simulation finds the mistake."""
    try:
        Run().worlds(_STEPS, 1, CONTROLS[name])
    except Broken:
        return True
    return False
