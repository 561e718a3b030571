"""The line to the payment gateway, and what the desk asks of one."""

from datetime import datetime
from typing import Protocol

from central.payments.protocol import NameOrder, NameSpan, OpenOrder, RefundOrder, Statement, Told
from central.signed_lines.line import SignedLine


class Gateway(Protocol):
    """What the desk asks of a gateway. Everything raises Silent."""

    def open(self, asked: OpenOrder) -> Told:
        """Open an order; the same id again is the same order."""

    def query(self, order_id: str) -> Told:
        """How it stands."""

    def close(self, order_id: str) -> Told:
        """Nobody can pay it any more."""

    def refund(self, order_id: str, amount_fen: int) -> Told:
        """Give all of it back, once."""

    def statement(self, since: datetime, until: datetime) -> Statement:
        """Everything paid from `since` on and before `until`."""

    def end(self) -> None:
        """Let go of the line."""


class HttpGateway(SignedLine):
    """One merchant at one gateway. From any thread."""

    def __init__(self, url: str, key: bytes) -> None:
        super().__init__(url, key, "payment gateway", "payments")

    def open(self, asked: OpenOrder) -> Told:
        """As `Gateway`."""
        return self.ask("/orders", asked, Told)

    def query(self, order_id: str) -> Told:
        """As `Gateway`."""
        return self.ask("/query", NameOrder(order_id), Told)

    def close(self, order_id: str) -> Told:
        """As `Gateway`."""
        return self.ask("/close", NameOrder(order_id), Told)

    def refund(self, order_id: str, amount_fen: int) -> Told:
        """As `Gateway`."""
        return self.ask("/refund", RefundOrder(order_id, amount_fen), Told)

    def statement(self, since: datetime, until: datetime) -> Statement:
        """As `Gateway`."""
        return self.ask("/statement", NameSpan(since.isoformat(), until.isoformat()), Statement)
