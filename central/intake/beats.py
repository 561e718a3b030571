"""Stores a group of heartbeats in one transaction: the chain of links, the state of now, what is held, what waits."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Heard:
    """A verified heartbeat: `row` is the state of now, with the request's nonce."""

    terminal: str
    epoch: int
    row: dict[str, Any]
    link: Link | None = None


@dataclass(frozen=True)
class Beaten:
    """The answer to a heartbeat. `replayed`: the very same request was heard before, and changed nothing again."""

    held: dict[str, int]
    token: str = ""
    closed: str = ""
    newest: int = 0
    held_before: dict[int, dict[str, int]] | None = None
    replayed: bool = False


def fresh_token() -> str:
    """Nobody can guess the next link."""
    return secrets.token_urlsafe(18)


def keep(
    connection: Connection, heard: Sequence[Heard], now: datetime, token: Callable[[], str] = fresh_token
) -> list[Beaten]:
    """The answer to each, in order. A clone's heartbeat, or one heard before, does not replace the state of now."""
    if not heard:
        return []
    states = fleet.states(connection, {one.terminal for one in heard})
    nonces = {terminal: {state.nonce} for terminal, state in states.items()}
    chain = _Chain(connection, heard, now, token)
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
    fleet.keep_now(connection, list(rows.values()), states)
    held = store.held_of(connection, {(one.terminal, one.epoch) for one in heard})
    linked = {(one.terminal, one.epoch) for one, answer in zip(heard, answers, strict=True) if answer.token}
    before = store.held_before(connection, linked)
    newest = feed.newest(connection, {one.terminal for one in heard})
    return [
        replace(
            answer,
            held=held.get((one.terminal, one.epoch), {}),
            held_before=before.get(one.terminal, {}) if answer.token else None,
            newest=newest[one.terminal],
        )
        for one, answer in zip(heard, answers, strict=True)
    ]


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
        epochs.keep(self._connection, self._changed.values())
        epochs.used_up_to(self._connection, self._first)
        for alarm_id, alarm in self._alarms.items():
            fleet.add_alarm(self._connection, alarm_id, alarm)

    def _alarm(self, one: Heard, meaning: Meaning) -> None:
        log.warning("epoch_closed", terminal=one.terminal, epoch=one.epoch, why=meaning.value)
        at = self._now.isoformat(timespec="seconds")
        alarm = fleet.Alarm(one.terminal, meaning.value, at, self._now, detail=str(one.epoch))
        self._alarms[f"{meaning.value}~{one.terminal}~{one.epoch}"] = alarm
