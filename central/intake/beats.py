"""Stores a group of heartbeats in one transaction: the chain of links, the state of now, what is held, what waits."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from central.epochs import rules
from central.epochs import store as epochs
from central.epochs.rules import Epoch, Meaning
from central.epochs.store import Place
from central.feed import store as feed
from central.fleet import store as fleet
from central.intake import store
from contract.exchange import Link

log = structlog.get_logger()


@dataclass(slots=True)
class Heard:
    """A verified heartbeat: `row` is the state of now (`fleet.keep_now`), with the request's nonce."""

    terminal: str
    epoch: int
    row: dict[str, Any]
    link: Link | None = None
    lease: bool = False
    """Whether to look what it lacks of the numbers it may issue by itself."""


@dataclass(slots=True)
class Beaten:
    """The answer to a heartbeat. `replayed`: the very same request was heard before, and changed nothing again."""

    held: dict[str, int]
    token: str = ""
    closed: str = ""
    newest: int = 0
    held_before: dict[int, dict[str, int]] | None = None
    life: str = ""
    replayed: bool = False
    leased: bool = False
    """It was looked what it lacks of numbers; `newest` includes what came of it."""


def fresh_token() -> str:
    """Nobody can guess the next link."""
    return secrets.token_urlsafe(18)


def keep(
    connection: Connection, heard: Sequence[Heard], now: datetime, token: Callable[[], str] = fresh_token
) -> list[Beaten]:
    """The answer to each, in order. A clone's heartbeat, or one heard before, does not replace the state of now."""
    if not heard:
        return []
    chain = _Chain(connection, heard, now, token)
    terminals = {one.terminal for one in heard}
    states = fleet.states(connection, terminals)
    nonces = {terminal: {state.nonce} for terminal, state in states.items()}
    rows: dict[str, dict[str, Any]] = {}
    answers = []
    for one in heard:
        seen = nonces.setdefault(one.terminal, set())
        if one.row["nonce"] in seen:
            answers.append(Beaten({}, replayed=True))
            continue
        seen.add(one.row["nonce"])
        answer = chain.read(one)
        answers.append(answer)
        if not answer.closed:
            rows[one.terminal] = one.row
    chain.write()
    fleet.keep_now(connection, list(rows.values()), states, now)
    held = store.all_held(connection, terminals)
    newest = feed.newest(connection, terminals)
    life = epochs.life(connection)
    for one, answer in zip(heard, answers, strict=True):
        mine = held.get(one.terminal, {})
        answer.held = mine.get(one.epoch, {})
        answer.newest = newest[one.terminal]
        if answer.token:
            answer.life = life
            answer.held_before = {epoch: lanes for epoch, lanes in mine.items() if epoch < one.epoch}
    return answers


def lease(
    connection: Connection,
    heard: Sequence[Heard],
    answers: Sequence[Beaten],
    now: datetime,
    lease_out: Callable[[Connection, dict[str, int], datetime], dict[str, int]],
) -> None:
    """Lease numbers to those who want some and whose link was accepted. Last in a transaction."""
    wanting = [one for one in zip(heard, answers, strict=True) if one[0].lease and one[1].token]
    if not wanting:
        return
    places = lease_out(connection, {one.terminal: one.epoch for one, _ in wanting}, now)
    for one, answer in wanting:
        answer.leased = one.terminal in places
        answer.newest = max(answer.newest, places.get(one.terminal, 0))


class _Chain:
    """The epochs of a group of heartbeats, locked; what becomes of them is written once."""

    def __init__(self, connection: Connection, heard: Sequence[Heard], now: datetime, token: Callable[[], str]) -> None:
        self._connection = connection
        self._now = now
        self._token = token
        linked = {(one.terminal, one.epoch) for one in heard if one.link is not None}
        self._kept = epochs.locked(connection, linked, now)
        self._changed: dict[Place, Epoch] = {}
        self._first: dict[str, int] = {}
        self._alarms: dict[str, fleet.Alarm] = {}

    def read(self, one: Heard) -> Beaten:
        """The next token, or why the epoch ends here. A terminal of version 0.1 sends no link and goes on."""
        if one.link is None:
            return Beaten({})
        place = one.terminal, one.epoch
        kept = self._kept[place]
        meaning = rules.read_link(kept, one.link)
        if meaning.closes:
            self._alarm(one, meaning)
            return Beaten({}, closed=meaning.value)
        if meaning is Meaning.FIRST:
            self._first[one.terminal] = max(one.epoch, self._first.get(one.terminal, 0))
        if kept.machine not in {None, one.link.machine}:
            log.warning("machine_changed", terminal=one.terminal, epoch=one.epoch)
        after = rules.after(kept, one.link, meaning, self._token())
        self._kept[place] = self._changed[place] = after
        return Beaten({}, token=after.token or "")

    def write(self) -> None:
        """Write what has changed."""
        epochs.keep_links(self._connection, self._changed.values())
        epochs.used_up_to(self._connection, self._first)
        for alarm_id, alarm in sorted(self._alarms.items()):
            fleet.add_alarm(self._connection, alarm_id, alarm)

    def _alarm(self, one: Heard, meaning: Meaning) -> None:
        log.warning("epoch_closed", terminal=one.terminal, epoch=one.epoch, why=meaning.value)
        at = self._now.isoformat(timespec="seconds")
        alarm = fleet.Alarm(one.terminal, meaning.value, at, self._now, detail=str(one.epoch))
        self._alarms[f"{meaning.value}~{one.terminal}~{one.epoch}"] = alarm
