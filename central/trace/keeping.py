"""Enters in the trace what is known of cases, seals it by checkpoints, and verifies all of it."""

import base64
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

import msgspec
import structlog

from central.centre import Centre
from central.database import Database, Transaction
from central.keys import Keys
from central.trace import rules, store
from central.trace.gathered import store as gathered
from central.trace.rules import GENESIS, Checkpoint, Fault
from contract.suites import BadSignature, suite

EVERY_SECONDS = 5.0
CHECKPOINT_EVERY_SECONDS = 60.0
LATELY = timedelta(days=3)
WHOLE_EVERY = timedelta(hours=6)
ROUNDS = 20
DAY, DAY_CLOSE, BY_HAND = "day", "day_close", "by_hand"

log = structlog.get_logger()


class Report(msgspec.Struct, frozen=True):
    """What a verification found. `faults` are the first of them."""

    at: datetime
    cases: int
    entries: int
    checkpoints: int
    newest: Checkpoint | None
    unsealed: int
    """Entries no checkpoint covers yet."""
    faults: tuple[Fault, ...]


def catch_up(centre: Centre, *, since: datetime | None = None, case_ids: Collection[str] | None = None) -> int:
    """Enter what no chain tells yet; how much. Done by several at once it is entered once."""
    with centre.database.reading() as connection:
        found = [fact for _, fact in gathered.untold(connection, since=since, case_ids=case_ids)]
        there = gathered.known(connection, found)
    facts = [fact for fact in found if fact.case_id in there]
    if not facts:
        return 0
    with centre.database.writing() as connection:
        return store.append(connection, *facts)


class Gathering:
    """A centre's chore: what came lately, and now and then everything."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._whole_due = centre.clock()

    def turn(self) -> None:
        """One turn."""
        now = self._centre.clock()
        whole = now >= self._whole_due
        for _ in range(ROUNDS):
            if not catch_up(self._centre, since=None if whole else now - LATELY):
                self._whole_due = now + WHOLE_EVERY if whole else self._whole_due
                return


def seal(centre: Centre, why: str) -> Checkpoint | None:
    """Sign a checkpoint over every chain that grew. None where another process has just made one."""
    with centre.database.writing() as connection:
        return seal_in(connection, centre.fresh_keys(), centre.clock(), centre.today(), why)


def seal_in(connection: Transaction, keys: Keys, now: datetime, day: date, why: str) -> Checkpoint | None:
    """The same in a transaction of the caller's."""
    grown, new = store.unsealed(connection)
    before = store.last_checkpoint(connection)
    bare = Checkpoint(
        number=before.number + 1 if before else 1,
        at=now,
        day=day.isoformat(),
        why=why,
        heads=len(grown),
        entries=(before.entries if before else 0) + new,
        root=rules.root(grown),
        prev=rules.name_of(before) if before else GENESIS,
        suite=keys.signing.suite,
        key_id=keys.signing_id,
    )
    signed = msgspec.structs.replace(bare, signature=keys.signing.sign(rules.signed_bytes(bare)))
    if not store.keep_checkpoint(connection, signed, grown):
        return None
    # Also in the log, and from there on another machine: whoever rewrites the database cannot rewrite that.
    log.info("trace_sealed", checkpoint=signed.number, entries=signed.entries, name=rules.name_of(signed))
    return signed


def daily(centre: Centre) -> None:
    """The chore that makes one checkpoint a day, and one more when a hall has closed its day."""
    today = centre.today().isoformat()
    with centre.database.reading() as connection:
        newest, closed = store.last_checkpoint(connection), store.last_day_close(connection)
    if newest is None or newest.day < today:
        seal(centre, DAY)
    elif closed is not None and closed > newest.at:
        seal(centre, DAY_CLOSE)


def verify(database: Database, keys: Keys, now: datetime, kept: Collection[Checkpoint] = (), most: int = 200) -> Report:
    """Read every chain and checkpoint there is. `kept` are checkpoints that lie elsewhere."""
    faults: list[Fault] = []
    with database.reading(still=True) as connection:
        cases, entries = _chains(connection, faults.extend)
        found = store.all_checkpoints(connection)
        trusted = {key_id: base64.b64decode(raw) for key_id, raw in keys.signing_public().items()}
        before = None
        for one in found:
            sealed = store.sealed_by(connection, one.number)
            held = store.hashes_at(connection, sealed)
            faults += rules.checkpoint_faults(one, before, sealed, held)
            faults += _signature_faults(one, trusted)
            before = one
        here = {one.number: one for one in found}
        faults += [fault for one in kept if (fault := rules.kept_fault(one, here.get(one.number)))]
    newest = found[-1] if found else None
    unsealed = entries - (newest.entries if newest else 0)
    return Report(now, cases, entries, len(found), newest, unsealed, tuple(faults[:most]))


def _chains(connection: Transaction, found: Callable[[list[Fault]], None]) -> tuple[int, int]:
    cases = entries = 0
    after = ""
    while ids := store.all_cases(connection, after):
        chains, heads = store.entries(connection, ids), store.heads_of(connection, ids)
        for case_id in ids:
            found(rules.chain_faults(case_id, chains[case_id], heads.get(case_id)))
            entries += len(chains[case_id])
        cases += len(ids)
        after = ids[-1]
    return cases, entries


def _signature_faults(one: Checkpoint, trusted: dict[str, bytes]) -> list[Fault]:
    if one.key_id not in trusted:
        return [Fault("key_unknown", place=one.number)]
    try:
        suite(one.suite).verify(trusted[one.key_id], rules.signed_bytes(one), one.signature)
    except BadSignature:
        return [Fault("signature", place=one.number)]
    return []
