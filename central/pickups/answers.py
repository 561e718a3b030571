"""What lies ready for somebody, and what became of it."""

import msgspec

from central.centre import Centre
from central.persons import plain_code
from central.pickups import rules, store
from central.pickups.rules import Move
from central.questions.answering import Handler, in_thread
from contract.questions import Answer, DocumentWanted, PickupHeard, PickupMoved, PickupsAsked, PickupsFound, Refused

PICKUPS = "pickups"
"""What a visit calls the department of what lies ready."""


def _ready(centre: Centre, _: str, asked: PickupsAsked) -> Answer:
    if asked.person is None and not asked.code:
        return Refused("nobody_named")
    with centre.database.reading() as connection:
        if asked.person is not None:
            found = store.of_person(connection, centre.blind.person(asked.person.id_number))
        else:
            found = store.by_code(connection, plain_code(asked.code))
    return PickupsFound(tuple(one.told() for one in found))


def document_of(centre: Centre, asked: DocumentWanted) -> DocumentWanted | Refused:
    """Of one licence of a set, the document of the department that gives it: only for whom it is, by card. Anything
    else that lies ready is as it was asked for.
    """
    if asked.connector != PICKUPS:
        return asked
    with centre.database.reading() as connection:
        thing = store.find(connection, asked.args.get("pickup", ""))
    if thing is None or "/" not in thing.document:
        return asked
    if thing.state in rules.OVER:
        return Refused("pickup_taken", person=True)
    if not asked.person.id_number:
        return Refused("card_needed")
    if thing.person != centre.blind.person(asked.person.id_number):
        return Refused("pickup_unknown", person=True)
    connector, _, document = thing.document.partition("/")
    return msgspec.structs.replace(asked, connector=connector, document=document, args={})


def _moved(centre: Centre, terminal: str, asked: PickupMoved) -> Answer:
    if asked.what not in rules.MOVES:
        return Refused("pickup_unknown")
    with centre.database.writing() as connection:
        heard = store.move(connection, Move(asked.pickup_id, terminal, asked.what, centre.clock()))
    if not heard:
        return Refused("pickup_unknown")
    centre.live.changed()
    return PickupHeard(asked.pickup_id)


ANSWERS: dict[type, Handler] = {PickupsAsked: in_thread(_ready), PickupMoved: in_thread(_moved)}
