"""The centre of a year: its real database, its intake, its numbers; only the sockets between are left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from central.database import Database
from central.fleet import store as fleet
from central.intake.judge import judge_some
from central.intake.receive import receive
from central.numbers import store as numbers
from central.reconciliation.nightly import look_again
from contract.exchange import PushReply, PushRequest
from contract.numbers import NumberAsked, NumberGiven
from contract.suites import SigningKey
from tests.year.machines import Machine

_TRIES = 200
"""A lane that is not empty after so many pushes at one moment waits for the next."""


@dataclass
class Line:
    """The way to the centre, by chance bad."""

    chance: Random
    asked_lost: float = 0.01
    answer_lost: float = 0.02
    doubled: float = 0.01

    def carry(self, centre: "Centre", request: PushRequest) -> PushReply | None:
        dice = self.chance.random()
        if dice < self.asked_lost:
            return None
        reply = centre.push(request)
        if dice < self.asked_lost + self.answer_lost:
            return None
        if dice < self.asked_lost + self.answer_lost + self.doubled:
            return centre.push(request)
        return reply


@dataclass
class Centre:
    """Every method is as many transactions as the product's."""

    folder: Path
    now: datetime
    database: Database = field(init=False)
    repeats: int = 0

    def __post_init__(self) -> None:
        """Made anew."""
        self.database = Database(f"sqlite:///{self.folder / 'central.db'}")
        self.database.migrate()

    def restart(self) -> None:
        """The process ends and another begins on the same database."""
        self.database.close()
        self.database = Database(f"sqlite:///{self.folder / 'central.db'}")
        self.database.migrate()

    def enter(self, machines: Iterable[Machine]) -> None:
        """Every terminal with a key of its own."""
        for machine in machines:
            key = SigningKey.fresh()
            new = fleet.NewTerminal(machine.name, key.public, machine.name, machine.site.name, "", machine.name[-2:])
            with self.database.writing() as connection:
                fleet.add(connection, new, self.now, replace=False)

    def number(self, machine: Machine, case_id: str, queue: str) -> NumberGiven | None:
        """The next of the queue, as the number line hears it."""
        asked = NumberAsked(machine.name, f"nonce-{case_id}", case_id, queue)
        with self.database.writing() as connection:
            (found,) = numbers.issue(connection, [numbers.Wanted(asked, self.now.date())], self.now)
        if found is None:
            return None
        return NumberGiven(asked.nonce, self.now.isoformat(), found.number, found.business_date)

    def push(self, request: PushRequest) -> PushReply:
        """One transaction of the intake."""
        with self.database.writing() as connection:
            (placed,) = receive(connection, [request], self.now)
        self.repeats += len(placed.repeats)
        at = self.now.isoformat()
        return PushReply(request.nonce, placed.ack, at, placed.refusal, placed.refused_seq, placed.reason)

    def take_in(self, machine: Machine, line: Line) -> None:
        """Whatever the machine's outbox sends at this moment."""
        for _ in range(_TRIES):
            request = machine.request(self.now.timestamp())
            if request is None:
                return
            reply = line.carry(self, request)
            machine.answered(request, reply, self.now.timestamp(), line.chance.random())

    def judge(self) -> None:
        """Whatever was received becomes rows."""
        while judge_some(self.database, lambda: self.now):
            pass

    def night(self) -> int:
        """Accounts are looked at again; how many do not agree."""
        return look_again(self.database, self.now)[1]

    def lose(self) -> None:
        """The control's: a case that was received is no more."""
        with self.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM cases WHERE case_id = (SELECT max(case_id) FROM cases)")

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Straight from the database."""
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]
