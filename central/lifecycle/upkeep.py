"""协办 units that said nothing within their day: the system notes their consent, as the rule says (SX-06)."""

from functools import partial

from central.caretaker import each
from central.centre import Centre
from central.handling import store as handling
from central.lifecycle import acting, store
from central.lifecycle.rules import SYSTEM, Action, Link

EVERY_SECONDS = 60.0
WORDS = "逾期未反馈，按规定视为同意"


def deem_silent(centre: Centre) -> None:
    """One round. Done by several at once each is noted once; a clock that was stopped meanwhile is not run out."""
    with centre.database.reading() as connection:
        late = store.silent(connection, centre.clock())
    each(late, partial(_deem, centre))
    if late:
        centre.live.changed()


def _deem(centre: Centre, link: Link) -> None:
    with centre.database.writing() as connection:
        handling.lock(connection, link.case_id)
        if store.is_late(connection, link.link_id, centre.clock()):
            acting.say(centre, connection, link, Action.PASS, WORDS, SYSTEM)
