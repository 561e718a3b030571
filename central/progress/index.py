"""Enters cases in the index by person: the machine opens what is sealed, keeps a keyed hash of the identity number and
forgets the rest at once (docs/adr/0012). On hosts that open nothing it does nothing.
"""

from datetime import date, timedelta

import structlog

from central.centre import Centre
from central.intake import store as intake
from central.progress import store
from central.progress.store import Unnamed
from central.unseal import CannotOpen, open_case
from contract import envelope

EVERY_SECONDS = 10.0
AT_ONCE = 100
ROUNDS = 10
"""Of so many cases in a turn: opening costs time that pushes need too."""
LATELY = timedelta(days=3)
WHOLE_EVERY = timedelta(hours=6)
"""All cases are looked through so often, for what came late or was indexed by another key."""

log = structlog.get_logger()


def catch_up(centre: Centre, since: date | None = None) -> int:
    """Enter some cases that are not in it, of the last days or from `since` on; how many. Done by several at once it
    does no harm.
    """
    if not centre.settings.opens_sealed:
        return 0
    key_id = centre.blind.key_id
    with centre.database.reading() as connection:
        first = since or centre.today() - LATELY
        waiting = store.unnamed(connection, key_id, first.isoformat(), AT_ONCE)
        raw = {one.case_id: intake.raw_of(connection, one.envelope_id) for one in waiting}
    if not waiting:
        return 0
    named = [(one.case_id, _person(centre, one, raw[one.case_id])) for one in waiting]
    with centre.database.writing() as connection:
        for case_id, person in sorted(named):
            store.name(connection, case_id, person, key_id, centre.clock())
    return len(named)


class Indexing:
    """A centre's chore: what came lately, and now and then everything."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._whole_due = centre.clock()

    def turn(self) -> None:
        """One turn."""
        now = self._centre.clock()
        since = date.min if now >= self._whole_due else None
        for _ in range(ROUNDS):
            if catch_up(self._centre, since) < AT_ONCE:
                self._whole_due = now + WHOLE_EVERY if since else self._whole_due
                return


def _person(centre: Centre, case: Unnamed, raw: bytes) -> str:
    """The name of whoever the case is for; the empty text for nobody."""
    wrapped = envelope.decode(raw)
    if wrapped.sealed is None:
        return ""
    try:
        content = open_case(centre.fresh_keys(), wrapped.sealed, case.terminal, case.case_id)
    except CannotOpen as error:
        log.warning("case_not_indexed", case=case.case_id, reason=error.key)
        return ""
    return centre.blind.person(content.holder.id_number) if content.holder and content.holder.id_number else ""
