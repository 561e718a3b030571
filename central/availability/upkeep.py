"""Measures service every half minute from the heartbeats: a terminal is read anew only when it said something new."""

from datetime import timedelta

import msgspec

from central.availability import rules, store
from central.availability.rules import Said
from central.centre import Centre
from central.database import Transaction
from central.fleet.rules import is_online
from contract.exchange import ServiceReport

EVERY_SECONDS = 30.0
KEEP = timedelta(days=400)


class _Services(msgspec.Struct, frozen=True):
    services: tuple[ServiceReport, ...] = ()


class Measuring:
    """`turn` is a chore. What terminals offer is remembered by the hash of what they said."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._known: dict[str, tuple[str | None, tuple[ServiceReport, ...]]] = {}

    def turn(self) -> None:
        """Look once. Several processes may: whoever comes second finds nothing changed."""
        now = self._centre.clock()
        with self._centre.database.writing() as connection:
            looked_at = store.looked_at(connection, now)
            if looked_at is not None and looked_at >= now:
                return
            heard = store.heard(connection)
            self._learn([one for one in heard if self._is_news(one)], connection)
            standing = store.standing(connection)
            items: dict[str, list[str]] = {}
            for terminal, item in standing:
                items.setdefault(terminal, []).append(item)
            said: dict[tuple[str, str], Said] = {}
            for one in heard:
                services = self._known[one.terminal][1]
                online = is_online(one.received_at, now)
                found = rules.said_of(services, one.received_at, online=online, known=items.get(one.terminal, ()))
                said |= {(one.terminal, item): value for item, value in found.items()}
            store.write(connection, rules.changes(standing, said, looked_at, now))
            store.forget(connection, now - KEEP)

    def _is_news(self, one: store.Heard) -> bool:
        known = self._known.get(one.terminal)
        return known is None or known[0] is None or known[0] != one.hash

    def _learn(self, news: list[store.Heard], connection: Transaction) -> None:
        texts = store.reports(connection, [one.terminal for one in news])
        for one in news:
            services = msgspec.json.decode(texts.get(one.terminal, b"{}"), type=_Services).services
            self._known[one.terminal] = (one.hash, services)
