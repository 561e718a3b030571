"""Reports are made by themselves: each on its day, or the next time the centre is awake after it."""

import threading
from datetime import date

import structlog

from central.centre import Centre
from central.complaints.store import worktime
from central.reports import making, periods, store
from central.reports.gathering import store as gathering
from central.reports.periods import Kind, Period

EVERY_SECONDS = 600.0

log = structlog.get_logger()


class Production:
    """Looks on the caretaker's thread; what there is to make is made on one of its own, for it takes seconds each."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._working: threading.Thread | None = None

    def turn(self) -> None:
        """Begin what is due, unless it is being made."""
        if self._working is not None and self._working.is_alive():
            return
        wanted = due(self._centre)
        if wanted:
            self._working = threading.Thread(target=self._work, args=(wanted,), name="reports", daemon=True)
            self._working.start()

    def _work(self, wanted: list[tuple[Kind, Period]]) -> None:
        make_all(self._centre, wanted)


def due(centre: Centre, today: date | None = None) -> list[tuple[Kind, Period]]:
    """What should be there by today and is not; nothing before the first case."""
    day = today or centre.today()
    with centre.database.reading() as connection:
        began = gathering.began(connection)
        if began is None:
            return []
        since = began.astimezone(centre.settings.zone).date()
        calendar = worktime(connection, centre.clock()).calendar
        return [
            (kind, period)
            for kind in Kind
            for period in periods.due(kind, day, since, calendar, store.made(connection, kind))
        ]


def make_all(centre: Centre, wanted: list[tuple[Kind, Period]]) -> int:
    """Make these. Returns how many were made. One that fails does not keep the others back: it is due again."""
    made = 0
    for kind, period in wanted:
        try:
            kept = making.make(centre, kind, period)
        except Exception as error:  # noqa: BLE001 - typst, the database: the others are made all the same
            log.warning("report_not_made", kind=kind.value, period=period.name, error=type(error).__name__)
            continue
        if kept is not None:
            log.info("report_made", kind=kind.value, period=period.name, n=kept.n, sha256=kept.sha256)
            made += 1
    if made:
        centre.live.changed()
    return made
