"""The gateway's own book: what was opened, paid, closed and given back. Its word is final."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from central.payments.protocol import At, OpenOrder, Statement, Told


class OtherAmount(ValueError):
    """The id is an order of another amount."""


@dataclass
class Book:
    """From any thread. `slow_refunds`: they wait for `settle`."""

    clock: Callable[[], datetime]
    base: str = ""
    slow_refunds: bool = False
    _orders: dict[str, Told] = field(default_factory=dict)
    _opened: dict[str, OpenOrder] = field(default_factory=dict)
    _by_token: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, asked: OpenOrder) -> Told:
        """The order, opened now or before. Raises OtherAmount."""
        with self._lock:
            known = self._orders.get(asked.order_id)
            if known is not None:
                if known.at is not At.CLOSED and known.amount_fen != asked.amount_fen:
                    raise OtherAmount(asked.order_id)
                return known
            token = secrets.token_urlsafe(12)
            self._by_token[token], self._opened[asked.order_id] = asked.order_id, asked
            told = Told(asked.order_id, At.WAITING, asked.amount_fen, f"{self.base}/pay/{token}")
            self._orders[asked.order_id] = told
            return told

    def query(self, order_id: str) -> Told:
        """How it stands."""
        with self._lock:
            return self._orders.get(order_id, Told(order_id, At.UNKNOWN))

    def close(self, order_id: str) -> Told:
        """Nobody can pay it any more; one that was paid stays paid. One never seen is closed for ever."""
        with self._lock:
            known = self._orders.get(order_id, Told(order_id, At.WAITING))
            if known.at is At.WAITING:
                known = self._orders[order_id] = msgspec.structs.replace(known, at=At.CLOSED)
            return known

    def refund(self, order_id: str) -> Told:
        """Back to where it came from, once."""
        with self._lock:
            known = self._orders.get(order_id, Told(order_id, At.UNKNOWN))
            if known.at is At.PAID:
                at = At.REFUNDING if self.slow_refunds else At.REFUNDED
                known = self._orders[order_id] = msgspec.structs.replace(known, at=at)
            return known

    def settle(self) -> None:
        """Refunds under way arrive."""
        with self._lock:
            for order_id, known in self._orders.items():
                if known.at is At.REFUNDING:
                    self._orders[order_id] = msgspec.structs.replace(known, at=At.REFUNDED)

    def order_of(self, token: str) -> OpenOrder | None:
        """What a phone page is about."""
        with self._lock:
            return self._opened.get(self._by_token.get(token, ""))

    def opened(self, order_id: str) -> OpenOrder | None:
        """As the merchant opened it."""
        with self._lock:
            return self._opened.get(order_id)

    def pay(self, order_id: str) -> Told:
        """The phone's button."""
        with self._lock:
            known = self._orders.get(order_id, Told(order_id, At.UNKNOWN))
            opened = self._opened.get(order_id)
            now = self.clock()
            if known.at is At.WAITING and opened and now < datetime.fromisoformat(opened.pay_until):
                known = msgspec.structs.replace(known, at=At.PAID, paid_at=now.isoformat(timespec="seconds"))
                self._orders[order_id] = known
            return known

    def statement(self, since: datetime, until: datetime) -> Statement:
        """Everything paid in a time, whatever became of it."""
        with self._lock:
            paid = [one for one in self._orders.values() if one.paid_at]
        return Statement(tuple(one for one in paid if since <= datetime.fromisoformat(one.paid_at) < until))
