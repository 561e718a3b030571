"""The chores of the services: what each domain does by itself, on the caretaker's thread."""

from functools import partial

from central.appointments import upkeep as appointments
from central.caretaker import Chore
from central.centre import Centre
from central.cities import sending as cities
from central.departments import upkeep as departments
from central.drafts import upkeep as drafts
from central.handling.counters import index as asked
from central.help import upkeep as help_desk
from central.messages import upkeep as messages
from central.orders import index as orders
from central.payments import upkeep as payments
from central.progress import index
from central.projects import gathering as projects
from central.supplements import upkeep as supplements


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
        Chore("messages", messages.EVERY_SECONDS, partial(messages.round_of, centre)),
        Chore("help", help_desk.EVERY_SECONDS, partial(help_desk.sweep, centre)),
    ):
        centre.caretaker.add(chore)
