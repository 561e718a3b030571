"""Whether a badge at a terminal is a guide's: with their number, or not at all."""

from central.centre import Centre
from central.guides import rules, store
from central.questions.answering import Handler, in_thread
from contract.assisting import GuideAsked, GuideKnown
from contract.questions import Answer, Refused


def _asked(centre: Centre, _: str, asked: GuideAsked) -> Answer:
    now = centre.clock()
    with centre.database.reading() as connection:
        guide = store.find(connection, asked.badge.strip().upper())
    if guide is not None and guide.locked(now):
        return Refused("guide_locked")
    fits = centre.passwords.fits(guide.pin_hash if guide else None, asked.pin)
    if guide is None:
        return Refused("guide_unknown")
    if not fits or guide.wrong or guide.locked_until:
        after = rules.after_wrong(guide, now) if not fits else rules.after_right(guide)
        with centre.database.writing() as connection:
            store.tried(connection, after)
    return GuideKnown(guide.badge, guide.name) if fits else Refused("guide_unknown")


ANSWERS: dict[type, Handler] = {GuideAsked: in_thread(_asked)}
