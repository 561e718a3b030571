"""The chores of the services: what each domain does by itself, on the caretaker's thread."""

from functools import partial

from central.appointments import upkeep as appointments
from central.caretaker import Chore
from central.centre import Centre
from central.departments import upkeep as departments
from central.drafts import upkeep as drafts
from central.help import upkeep as help_desk
from central.payments import upkeep as payments
from central.progress import index


def give(centre: Centre) -> None:
    """Hand them to the caretaker, before its start."""
    for chore in (
        Chore("missed", appointments.MISSED_EVERY_SECONDS, partial(appointments.note_missed, centre)),
        Chore("payments", payments.EVERY_SECONDS, partial(payments.round_of, centre)),
        Chore("index", index.EVERY_SECONDS, index.Indexing(centre).turn),
        Chore("drafts", drafts.EVERY_SECONDS, partial(drafts.sweep, centre)),
        Chore("departments", departments.EVERY_SECONDS, partial(departments.sweep, centre)),
        Chore("help", help_desk.EVERY_SECONDS, partial(help_desk.sweep, centre)),
    ):
        centre.caretaker.add(chore)
