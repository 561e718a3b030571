"""`central reconcile`: the nightly pass by hand, and what it came to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from central import keys
from central.clock import now
from central.enrolment import opened
from central.reconciliation import store
from central.reconciliation.nightly import night
from central.reconciliation.pages import ACCOUNTS_OF
from central.reconciliation.rules import by_terminal, share
from central.settings import Settings


def reconcile(settings: Settings) -> dict[str, Any]:
    """Look at every account again, archive what is due; returns what is held of what was claimed, by terminal."""
    ours = keys.load(Path(settings.keys_dir), opens=settings.opens_sealed)
    with opened(settings) as database:
        came_to = night(database, ours, now(), timedelta(hours=settings.archive_after_hours))
        with database.reading() as connection:
            days = by_terminal(store.latest(connection, now() - ACCOUNTS_OF))
    claimed, held = sum(day.claimed for day in days), sum(day.held for day in days)
    return {
        "claimed": claimed,
        "held": held,
        "share": share(claimed, held),
        "archived_lanes": came_to.archived,
        "wrong": [
            {
                "terminal": day.terminal,
                "business_date": day.business_date,
                "lane": one.lane,
                "epoch": one.epoch,
                "claimed": one.claimed,
                "held": one.held,
                "differs": one.differs,
            }
            for day in days
            for one in day.wrong
        ],
    }


def as_lines(found: dict[str, Any]) -> list[str]:
    """The same for a person."""
    lines = [f"{found['share']}: {found['held']} of {found['claimed']} records are held"]
    for one in found["wrong"]:
        place = f"{one['terminal']} {one['business_date']} {one['lane']} of epoch {one['epoch']}"
        missing = one["claimed"] - one["held"]
        lines.append(
            f"{place}: " + ("other records than the terminal says" if one["differs"] else f"{missing} missing")
        )
    lines.append(f"{found['archived_lanes']} lanes archived further")
    return lines
