"""我的号 at a terminal: how the numbers of a card stand today, and bringing one back that was passed."""

from central.centre import Centre
from central.positions.standing import stands
from central.progress import store as progress
from central.questions.answering import Handler, in_thread
from central.queue import store as queue
from central.queue.acts import REVIVED_WITHIN, Refusal
from central.queue.rows.store import Asked
from central.queue.rules import BEHIND
from contract.positions import BringBack, BroughtBack, NumbersAsked, NumbersStand

AT_MOST = 4
"""More numbers of one day nobody has in hand."""


def _numbers(centre: Centre, _: str, asked: NumbersAsked) -> NumbersStand:
    person, today = centre.blind.person(asked.id_number), centre.today().isoformat()
    with centre.database.reading() as connection:
        ids = [one.case_id for one in progress.of_person(connection, person)]
        lines = queue.lines_of(connection, ids)
        mine = [one.number for one in lines.values() if one.number.business_date == today]
        newest = sorted(mine, key=lambda one: one.taken_at, reverse=True)[:AT_MOST]
        found = tuple(told for one in newest if (told := stands(connection, centre, one.case_id)) is not None)
    return NumbersStand(found, BEHIND, int(REVIVED_WITHIN.total_seconds() // 60))


def _bring_back(centre: Centre, terminal: str, asked: BringBack) -> BroughtBack:
    """Only for whoever's card took it."""
    now, today = centre.clock(), centre.today().isoformat()
    with centre.database.writing() as connection:
        if progress.person_of(connection, asked.case_id) != centre.blind.person(asked.id_number):
            return BroughtBack(None, Refusal.NOT_HERE.value)
        done = queue.revive(connection, asked.case_id, Asked(asked.act_id, "", terminal, now, today))
        if isinstance(done, Refusal):
            return BroughtBack(None, done.value)
        told = stands(connection, centre, asked.case_id)
    centre.live.changed()
    return BroughtBack(told)


ANSWERS: dict[type, Handler] = {NumbersAsked: in_thread(_numbers), BringBack: in_thread(_bring_back)}
