"""The chores of the services: what each domain does by itself, on the caretaker's thread."""

from functools import partial
from typing import Final

from central.appointments import upkeep as appointments
from central.audit import sending as audit
from central.availability import upkeep as availability
from central.caretaker import Chore
from central.catalogue import acting as rollouts
from central.centre import Centre
from central.cities import sending as cities
from central.departments import upkeep as departments
from central.digests import upkeep as digests
from central.drafts import upkeep as drafts
from central.handling import upkeep as handling
from central.handling.counters import index as asked
from central.help import hours as help_hours
from central.help import upkeep as help_desk
from central.hotline import exchanging as hotline
from central.lifecycle import upkeep as life
from central.mandates import upkeep as mandates
from central.matters import upkeep as matters
from central.media import upkeep as media
from central.messages import answered
from central.messages import upkeep as messages
from central.orders import index as orders
from central.organisation import upkeep as organisation
from central.payments import upkeep as payments
from central.poor_ratings import upkeep as poor_ratings
from central.positions import address
from central.positions import upkeep as positions
from central.presence import upkeep as presence
from central.progress import index
from central.projects import gathering as projects
from central.queue import upkeep as queue
from central.relays import upkeep as hall_acts
from central.releases import acting as releases
from central.reports import upkeep as reports
from central.screens import upkeep as screens
from central.supervision import upkeep as supervision
from central.supplements import upkeep as supplements
from central.tolerance import upkeep as tolerance
from central.trace import keeping as trace
from central.waits.advice import upkeep as advice
from central.waits.forecasts import upkeep as forecasts

OF_THE_HALL: Final = frozenset(
    {"audit", "index", "messages", "queue", "calls", "forecasts", "advice", "positions", "address", "help"}
)
"""What a hall node does by itself. Whatever speaks to somebody outside or decides on a case is the centre's alone."""

APART: Final = frozenset(
    {"payments", "departments", "supplements", "cities", "messages", "hotline", "audit", "reports", "digests", "trace"}
)
"""What waits for a gateway, a platform or a log server, or reads and sets for minutes: nothing else waits for it."""


def give(centre: Centre) -> None:
    """Hand them to the caretaker, before its start."""
    for chore in (
        Chore("missed", appointments.MISSED_EVERY_SECONDS, partial(appointments.note_missed, centre)),
        Chore("payments", payments.EVERY_SECONDS, partial(payments.round_of, centre)),
        Chore("index", index.EVERY_SECONDS, index.Indexing(centre).turn),
        Chore("orders", orders.EVERY_SECONDS, partial(orders.catch_up, centre)),
        Chore("projects", projects.EVERY_SECONDS, partial(projects.catch_up, centre)),
        Chore("drafts", drafts.EVERY_SECONDS, partial(drafts.sweep, centre)),
        Chore("departments", departments.EVERY_SECONDS, partial(departments.sweep, centre)),
        Chore("supplements", supplements.EVERY_SECONDS, partial(supplements.settle, centre)),
        Chore("cities", cities.EVERY_SECONDS, partial(cities.round_of, centre)),
        Chore("asked", asked.EVERY_SECONDS, partial(asked.catch_up, centre)),
        Chore("calls", screens.EVERY_SECONDS, screens.Calls(centre).turn),
        Chore("advice", advice.EVERY_SECONDS, partial(advice.look, centre)),
        Chore("forecasts", forecasts.EVERY_SECONDS, partial(forecasts.round_of, centre)),
        Chore("positions", positions.EVERY_SECONDS, partial(positions.round_of, centre)),
        Chore("address", address.EVERY_SECONDS, partial(address.publish, centre)),
        Chore("answered", answered.EVERY_SECONDS, partial(answered.round_of, centre)),
        Chore("messages", messages.EVERY_SECONDS, partial(messages.round_of, centre)),
        Chore("received", handling.EVERY_SECONDS, partial(handling.turn, centre)),
        Chore("tolerance", tolerance.EVERY_SECONDS, partial(tolerance.turn, centre)),
        Chore("deemed", life.EVERY_SECONDS, partial(life.deem_silent, centre)),
        Chore("presence", presence.EVERY_SECONDS, partial(presence.note, centre)),
        Chore("trace", trace.EVERY_SECONDS, trace.Gathering(centre).turn),
        Chore("trace_sealed", trace.CHECKPOINT_EVERY_SECONDS, partial(trace.daily, centre)),
        Chore("queue", queue.EVERY_SECONDS, partial(queue.look, centre)),
        Chore("hall acts", hall_acts.EVERY_SECONDS, partial(hall_acts.apply, centre)),
        Chore("poor_ratings", poor_ratings.EVERY_SECONDS, partial(poor_ratings.sweep, centre)),
        Chore("mandates", mandates.EVERY_SECONDS, partial(mandates.sweep, centre)),
        Chore("supervision", supervision.EVERY_SECONDS, partial(supervision.sweep, centre)),
        Chore("rollouts", rollouts.EVERY_SECONDS, partial(rollouts.round_of, centre)),
        Chore("releases", releases.EVERY_SECONDS, partial(releases.round_of, centre)),
        Chore("reports", reports.EVERY_SECONDS, reports.Production(centre).turn),
        Chore("hotline", hotline.EVERY_SECONDS, partial(hotline.round_of, centre)),
        Chore("audit", audit.EVERY_SECONDS, audit.Sending(centre).turn),
        Chore("help", help_desk.EVERY_SECONDS, partial(help_desk.sweep, centre)),
        Chore("help hours", help_hours.EVERY_SECONDS, partial(help_hours.publish, centre)),
        Chore("availability", availability.EVERY_SECONDS, availability.Measuring(centre).turn),
        Chore("digests", digests.EVERY_SECONDS, partial(digests.look, centre)),
        Chore("organisation", organisation.EVERY_SECONDS, partial(organisation.spread, centre)),
        Chore("media", media.EVERY_SECONDS, partial(media.tidy, centre)),
        Chore("matters", matters.EVERY_SECONDS, partial(matters.look, centre)),
    ):
        if centre.settings.role == "centre" or chore.name in OF_THE_HALL:
            chore.apart = chore.name in APART
            centre.caretaker.add(chore)
