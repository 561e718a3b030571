"""Compares what citizens hold in their hands with each other, with the terminals' stores and with the centre."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from central.database import Database
from central.settings import Settings, database_url
from tests.faults.figures import Figures
from tests.hall.terminal import PAPER, Plan, open_terminal

ISSUE_P99_MS: Final = 50.0
FALLBACK_MS: Final = 1000.0


@dataclass(frozen=True)
class Paper:
    """One ticket: written only after its case was durable."""

    terminal: str
    case_id: str
    day: str
    number: str
    tier: str
    serial: str
    decided: float
    """Milliseconds from the touch until it was known who gives the number."""
    waited: float
    """And until the case was kept."""


def papers(plan: Plan) -> Iterator[Paper]:
    """All tickets of a terminal."""
    file = plan.folder / PAPER
    for line in file.read_text().splitlines() if file.exists() else ():
        *words, waited = line.split()
        case_id, day, number, tier, serial, decided = words
        yield Paper(plan.terminal, case_id, day, number, tier, serial, float(decided), float(waited))


def doubles(figures: Figures, found: Sequence[Paper]) -> None:
    """In the whole hall a number of a day is on one paper, and a case number on one."""
    figures.runs = len(found)
    for what, counted in (
        ("number", Counter((paper.day, paper.number) for paper in found)),
        ("case number", Counter(paper.serial for paper in found)),
    ):
        for name, times in counted.items():
            figures.note("doubled", f"{what} {name} is on {times} papers", times - 1)


def waits(figures: Figures, found: Iterable[Paper]) -> None:
    """How long citizens waited, by tier. `fallback_max_s` is the longest anybody waited for an upstream in vain.

    `within_goals`: 99 of 100 numbers of the upstream were kept within 50 ms, and nobody waited longer than 1 s in vain.
    """
    found = list(found)
    by_tier = defaultdict(list)
    for paper in found:
        by_tier[paper.tier].append(paper.waited)
    for tier, waited in sorted(by_tier.items()):
        waited.sort()
        p50, p99 = (waited[int(share * (len(waited) - 1))] for share in (0.5, 0.99))
        figures.more[tier] = {"numbers": len(waited), "p50_ms": p50, "p99_ms": p99, "max_ms": waited[-1]}
    in_vain = [paper.decided for paper in found if paper.tier != "upstream"]
    longest = max(in_vain, default=0.0)
    figures.more["fallback_max_s"] = round(longest / 1000, 2)
    issue = by_tier.get("upstream") or [0.0]
    issued_within = issue[int(0.99 * (len(issue) - 1))] <= ISSUE_P99_MS
    figures.more["within_goals"] = issued_within and longest <= FALLBACK_MS


def against_stores(
    figures: Figures, plans: Iterable[Plan], found: Iterable[Paper], forgiven: frozenset[str] | set[str]
) -> None:
    """Every paper has its case in the store, unless that store was set back since."""
    held: dict[str, set[tuple[str, str, str]]] = {}
    for plan in plans:
        store = open_terminal(plan)
        store.verify()
        with store._database.unit_of_work() as session:
            rows = session.connection().exec_driver_sql("SELECT case_id, business_date, number FROM cases")
            held[plan.terminal] = {(row[0], row[1], row[2]) for row in rows}
        store.close()
    for paper in found:
        if paper.case_id not in forgiven and (paper.case_id, paper.day, paper.number) not in held[paper.terminal]:
            figures.note("lost", f"{paper.number} of {paper.terminal} is on paper and not in its store")


def against_centre(figures: Figures, settings: Settings, found: Iterable[Paper]) -> None:
    """The centre holds each number once, none waits in quarantine, and none was nobody's to give."""
    known = {row[0]: (row[1], row[2]) for row in ask_all(settings, "SELECT case_id, business_date, number FROM cases")}
    for paper in found:
        if known.get(paper.case_id, (paper.day, paper.number)) != (paper.day, paper.number):
            figures.note("corrupt", f"{paper.number} of {paper.terminal} is another number at the centre")
    issued = {row[0]: row[1] for row in ask_all(settings, "SELECT case_id, number FROM numbers_issued")}
    for paper in found:
        if paper.tier == "upstream" and issued.get(paper.case_id) != paper.number:
            figures.note("corrupt", f"{paper.number} of {paper.terminal} was never issued for that case")
    figures.note("corrupt", "cases are in quarantine", ask(settings, "SELECT count(*) FROM quarantine"))
    outside = ask(settings, "SELECT count(*) FROM alarms WHERE kind = 'number_outside'")
    figures.note("corrupt", "numbers were outside every lease", outside)
    figures.more |= {"at_the_centre": len(known), "issued": len(issued)}


def ask(settings: Settings, question: str) -> int:
    """One number from the centre's database."""
    return int(ask_all(settings, question)[0][0])


def ask_all(settings: Settings, question: str) -> list[Any]:
    """Rows of the centre's database."""
    database = Database(database_url(settings))
    try:
        with database.reading() as connection:
            return list(connection.exec_driver_sql(question))
    finally:
        database.close()
