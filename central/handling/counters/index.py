"""Enters notices and questions in an index by person, as cases are (docs/adr/0012): a question about an item before its
case counts for the case. On hosts that open nothing it does nothing.
"""

import msgspec
import structlog

from central.centre import Centre
from central.handling.counters import store
from central.handling.counters.store import Unnamed
from central.intake import store as intake
from central.unseal import CannotOpen, open_sealed
from contract import envelope
from contract.envelope import seal_context
from contract.messages import ComplaintContent, NoticeContent

EVERY_SECONDS = 60.0
AT_ONCE = 100

log = structlog.get_logger()


def catch_up(centre: Centre) -> int:
    """Enter some that are not in it; how many. Done by several at once it does no harm."""
    if not centre.settings.opens_sealed:
        return 0
    key_id = centre.blind.key_id
    with centre.database.reading() as connection:
        waiting = store.unnamed(connection, key_id, AT_ONCE)
        came = store.came(connection, [one.envelope_id for one in waiting])
        raw = {one.envelope_id: intake.raw_of(connection, one.envelope_id) for one in waiting}
    named = [(one.envelope_id, _person(centre, one, raw[one.envelope_id])) for one in waiting]
    if named:
        with centre.database.writing() as connection:
            for envelope_id, person in sorted(named):
                store.name(connection, envelope_id, person, key_id, came[envelope_id])
    return len(named)


def _person(centre: Centre, one: Unnamed, raw: bytes) -> str:
    wrapped = envelope.decode(raw)
    if wrapped.sealed is None:
        return ""
    kind: type[NoticeContent | ComplaintContent] = NoticeContent if one.said == "notice" else ComplaintContent
    try:
        opened = open_sealed(centre.fresh_keys(), wrapped.sealed, seal_context(wrapped.terminal, wrapped.id))
        content = msgspec.json.decode(opened, type=kind)
    except (CannotOpen, msgspec.DecodeError) as error:
        log.warning("asked_not_indexed", envelope=one.envelope_id, reason=type(error).__name__)
        return ""
    return centre.blind.person(content.id_number) if content.id_number else ""
