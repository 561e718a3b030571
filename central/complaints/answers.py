"""What became of a complaint or a question: for whoever holds its paper."""

from central.centre import Centre
from central.complaints import rules, store
from central.persons import plain_code
from central.questions.answering import Handler, in_thread
from contract.catalogue import DEFAULT_LANGUAGE, Text
from contract.questions import Answer, CaseStep, Refused, ReplyAsked, ReplyFound


def _reply(centre: Centre, _: str, asked: ReplyAsked) -> Answer:
    with centre.database.reading() as connection:
        found = store.by_number(connection, plain_code(asked.number), plain_code(asked.code))
        if found is None:
            return Refused("number_or_code")
        steps = store.steps(connection, found.complaint_id)
        working = store.worktime(connection, centre.clock())
    left = rules.days_left(found, centre.today(), working)
    now = centre.clock().astimezone(centre.settings.zone).isoformat(timespec="seconds")
    counted = () if left is None else (CaseStep(now, _countdown(left)),)
    answer = {DEFAULT_LANGUAGE: found.answer} if found.answer else {}
    return ReplyFound(
        number=found.number,
        state=rules.WORDS[found.state],
        steps=(*rules.told(steps), *counted),
        answer=answer,
        promised_until=found.promised_until or "",
        extended_until=found.extended_until or "",
        extension_reason={DEFAULT_LANGUAGE: found.extension_reason} if found.extension_reason else {},
        overdue_days=rules.overdue_days(found, centre.today(), working, centre.settings.zone),
    )


def _countdown(days: int) -> Text:
    """倒计时, as its citizen reads it."""
    if not days:
        return {"zh-Hans": "今天答复", "en": "Answered today"}
    return {"zh-Hans": f"还剩 {days} 个工作日答复", "en": f"Answered within {days} working days"}


ANSWERS: dict[type, Handler] = {ReplyAsked: in_thread(_reply)}
