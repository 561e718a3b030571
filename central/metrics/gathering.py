"""Puts the centre's figures into Prometheus' form, anew each time they are asked for."""

import shutil
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from central.centre import Centre
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.intake import store as intake
from central.metrics import store
from central.metrics.store import Figures

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def told(centre: Centre) -> bytes:
    """All figures of this moment."""
    mine = CollectorRegistry()
    mine.register(_Gathered(centre))
    return bytes(generate_latest(centre.requests.registry) + generate_latest(mine))


class _Gathered(Collector):
    """What stands in the database, with terminals, with chores and on the disk."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def collect(self) -> Iterable[Metric]:
        """Read it all in one look at the database."""
        centre = self._centre
        now = centre.clock()
        with centre.database.reading() as connection:
            found = store.figures(connection, now, centre.today().isoformat(), fleet_rules.OFFLINE_AFTER)
            quarantined = intake.quarantine_size(connection)
            halls = {terminal.id: terminal.hall for terminal in fleet.everyone(connection)}
            heard = fleet.now_of(connection)
        yield from _of_database(found, quarantined)
        yield _outbox(centre, halls, heard)
        yield from _of_process(centre)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"suiban_{name}", told, value=value)


def _of_database(found: Figures, quarantined: int) -> Iterator[Metric]:
    yield _gauge("unjudged_records", "Records that came in and are not judged yet.", found.unjudged)
    yield _gauge("intake_lag_seconds", "Age of the oldest record not judged yet.", found.oldest_unjudged)
    yield _gauge("quarantined_records", "Records that wait for a person.", quarantined)
    yield _gauge("prints_to_check", "Papers staff have to look into.", found.prints)
    yield _gauge("help_calls_open", "Calls for help that are not ended.", found.calls)
    yield _gauge("audit_rows_unsent", "Rows of the audit trail no log server has.", found.audit_unsent)
    terminals = GaugeMetricFamily("suiban_terminals", "Terminals by hall and state.", labels=("hall", "state"))
    for (hall, state), count in sorted(found.terminals.items()):
        terminals.add_metric((hall, state), count)
    yield terminals
    numbers = GaugeMetricFamily("suiban_queue_numbers", "Numbers of today.", labels=("hall", "queue", "stand"))
    for names, count in sorted(found.waiting.items()):
        numbers.add_metric(names, count)
    yield numbers


def _outbox(centre: Centre, halls: dict[str, str], heard: dict[str, fleet_rules.Now]) -> Metric:
    """The oldest record any terminal of a hall still owes, from its last heartbeat; it ages while nothing is heard."""
    now = centre.clock()
    oldest = dict.fromkeys(halls.values(), 0.0)
    for terminal, one in heard.items():
        said = one.heartbeat()
        waited = fleet_rules.oldest_unsent(said.lanes, said.at, one.received_at, now)
        hall = halls.get(terminal, "")
        oldest[hall] = max(oldest.get(hall, 0.0), waited.total_seconds() if waited else 0.0)
    told = GaugeMetricFamily("suiban_outbox_age_seconds", "Oldest record a hall's terminals owe.", labels=("hall",))
    for hall, seconds in sorted(oldest.items()):
        told.add_metric((hall,), seconds)
    return told


def _of_process(centre: Centre) -> Iterator[Metric]:
    ages = GaugeMetricFamily("suiban_chore_age_seconds", "Since a chore was last done.", labels=("chore",))
    failed = CounterMetricFamily("suiban_chore_failures", "Times a chore failed.", labels=("chore",))
    for chore in centre.caretaker.chores():
        if chore.done_at is not None:
            ages.add_metric((chore.name,), time.monotonic() - chore.done_at)
        failed.add_metric((chore.name,), chore.failures)
    yield ages
    yield failed
    yield _gauge("database_connections_in_use", "Connections of the pool that are lent.", centre.database.in_use())
    yield _gauge("disk_free_ratio", "Free share of the disk with the centre's data.", disk_free(centre))
    made = GaugeMetricFamily("suiban_build", "Always 1.", labels=("version", "role"))
    made.add_metric((build_version(), centre.settings.role), 1)
    yield made


def disk_free(centre: Centre) -> float:
    """Free share of the disk with the centre's data, 0 to 1."""
    usage = shutil.disk_usage(centre.settings.data_dir)
    return usage.free / usage.total if usage.total else 0.0


def build_version() -> str:
    """Of the installed package; a working tree has none."""
    for name in ("suiban-central", "suiban"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "tree"
