"""Moves orders on: asks the gateway, takes its word, closes what is given up, gives back what nothing was given for.

Every step is committed before the gateway is asked for the next, and every question can be asked again: whatever is
lost on the line, the next call or the next round finds out.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo

import structlog

from central.database import Database
from central.payments import rules, store
from central.payments.gateway import Gateway
from central.payments.protocol import At, OpenOrder, Told
from central.payments.rules import Difference, Order, State
from central.signed_lines.line import Silent

log = structlog.get_logger()


class PaymentDesk:
    """From any thread. `notify_url` is where the gateway calls back."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        clock: Callable[[], datetime],
        *,
        notify_url: str = "",
        refund_after: timedelta = timedelta(days=1),
        is_filed: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`is_filed` says whether a case of this id has arrived: then its fees are paid for something."""
        self._database = database
        self._gateway = gateway
        self._clock = clock
        self._notify_url = notify_url
        self._refund_after = refund_after
        self._is_filed = is_filed
        self.silent = False
        """Whether the gateway said nothing when it was asked last."""

    def begin(self, order: Order) -> Order:
        """Open an order, or go on with the one of this id: the caller sees by `asked` whether it is the same."""
        with self._database.writing() as connection:
            store.add(connection, order, "visit")
            known = store.find(connection, order.order_id) or order
        return self.look(known) if known.asked == order.asked else known

    def find(self, order_id: str) -> Order | None:
        """As it is known here."""
        with self._database.reading() as connection:
            return store.find(connection, order_id)

    def close(self, order: Order) -> Order:
        """The citizen does not pay; `order` stands in where none was opened, so that none ever is."""
        with self._database.writing() as connection:
            store.add(connection, order, "visit")
            known = store.give_up(connection, order.order_id, self._clock()) or order
        return self.look(known)

    def send_back(self, order_id: str, why: str, by: str) -> Order | None:
        """Nothing was given for it. None for an order nobody opened; one that is claimed stays as it is."""
        with self._database.writing() as connection:
            known = store.send_back(connection, order_id, why, by, self._clock())
        return None if known is None else self.look(known)

    def look(self, order: Order) -> Order:
        """Ask the gateway what is to be asked now, and take its word. Silence changes nothing."""
        if order.final or order.state is State.PAID:
            return order
        try:
            told = self._ask(order)
            self.silent = False
        except Silent as error:
            self.silent = True
            log.warning("gateway_silent", order=order.order_id, what=str(error))
            return order
        with self._database.writing() as connection:
            after = store.hear(connection, told, self._clock()) or order
        if after.state is State.PAID:
            return self._paid(after)
        return after

    def _ask(self, order: Order) -> Told:
        late = self._clock() >= order.pay_until
        if order.state is State.REFUNDING:
            return self._gateway.refund(order.order_id, order.amount_fen)
        if order.gives_up or late:
            return self._gateway.close(order.order_id)
        if order.state is State.WAITING:
            return self._gateway.query(order.order_id)
        until = order.pay_until.isoformat(timespec="seconds")
        asked = OpenOrder(order.order_id, order.amount_fen, order.title, self._notify_url, until)
        return self._gateway.open(asked)

    def _paid(self, order: Order) -> Order:
        """What is filed already is what it was paid for; what nobody wants any more goes back."""
        now = self._clock()
        if not order.bill and not order.refund_why and self._is_filed(order.case_id):
            with self._database.writing() as connection:
                if store.claim(connection, order.order_id, f"case {order.case_id}", now):
                    store.given(connection, order.order_id, f"case {order.case_id}", now)
                return store.find(connection, order.order_id) or order
        why = rules.is_unwanted(order, now, self._refund_after)
        return self.send_back(order.order_id, why, "centre") or order if why else order

    def round(self) -> int:
        """Move on whatever is not settled; how many orders moved. Done by several at once it does no harm."""
        with self._database.reading() as connection:
            waiting = store.unsettled(connection)
        moved = 0
        for order in waiting:
            after = self._paid(order) if order.state is State.PAID else self.look(order)
            moved += after.state is not order.state or after.given_at != order.given_at
        return moved

    def end(self) -> None:
        """Ask the gateway nothing any more."""
        self._gateway.end()

    def differences(self, day: datetime, zone: tzinfo) -> list[Difference]:
        """Where the gateway's statement of a day and our orders differ. Raises Silent."""
        first = datetime.combine(day.astimezone(zone).date(), time(), zone)
        last = first + timedelta(days=1)
        statement = self._gateway.statement(first, last)
        with self._database.reading() as connection:
            ours = store.paid_between(connection, first, last)
        return rules.differences(ours, [one for one in statement.orders if one.at is not At.UNKNOWN])
