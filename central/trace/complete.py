"""Which cases lack an event they must have (痕迹完整性)."""

from collections.abc import Collection

from central.cases import store as cases
from central.cases.rules import Case
from central.database import Transaction
from central.progress import store as progress
from central.trace import rules, store
from central.trace.gathered import store as gathered
from central.trace.rules import Stands


def of_case(connection: Transaction, case: Case) -> tuple[str, ...]:
    """What this one lacks."""
    return next((lacks for _, lacks in _lacking(connection, [case])), ())


def listed(connection: Transaction, first: str, most: int = 200) -> list[tuple[Case, tuple[str, ...]]]:
    """The cases from a business date on that lack something, with what, the newest first."""
    found: list[tuple[Case, tuple[str, ...]]] = []
    after = ""
    while (some := cases.since(connection, first, after, store.AT_ONCE)) and len(found) < most:
        found += _lacking(connection, some)
        after = some[-1].case_id
    return sorted(found, key=lambda one: one[0].received_at, reverse=True)[:most]


def _lacking(connection: Transaction, some: Collection[Case]) -> list[tuple[Case, tuple[str, ...]]]:
    ids = [case.case_id for case in some]
    chains, steps = store.entries(connection, ids), progress.steps(connection, ids)
    unproven: dict[str, set[str]] = {}
    for kind, fact in gathered.untold(connection, case_ids=ids):
        unproven.setdefault(fact.case_id, set()).add(fact.what if kind == "step" else kind)
    found = []
    for case in some:
        stands = Stands(
            case.case_id,
            case.item_kind,
            frozenset(entry.what for entry in chains[case.case_id]),
            frozenset(step.step for step in steps[case.case_id]),
            frozenset(unproven.get(case.case_id, ())),
        )
        if lacks := rules.lacking(stands):
            found.append((case, lacks))
    return found
