"""How a project stands: for whoever has its number and code, or the receipt of the joint filing it is."""

from central.centre import Centre
from central.persons import plain_code
from central.progress import store as progress
from central.projects import gathering, store
from central.questions.answering import Handler, in_thread
from contract.orders import ProjectAsked
from contract.questions import Answer, Refused


def _project(centre: Centre, _: str, asked: ProjectAsked) -> Answer:
    gathering.catch_up(centre)
    number, code = "".join(asked.number.split()).upper(), plain_code(asked.code)
    with centre.database.reading() as connection:
        found = store.by_number(connection, number)
        if found is None or not code:
            return Refused("number_or_code")
        if found.code != code:
            receipt = progress.by_code(connection, number, code)
            if receipt is None or receipt.case_id != found.project_id:
                return Refused("number_or_code")
        return gathering.gathered(connection, centre, found)


ANSWERS: dict[type, Handler] = {ProjectAsked: in_thread(_project)}
