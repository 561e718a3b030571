"""How long the wait is, for whoever is about to take a number."""

from central.centre import Centre
from central.fleet import store as fleet
from central.questions.answering import Handler, in_thread
from central.waits import rules, store
from contract.waiting import WaitAsked, WaitTold


def _waits(centre: Centre, terminal: str, asked: WaitAsked) -> WaitTold:
    now = centre.clock().astimezone(centre.settings.zone)
    with centre.database.reading() as connection:
        hall = fleet.halls_of(connection, {terminal}).get(terminal, "")
        plan = store.plans(connection).get((hall, asked.queue))
        given = store.given(connection, now.date(), hall=hall, queue=asked.queue)
    at = now.isoformat(timespec="seconds")
    if plan is None:
        return WaitTold(asked.queue, at)
    waiting = rules.waiting(given.get((hall, asked.queue), []), plan.minutes, plan.windows, now)
    return WaitTold(asked.queue, at, waiting, float(plan.minutes), plan.windows)


ANSWERS: dict[type, Handler] = {WaitAsked: in_thread(_waits)}
