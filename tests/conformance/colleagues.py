"""Others of the staff at the centre's pages: a leader, an approver of a unit, a window beside the first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from central.database import Transaction
from central.people import store as people
from central.people.rights import Role
from central.units import store as units
from central.units.rules import Unit
from tests.central.conftest import Running, password_hash, token_of
from tests.conformance.clerk import words


class Colleague:
    """Logged in beside whoever was, with the roles and the unit they were given."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def sends(self, path: str, **form: str) -> tuple[int, str]:
        """A form, sent: the status, and where it leads or what can be read then."""
        token = token_of(self._running.client.get("/account").text)
        answer = self._running.client.post(path, data={"csrf": token, **form}, follow_redirects=False)
        return answer.status_code, answer.headers.get("location", "") or words(answer.text)

    def page(self, path: str) -> str:
        """A page as it is read."""
        answer = self._running.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words(answer.text)

    def status(self, path: str) -> int:
        """Whether a page opens."""
        return self._running.client.get(path).status_code


@contextmanager
def somebody(running: Running, name: str, *roles: Role, unit: str = "") -> Iterator[Colleague]:
    """Somebody of these roles, who belongs to this unit, works at the pages; then the one before again."""
    now = running.clock()
    with running.centre.database.writing() as connection:
        if not people.exists(connection, name):
            people.set_user(connection, name, password_hash(), now, roles=roles)
        if unit:
            join(connection, unit, name, now)
    kept = dict(running.client.cookies)
    running.client.cookies.clear()
    assert running.log_in(name) == 303
    yield Colleague(running)
    running.client.cookies.clear()
    running.client.cookies.update(kept)


def join(connection: Transaction, unit: str, name: str, now: datetime) -> None:
    """The account belongs to the unit from now on."""
    if unit not in {one.unit for one in units.every(connection)}:
        units.keep(connection, Unit(unit, 1, "", "", "", ""), "test", now)
    belong = [one for one, where in units.members(connection).items() if where == unit]
    units.belong(connection, unit, {*belong, name})
