"""A desk of payments with its gateway beside it, and a line between them that loses what it is told to lose."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from central.database import Database
from central.payments.desk import PaymentDesk
from central.payments.protocol import OpenOrder, Statement, Told
from central.payments.rules import PAY_WITHIN, Order, State
from central.payments.simulator.book import Book
from central.signed_lines.line import Silent

REFUND_AFTER = timedelta(hours=1)


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now


@dataclass
class LossyLine:
    """The gateway's book over a line that may lose the question or the answer; a lost answer may come once more, late:
    then it says what was so at that time.
    """

    book: Book
    lose: str = ""
    late: list[Told] = field(default_factory=list)

    def _over(self, call: Callable[[], Told]) -> Told:
        lost, self.lose = self.lose, ""
        if lost == "question":
            raise Silent("question")
        told = call()
        if lost == "answer":
            self.late.append(told)
            raise Silent("answer")
        return told

    def open(self, asked: OpenOrder) -> Told:
        return self._over(lambda: self.book.open(asked))

    def query(self, order_id: str) -> Told:
        return self._over(lambda: self.book.query(order_id))

    def close(self, order_id: str) -> Told:
        return self._over(lambda: self.book.close(order_id))

    def refund(self, order_id: str, amount_fen: int) -> Told:
        assert amount_fen == self.book.query(order_id).amount_fen
        return self._over(lambda: self.book.refund(order_id))

    def end(self) -> None:
        pass

    def statement(self, since: datetime, until: datetime) -> Statement:
        return self.book.statement(since, until)


@dataclass
class Till:
    """Everything of one gateway and one centre."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    filed: set[str] = field(default_factory=set)
    book: Book = field(init=False)
    line: LossyLine = field(init=False)
    desk: PaymentDesk = field(init=False)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(f"sqlite:///{self.folder}/central.db")
        self.book = Book(self.clock)
        self.line = LossyLine(self.book)
        self.desk = PaymentDesk(
            self.database, self.line, self.clock, refund_after=REFUND_AFTER, is_filed=self.filed.__contains__
        )

    def order(self, order_id: str, fen: int = 2000, bill: str = "bill", case_id: str = "case") -> Order:
        """As a visit opens it."""
        now = self.clock()
        return Order(
            order_id=order_id,
            terminal="GL-01",
            item="endorsement",
            title="往来港澳签注",
            case_id=case_id,
            bill=bill,
            asked="as asked",
            person="",
            amount_fen=fen,
            lines="[]",
            state=State.OPENING,
            gives_up=0,
            pay_url="",
            pay_until=now + PAY_WITHIN,
            opened_at=now,
            changed_at=now,
        )

    def never(self, order_id: str) -> Order:
        """As a visit closes one nobody heard of."""
        return msgspec.structs.replace(self.order(order_id, 0), state=State.CLOSED, asked="", gives_up=1)
