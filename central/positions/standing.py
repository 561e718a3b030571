"""How one number stands, told the same to a phone and to a terminal."""

import math

from central.cases import store as cases
from central.centre import Centre
from central.database import Transaction
from central.queue import store as queue
from central.queue.acts import REVIVED_WITHIN
from central.queue.rules import Stand
from central.queue.windows import store as windows
from central.waits.forecasts import store as forecasts
from contract.positions import NumberStands

STEP_MINUTES = 5


def stands(connection: Transaction, centre: Centre, case_id: str) -> NumberStands | None:
    """None for a case without a number."""
    now = centre.clock()
    found = queue.stand_of(connection, case_id, now)
    case = cases.find(connection, case_id)
    if found is None or case is None:
        return None
    one, zone = found.number, centre.settings.zone
    before = least = most = None
    if one.stand is Stand.WAITING:
        scene = forecasts.scene(connection, one.hall, now, one.business_date)
        counted, told = scene.before(case_id), scene.of_number(case_id)
        before = found.ahead if counted is None else max(counted, found.ahead)
        if told is not None:
            least = math.floor(told.least / STEP_MINUTES) * STEP_MINUTES
            most = math.ceil(told.most / STEP_MINUTES) * STEP_MINUTES
    until = ""
    if found.may_revive and one.passed_at is not None:
        until = (one.passed_at + REVIVED_WITHIN).astimezone(zone).isoformat(timespec="seconds")
    return NumberStands(
        case_id=case_id,
        number=one.number,
        title=case.item_title,
        stand=one.stand.value,
        before=before,
        least=least,
        most=most,
        window=found.window,
        place=_place(connection, one.window or one.wanted_window),
        at=now.astimezone(zone).isoformat(timespec="seconds"),
        can_come_back=found.may_revive,
        comes_back_until=until,
    )


def _place(connection: Transaction, window_id: str) -> str:
    found = windows.find(connection, window_id) if window_id else None
    return found.place if found is not None else ""
