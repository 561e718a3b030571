"""Takes a file in: checked whole first, then kept in one transaction, or nothing of it is."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

import msgspec

from central.database import Transaction
from central.exchange.taking import comparing, files, rules, store
from central.exchange.taking.comparing import Outcome
from central.exchange.taking.files import Kind, Unreadable
from central.exchange.taking.partners import TABLES, Partner
from central.exchange.taking.rules import Body, Fault, Record
from central.exchange.taking.store import Conflict, Kept, Load
from central.trace import store as trace
from central.trace.rules import Actor, Fact

IMPORTED: Final = "imported:"
"""Before the 办件编号 of another system's case: the name of its chain in the trace."""
FAULTS_SHOWN: Final = 200


class Wanted(msgspec.Struct, frozen=True):
    """A file to take in: what it holds, in whose digits, from whom."""

    kind: Kind
    partner: Partner
    source: str
    file_name: str
    content: bytes


class Report(msgspec.Struct, frozen=True):
    """What became of a file. With a `problem` or faults nothing of it is kept."""

    problem: str = ""
    faults: tuple[Fault, ...] = ()
    faulty: int = 0
    counts: dict[str, int] = {}
    loose: int = 0
    left_out: dict[str, int] = {}
    load_id: str = ""

    @property
    def taken(self) -> bool:
        """Whether the file was taken in."""
        return not self.problem and not self.faulty


def take(connection: Transaction, wanted: Wanted, who: str, now: datetime, zone: tzinfo) -> Report:
    """Check all of it, then keep it: the same file again changes nothing, what says otherwise becomes a conflict."""
    try:
        sheets = files.read(wanted.content, wanted.kind)
    except Unreadable as error:
        return Report(problem=str(error))
    store.alone(connection)
    found = rules.checked(sheets, wanted.kind, TABLES[wanted.partner], zone)
    kept = store.records(connection, wanted.kind, [one.code for one in found.records])
    own = store.own_cases(connection, [one.number for one in found.records if one.number])
    faults = [*found.faults, *_without_case(wanted.kind, found.records, kept, own.keys())]
    if faults:
        return Report(faults=tuple(faults[:FAULTS_SHOWN]), faulty=len(faults), loose=found.loose)
    ours = _ours(connection, wanted.kind, found.records, own)
    load_id = secrets.token_hex(8)
    counts = dict.fromkeys(Outcome, 0)
    new: list[Kept] = []
    grown: list[Kept] = []
    facts: list[Fact] = []
    shown = 0
    for one in found.records:
        before = kept.get(one.code)
        said = ours.get(one.code) or (before.tables if before else None)
        if said is None:
            outcome = Outcome.NEW
            new.append(_kept(one, wanted, load_id, now))
        else:
            told = comparing.compared(said, one.body)
            outcome = told.outcome
            if outcome is Outcome.CONFLICT:
                differs = _conflict(one, said, told.fields, wanted, load_id, now, ours=one.code in ours)
                shown += store.add_conflict(connection, differs)
            elif one.code in ours:
                outcome = Outcome.OURS
            elif before is not None and outcome is Outcome.GROWN:
                grown.append(msgspec.structs.replace(before, body=_json(told.body), changed_at=now))
        counts[outcome] += 1
        facts += _facts(one, outcome, wanted, load_id, who, now, own.get(one.number, {}).get("case_id", ""))
    store.keep(connection, new, grown)
    trace.append(connection, *facts)
    if new or grown or shown:
        store.add_load(connection, _load(wanted, load_id, counts, found.loose, who, now))
    told_counts = {outcome.value: count for outcome, count in counts.items()}
    return Report(counts=told_counts, loose=found.loose, left_out=found.left_out, load_id=load_id)


def _without_case(kind: Kind, found: Sequence[Record], kept: Collection[str], own: Collection[str]) -> list[Fault]:
    """Steps of a case nobody has filed: not in this file, not in an earlier one, not here."""
    if kind is not Kind.CASES:
        return []
    there = {*own, *kept}
    return [
        Fault(next(iter(one.body)), one.line, "办件编号", "no_case", one.code)
        for one in found
        if "申请信息" not in one.body and one.code not in there
    ]


