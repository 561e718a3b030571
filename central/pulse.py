"""What tells open pages of another process's work that something changed: the newest change of every domain."""

from collections.abc import Callable
from typing import Final

from central.appointments import store as appointments
from central.cases import store as cases
from central.catalogue import store as catalogue
from central.cities import store as cities
from central.complaints import store as complaints
from central.database import Transaction
from central.deliveries import store as deliveries
from central.feed import store as feed
from central.fleet import store as fleet
from central.handling import store as handling
from central.help import store as calls
from central.intake import store as intake
from central.lifecycle import store as life
from central.mandates import store as mandates
from central.matters import store as matters
from central.media import store as media
from central.messages import store as messages
from central.orders import store as service_orders
from central.organisation import store as organisation
from central.payments import store as payments
from central.pickups import store as pickups
from central.presence import store as presence
from central.progress import store as steps
from central.projects import store as projects
from central.queue import store as queue
from central.queue.rating import store as said_at_windows
from central.relays import store as relays
from central.releases import store as releases
from central.reports import store as reports
from central.scans import store as scans
from central.screens import store as screens
from central.screens.cards import store as staff_cards
from central.supervision import store as cards
from central.supplements import store as supplements
from central.trace import store as trace
from central.trail import store as trail
from central.unclaimed import store as unclaimed
from central.waits.advice import store as advice

BEATS: Final[tuple[Callable[[Transaction], object], ...]] = (
    fleet.last_change,
    intake.last_change,
    cases.last_handled,
    steps.last_step,
    queue.last_change,
    said_at_windows.last_change,
    screens.last_change,
    staff_cards.last_change,
    advice.last_change,
    relays.last_change,
    matters.last_change,
    appointments.last_change,
    payments.last_change,
    calls.last_change,
    complaints.last_change,
    pickups.last_change,
    service_orders.last_change,
    projects.last_change,
    handling.last_change,
    life.last_change,
    unclaimed.last_change,
    presence.last_change,
    supplements.last_change,
    deliveries.last_change,
    cities.last_change,
    trace.last_change,
    mandates.last_change,
    cards.last_change,
    trail.last_change,
    reports.last_change,
    catalogue.last_change,
    releases.last_change,
    organisation.last_change,
    media.last_change,
    feed.last_change,
    scans.last_change,
    messages.last_change,
)


def taken(connection: Transaction) -> str:
    """Another text whenever something was committed since."""
    return repr([beat(connection) for beat in BEATS])
