"""Keep an unfinished filing because its citizen agreed, and go on with it."""

from central import persons
from central.centre import Centre
from central.drafts import opening, rules, store
from central.drafts.opening import PURPOSE
from central.drafts.rules import Draft
from central.questions.answering import Handler, in_thread
from central.unseal import CannotOpen
from contract.questions import Answer, DraftAsked, DraftFound, DraftHeld, DraftKept, Refused, Unavailable


def _kept(centre: Centre, terminal: str, asked: DraftKept) -> Answer:
    if len(asked.content) > rules.CONTENT_AT_MOST:
        return Refused("draft_too_large")
    now = centre.clock()
    code = opening.code_of(centre, asked.draft_id)
    draft = Draft(
        draft_id=asked.draft_id,
        lookup=centre.blind.lookup(PURPOSE, code),
        terminal=terminal,
        item=asked.item,
        item_version=asked.item_version,
        person=centre.blind.person(asked.person.id_number) if asked.person else "",
        sealed=persons.seal(centre.fresh_keys(), asked.content, opening.context(asked.draft_id)),
        made_at=now,
        until=now + rules.KEPT_FOR,
    )
    with centre.database.writing() as connection:
        if not store.keep(connection, draft):
            return Refused("draft_not_yours")
    base = centre.settings.public_url.rstrip("/")
    until = draft.until.astimezone(centre.settings.zone).isoformat(timespec="minutes")
    pin = opening.pin_of(centre, asked.draft_id)
    return DraftHeld(asked.draft_id, code, f"{base}/draft/{code}" if base else "", until, pin)


def _asked(centre: Centre, _: str, asked: DraftAsked) -> Answer:
    person = centre.blind.person(asked.person.id_number) if asked.person else ""
    with centre.database.writing() as connection:
        draft = store.find(connection, centre.blind.lookup(PURPOSE, asked.code))
        refused = rules.refused(draft, person, centre.clock())
        if draft is None or refused:
            return Refused(refused)
        store.opened(connection, draft.draft_id, centre.clock())
    try:
        content = persons.unseal(centre.fresh_keys(), draft.sealed, opening.context(draft.draft_id))
    except CannotOpen:
        return Unavailable("wrong")
    return DraftFound(draft.draft_id, draft.item, draft.item_version, content)


ANSWERS: dict[type, Handler] = {DraftKept: in_thread(_kept), DraftAsked: in_thread(_asked)}
