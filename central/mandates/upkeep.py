"""What happens to mandates by itself: silence becomes consent, and what is over is passed or goes up."""

from central.centre import Centre
from central.mandates import store
from central.mandates.kinds import Kind
from central.mandates.rules import Expiry, State
from central.trail.store import SYSTEM

EVERY_SECONDS = 20.0
_SAID = {
    "opinion": "逾期未反馈意见，系统记为“视为同意”",
    "meeting": "未按时派员参会，系统记为“视为同意”",
}
_WAITING = (State.OPEN, State.TAKEN)


def sweep(centre: Centre) -> None:
    """Done twice it changes nothing."""
    now = centre.clock()
    changed = False
    with centre.database.reading() as connection:
        silent = store.silent(connection, now)
        over = [one for one in store.open_(connection) if one.kind is Kind.APPROVAL and one.due_at < now]
    for asked in silent:
        with centre.database.writing() as connection:
            changed |= store.opine(connection, asked, "deemed", _SAID[asked.what], SYSTEM, now, "deemed_consent")
    for one in over:
        if one.on_expiry is not Expiry.DEEM:
            continue  # supervision hears of it: a red card goes up to whoever leads the unit
        note = f"超时默许，依据：{one.legal_basis}"
        with centre.database.writing() as connection:
            values = {"state": State.DONE, "result": note, "done_by": SYSTEM, "done_at": now}
            # More time may have been granted since it was looked at.
            changed |= store.is_over(connection, one.mandate_id, now) and store.change(
                connection, one.mandate_id, _WAITING, "deemed_passed", SYSTEM, note, now, **values
            )
    if changed:
        centre.live.changed()
