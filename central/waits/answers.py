"""How long the wait is, for whoever is about to take a number."""

from central.centre import Centre
from central.database import Transaction
from central.fleet import store as fleet
from central.questions.answering import Handler, in_thread
from central.waits import rules, store
from central.waits.forecasts import store as forecasts
from central.waits.forecasts.rules import Basis
from central.waits.forecasts.store import Scene
from contract.waiting import WaitAsked, WaitTold


def _waits(centre: Centre, terminal: str, asked: WaitAsked) -> WaitTold:
    now = centre.clock()
    with centre.database.reading() as connection:
        hall = fleet.halls_of(connection, {terminal}).get(terminal, "")
        scene = forecasts.scene(connection, hall, now, centre.today().isoformat())
        if scene.calls_here:
            return measured(connection, centre, scene, asked.queue, asked.item)
        plan = store.plans(connection).get((hall, asked.queue))
        given = store.given(connection, centre.today(), hall=hall, queue=asked.queue)
    local = now.astimezone(centre.settings.zone)
    at = local.isoformat(timespec="seconds")
    if plan is None:
        return WaitTold(asked.queue, at)
    waiting = rules.waiting(given.get((hall, asked.queue), []), plan.minutes, plan.windows, local)
    return WaitTold(asked.queue, at, waiting, float(plan.minutes), plan.windows)


def measured(connection: Transaction, centre: Centre, scene: Scene, queue: str, item: str = "") -> WaitTold:
    """From the calls of the hall: who waits now, which windows are open, how long people took."""
    at = scene.at.astimezone(centre.settings.zone).isoformat(timespec="seconds")
    waiting = sum(one.queue == queue for one in scene.waiting)
    told, service = scene.of_newcomer(queue, item), scene.services.get(queue)
    if told is None or service is None:
        return WaitTold(queue, at, waiting)
    errors = forecasts.errors(connection, scene.at, scene.hall).get((scene.hall, queue))
    return WaitTold(
        queue,
        at,
        waiting,
        service.minutes,
        scene.windows_for(queue, item),
        middle=told.middle,
        less=scene.spread.less,
        more=scene.spread.more,
        is_measured=service.basis is Basis.MEASURED,
        error_median=errors.median if errors else None,
        error_p90=errors.p90 if errors else None,
    )


ANSWERS: dict[type, Handler] = {WaitAsked: in_thread(_waits)}
