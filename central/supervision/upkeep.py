"""The round of supervision: every rule over every fact. Done twice it changes nothing."""

from datetime import datetime

from central.centre import Centre
from central.complaints import store as complaints
from central.database import Transaction
from central.mandates import store as mandates
from central.supervision import store
from central.supervision.rules import Raised
from central.supervision.watched import rules
from central.supervision.watched import store as watched
from central.units import store as units

EVERY_SECONDS = 30.0
_PASSED = "情形已消除，系统自动销号"


def sweep(centre: Centre) -> None:
    """Raise what is found, clear what passes by itself."""
    now = centre.clock().astimezone(centre.settings.zone)
    with centre.database.reading() as connection:
        raised = found(centre, connection, now)
    standing = {one.card_id for one in raised}
    with centre.database.writing() as connection:
        new = store.raise_all(connection, raised, now)
        passed = store.pass_by(connection, standing, _PASSED, now)
    if new or passed:
        centre.live.changed()


def found(centre: Centre, connection: Transaction, now: datetime) -> list[Raised]:
    """Everything the rules find now. `now` is the hall's local time."""
    limits, zone = centre.settings.supervision, centre.settings.zone
    working = complaints.worktime(connection, now)
    every = units.every(connection)
    leaders = {unit.unit: unit.leader for unit in every}
    hall = centre.settings.hall
    deemed = mandates.deemed(connection, now - watched.LATELY)
    return [
        *rules.of_cases(watched.cases(connection, every, now, zone, working), now, working, limits),
        *rules.of_noted(watched.noted(connection, every, now)),
        *rules.of_numbers(watched.numbers(connection, now), now, limits),
        *rules.of_windows(watched.windows(connection, now), limits),
        *rules.of_sayings(watched.sayings(connection), now, working, limits),
        *rules.of_difficulties(watched.difficulties(connection, every, now), now, working, limits),
        *rules.of_calls(watched.calls(connection, now), now, limits, hall),
        *rules.of_mandates(mandates.open_(connection), deemed, leaders, now, working, limits),
        *rules.of_dated("poor_rating_overdue", "/poor-ratings/{of_id}", watched.poor_ratings(connection), now),
        *rules.of_dated("obstacle_overdue", "/obstacles/{of_id}", watched.obstacles(connection, zone), now),
    ]
