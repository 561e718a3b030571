"""How lots are drawn: by a seed, so that anybody can draw the same again. Pure (DB-06, DB-07, DB-14)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec


class Kind(StrEnum):
    """What is looked into."""

    CASES = "cases"
    """审批事项办理效率."""
    DUTY = "duty"
    """Is remote help answered in the 24-hour zone?"""
    VISITS = "visits"
    """回访."""


CHECKLIST: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.CASES: ("told_once", "in_time", "no_second_correction", "trace_whole", "result_given"),
    Kind.DUTY: ("answered", "in_a_minute", "solved"),
    Kind.VISITS: ("reached", "satisfied", "no_extra_visit"),
}
MARKS: Final = ("yes", "no", "na")
NIGHT: Final = (*range(18, 24), *range(8))
"""Hours in which nobody but the duty roster is there."""


class Candidate(msgspec.Struct, frozen=True):
    """Something that may be drawn."""

    subject_id: str
    title: str
    unit: str


def rank(seed: str, name: str) -> bytes:
    """The place of a name under a seed: SHA-256 of both, so no order of rows matters."""
    return hashlib.sha256(f"{seed}\n{name}".encode()).digest()


def pool_hash(pool: Iterable[Candidate]) -> str:
    """What says that two draws had the same pool: lower-case hex."""
    return hashlib.sha256("\n".join(sorted(one.subject_id for one in pool)).encode()).hexdigest()


def draw(pool: Sequence[Candidate], seed: str, units: int, size: int) -> tuple[Candidate, ...]:
    """First the units, then as evenly as it goes `size` of theirs, round by round."""
    of: dict[str, list[Candidate]] = {}
    for one in sorted(pool, key=lambda one: (rank(seed, one.subject_id), one.subject_id)):
        of.setdefault(one.unit, []).append(one)
    chosen = sorted(of, key=lambda unit: (rank(seed, unit), unit))[:units]
    found: list[Candidate] = []
    for turn in range(max((len(of[unit]) for unit in chosen), default=0)):
        for unit in chosen:
            if turn < len(of[unit]) and len(found) < size:
                found.append(of[unit][turn])
    return tuple(found)


def duty_pool(terminals: Mapping[str, str], first: date, last: date) -> list[Candidate]:
    """Every terminal (id -> hall) in every night hour of these days: an unannounced call may fall on any."""
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return [
        Candidate(f"{terminal} {day} {hour:02}", f"{terminal} {day} {hour:02}:00", hall)
        for terminal, hall in terminals.items()
        for day in days
        for hour in NIGHT
    ]


def read_marks(form: Mapping[str, str], kind: Kind) -> dict[str, str] | None:
    """Every line of the checklist is marked, or None."""
    marks = {line: form.get(f"mark_{line}", "") for line in CHECKLIST[kind]}
    return marks if all(mark in MARKS for mark in marks.values()) else None


def passed(marks: Mapping[str, str]) -> str:
    """`good` where nothing is marked no."""
    return "poor" if "no" in marks.values() else "good"
