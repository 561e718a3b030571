"""Whether somebody may bring papers later: asked by a terminal before it is offered. Why not is never said."""

from central.centre import Centre
from central.credit import rules, store
from central.feed.catalogue import store as catalogue
from central.questions.answering import Handler, in_thread
from contract.handling import ToleranceAsked, ToleranceStands
from contract.questions import Answer


def _tolerance(centre: Centre, _: str, asked: ToleranceAsked) -> Answer:
    with centre.database.reading() as connection:
        if not store.of_person(connection, centre.blind.person(asked.id_number)):
            return ToleranceStands(allowed=True)
        item = catalogue.find(connection, asked.item, centre.clock())
    return ToleranceStands(allowed=False, text=rules.where_a_person_decides(item))


ANSWERS: dict[type, Handler] = {ToleranceAsked: in_thread(_tolerance)}