def _ours(
    connection: Transaction, kind: Kind, found: Sequence[Record], own: Mapping[str, Mapping[str, object]]
) -> dict[str, Body]:
    """What we hold ourselves of these records, as far as it can be compared."""
    if kind is Kind.CASES:
        return {number: {"申请信息": [_own_case(number, case)]} for number, case in own.items()}
    if kind is Kind.RATINGS:
        levels = store.own_ratings(connection, [str(case["case_id"]) for case in own.values()])
        return {
            one.code: {"评价信息": [{"办件编号": one.number, "满意度代码": level}]}
            for one in found
            if one.number in own
            and (level := levels.get((str(own[one.number]["case_id"]), int(not one.code.endswith("#1")))))
        }
    numbers = {one.code: one.title.partition(" ")[0] if "投诉信息" in one.body else one.code for one in found}
    made = store.own_voices(connection, list(numbers.values()))
    return {code: _own_voice(code, made[number], number) for code, number in numbers.items() if number in made}


def _own_case(number: str, case: Mapping[str, object]) -> dict[str, str]:
    filed = datetime.fromisoformat(str(case["filed_at"])).astimezone(UTC).isoformat(timespec="seconds")
    return {"办件编号": number, "事项名称": str(case["item_title"]), "申请时间": filed}


def _own_voice(code: str, at: str, number: str) -> Body:
    made = datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="seconds")
    return (
        {"咨询信息": [{"咨询编码": number, "咨询时间": made}]} if code == number else {"投诉信息": [{"投诉时间": made}]}
    )


def _kept(one: Record, wanted: Wanted, load_id: str, now: datetime) -> Kept:
    return Kept(
        wanted.kind, one.code, one.number, one.title, wanted.source, wanted.partner.value, load_id, _json(one.body),
        now, now,
    )  # fmt: skip


def _conflict(
    one: Record, said: Body, fields: Sequence[str], wanted: Wanted, load_id: str, now: datetime, *, ours: bool
) -> Conflict:
    after = _json(one.body)
    named = hashlib.sha256(f"{wanted.kind}\0{one.code}\0{_json(said)}\0{after}".encode()).hexdigest()[:32]
    told = "、".join(fields)
    return Conflict(named, load_id, wanted.kind, one.code, wanted.source, told, int(ours), _json(said), after, now)


def _load(wanted: Wanted, load_id: str, counts: dict[Outcome, int], loose: int, who: str, now: datetime) -> Load:
    return Load(
        load_id=load_id,
        kind=wanted.kind,
        partner=wanted.partner.value,
        source=wanted.source,
        file_name=wanted.file_name[:120],
        file_hash=hashlib.sha256(wanted.content).hexdigest(),
        added=counts[Outcome.NEW],
        grown=counts[Outcome.GROWN],
        same=counts[Outcome.SAME],
        ours=counts[Outcome.OURS],
        conflicts=counts[Outcome.CONFLICT],
        loose=loose,
        by_whom=who,
        at=now,
    )


_SAID: Final = {Outcome.NEW: "imported", Outcome.GROWN: "imported.grown"}


def _facts(
    one: Record, outcome: Outcome, wanted: Wanted, load_id: str, who: str, now: datetime, own: str
) -> list[Fact]:
    """What the trace tells: of another system's case in a chain of its own, of one of ours in its own chain."""
    if outcome not in _SAID or not one.number:
        return []
    what = _SAID[outcome] if wanted.kind is Kind.CASES else "imported.rating"
    source = f"import:{load_id}:{wanted.kind}:{one.code}"
    return [Fact(own or IMPORTED + one.number, source, now, what, Actor.STAFF, who, wanted.source)]


def settle(connection: Transaction, conflict_id: str, how: str, who: str, now: datetime) -> bool:
    """A person decided between what is kept and what the file says. False where it is decided, or not to be taken."""
    found = store.conflict(connection, conflict_id)
    if found is None or found.settled or (found.ours and how == "taken"):
        return False
    if not store.settle(connection, conflict_id, how, who, now):
        return False
    if how == "taken":
        _, after = found.sides
        before = store.records(connection, found.kind, [found.code])[found.code]
        body = comparing.replaced(before.tables, after)
        store.keep(connection, [], [msgspec.structs.replace(before, body=_json(body), changed_at=now)])
        if before.number:
            source = f"import:{conflict_id}"
            note = f"{found.source} {found.fields}"
            trace.append(
                connection, Fact(IMPORTED + before.number, source, now, "imported.replaced", Actor.STAFF, who, note)
            )
    return True


def _json(body: Body) -> str:
    return msgspec.json.encode(body, order="sorted").decode()


def in_short(wanted: Wanted, report: Report) -> str:
    """One line for the audit trail: nothing personal."""
    if not report.taken:
        return f"{wanted.source}: refused, {report.problem or f'{report.faulty} faults'}"
    told = " ".join(f"{name} {count}" for name, count in report.counts.items() if count)
    return f"{wanted.source} ({wanted.partner}): {told}"
