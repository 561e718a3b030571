"""What became of a complaint or a question: for whoever holds its paper."""

from central.centre import Centre
from central.complaints import rules, store
from central.persons import plain_code
from central.questions.answering import Handler, in_thread
from contract.catalogue import DEFAULT_LANGUAGE
from contract.questions import Answer, Refused, ReplyAsked, ReplyFound


def _reply(centre: Centre, _: str, asked: ReplyAsked) -> Answer:
    with centre.database.reading() as connection:
        found = store.by_number(connection, plain_code(asked.number), plain_code(asked.code))
        if found is None:
            return Refused("number_or_code")
        steps = store.steps(connection, found.complaint_id)
    answer = {DEFAULT_LANGUAGE: found.answer} if found.answer else {}
    return ReplyFound(found.number, rules.WORDS[found.state], rules.told(steps), answer)


ANSWERS: dict[type, Handler] = {ReplyAsked: in_thread(_reply)}
