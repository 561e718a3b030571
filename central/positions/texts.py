"""The other ways of a call beside the screens: a text to whoever wants one, the open page on a phone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from central.centre import Centre
from central.database import Transaction
from central.messages import store as messages
from central.messages.rules import Purpose
from central.messages.rules import State as Sent
from central.positions import store
from central.queue import store as queue
from central.queue.acts import Did
from central.queue.rows import store as rows
from central.queue.rules import Stand
from central.queue.store import Call
from central.screens import rules
from central.screens import store as screens
from central.screens.rules import Channel, Outcome

SOON_BEFORE: Final = 3
"""So many before one, and a text goes out."""
WORTH: Final = timedelta(minutes=10)
"""A call nobody could be told of by text so long ago is told no more."""
_OUTCOMES: Final = {
    Sent.DELIVERED: Outcome.DELIVERED,
    Sent.FAILED: Outcome.FAILED,
    Sent.LAPSED: Outcome.FAILED,
    Sent.UNCONFIRMED: Outcome.FAILED,
}


def called(connection: Transaction, centre: Centre, hall: str, call: Call, now: datetime) -> None:
    """Beside the screens: the open page and, the first time, a text."""
    looked = store.looked_at(connection, [call.case_id]).get(call.case_id)
    if looked is not None and timedelta() <= call.at - looked <= rules.LOOKED_WITHIN:
        screens.give(connection, call.act_id, Channel.PAGE, "", call.at)
    sealed = store.wishes(connection, [call.case_id]).get(call.case_id)
    if sealed is None or call.again:
        return
    values = {"hall": hall or centre.settings.hall, "number": call.number, "window": call.window}
    until = call.at + WORTH
    if messages.queue_message(
        connection, Purpose.NUMBER_CALLED, call.act_id, sealed, "number_called", values, now, until=until
    ):
        screens.give(connection, call.act_id, Channel.SMS, "", call.at)


def soon(connection: Transaction, centre: Centre, halls: Iterable[str], now: datetime, today: str) -> int:
    """Texts to those whose turn is near; how many."""
    wanting = store.wishes(connection)
    count = 0
    if not wanting:
        return count
    for hall in halls:
        for line in queue.waiting(connection, hall, today).values():
            for before, one in enumerate(line[: SOON_BEFORE + 1]):
                if one.case_id not in wanting:
                    continue
                place = f"{hall or centre.settings.hall}叫号屏"
                values = {
                    "hall": hall or centre.settings.hall,
                    "number": one.number,
                    "before": str(before),
                    "place": place,
                }
                sealed, until = wanting[one.case_id], now + WORTH
                count += messages.queue_message(
                    connection, Purpose.NUMBER_SOON, one.case_id, sealed, "number_soon", values, now, until=until
                )
    return count


def receipts(connection: Transaction, now: datetime) -> None:
    """What the gateway confirmed is written beside the call."""
    for one in screens.waiting_for(connection, Channel.SMS, now - timedelta(days=4)):
        message = messages.find(connection, Purpose.NUMBER_CALLED, one.call_id)
        outcome = _OUTCOMES.get(message.state) if message is not None else None
        if outcome is not None:
            screens.settle(connection, one.call_id, Channel.SMS, "", outcome, now)


def is_called(connection: Transaction, case_id: str) -> bool:
    """Whether it is being called now."""
    one = rows.find(connection, case_id)
    return one is not None and one.stand is Stand.CALLED


def seen(connection: Transaction, case_id: str, now: datetime) -> None:
    """The page of a called number was shown on its phone: the call has arrived there."""
    one = rows.find(connection, case_id)
    if one is None or one.stand is not Stand.CALLED:
        return
    for act in queue.trail(connection, case_id):
        if act.did in (Did.CALLED, Did.RECALLED):
            screens.settle(connection, act.act_id, Channel.PAGE, "", Outcome.DELIVERED, now)
