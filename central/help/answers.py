"""What a citizen who called for help is told: it rings, somebody says so and so, or when somebody calls back."""

import msgspec

from central import persons
from central.centre import Centre
from central.help import rules, store
from central.help.rules import Call, State
from central.masking import masked_mobile, masked_text
from central.questions.answering import Handler, in_thread
from contract.envelope import seal_context
from contract.messages import HelpContent
from contract.questions import Answer, HelpAsked, HelpStands

OUTCOMES = ("solved", "unsolved", "left")


def _asked(centre: Centre, terminal: str, asked: HelpAsked) -> Answer:
    now, zone = centre.clock(), centre.settings.zone
    shown = msgspec.json.encode([masked_text(text)[:200] for text in asked.shown[: rules.SHOWN_AT_MOST]]).decode()
    told = False
    with centre.database.writing() as connection:
        call = store.find(connection, asked.help_id)
        if call is None:
            officers = store.on_duty(connection, rules.HELP, now, zone)
            call = Call(
                help_id=asked.help_id,
                terminal=terminal,
                item=asked.item,
                page=asked.page,
                shown=shown,
                language=asked.language,
                on_duty=msgspec.json.encode(officers).decode(),
                state=State.RINGING,
                asked_at=now,
                seen_at=now,
                changed_at=now,
            )
            told = store.add(connection, call)
        else:
            told = (call.page, call.shown) != (asked.page, shown)
            store.seen(connection, call.help_id, asked.page, shown, now, changed=told)
        if asked.mobile and call.sealed is None:
            content = msgspec.json.encode(HelpContent(asked.mobile))
            sealed = persons.seal(centre.fresh_keys(), content, seal_context(call.terminal, call.help_id))
            store.reachable(connection, call.help_id, masked_mobile(asked.mobile), sealed, now)
            told = True
        if asked.ended in OUTCOMES:
            told = store.end(connection, call.help_id, asked.ended, "citizen", now) or told
        elif call.state == State.RINGING and rules.rings_for(call.officers, call.asked_at, now) is None:
            post = store.shifts(connection, rules.HELP, now.astimezone(zone).date().isoformat())
            told = store.promise(connection, call.help_id, rules.call_back(post, rules.HELP, now, zone), now) or told
        after = store.find(connection, call.help_id) or call
        lines = store.lines(connection, call.help_id)
    if told:
        centre.live.changed()
    back = after.call_back_at.astimezone(zone).isoformat(timespec="minutes") if after.call_back_at else ""
    return HelpStands(
        help_id=after.help_id,
        state=after.state,
        helper=after.answered_by or "",
        said=tuple(line.text for line in lines),
        call_back_at=back,
        phone=centre.settings.help_phone,
    )


ANSWERS: dict[type, Handler] = {HelpAsked: in_thread(_asked)}
