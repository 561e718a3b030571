"""Which rule a fact breaks. Pure: the same facts at the same time give the same findings.

`now` is the hall's local time; limits that are no law's are `Thresholds`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from central.mandates.kinds import TERMS, Kind
from central.mandates.rules import Asked, Expiry, Mandate, State
from central.supervision.rules import Evidence, Raised
from central.supervision.thresholds import Thresholds
from central.supervision.watched import facts
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Worktime

_DAY: Final = timedelta(days=1)
_ENDS: Final = ("decided", "refused", "ready", "delivered")
_TOLD: Final = ("accepted", "correction", "refused", *_ENDS)


def of_cases(cases: Iterable[facts.Case], now: datetime, working: Worktime, limits: Thresholds) -> Iterator[Raised]:
    """Near due, overdue, nothing told in time, refused without what a refusal needs, decided without acceptance."""
    for case in cases:
        yield from _of_case(case, now, working, limits)


def _of_case(case: facts.Case, now: datetime, working: Worktime, limits: Thresholds) -> Iterator[Raised]:
    today = now.date()
    done = {step.step for step in case.steps}
    over = bool(done & set(_ENDS))
    if case.promise and not over and not case.paused:
        promised = Evidence("promised", case.promise.isoformat(), _page(case))
        if case.promise < today:
            yield _found(case, "case_overdue", case.promise.isoformat(), promised)
        elif _left(today, case.promise, working) <= limits.near_due_days:
            yield _found(case, "case_near_due", case.promise.isoformat(), promised)
    if case.missing_until and case.missing_until < today and not over:
        yield _found(case, "tolerance_overdue", "", Evidence("missing_until", case.missing_until.isoformat()))
    yield from _of_its_trace(case, done, now, working, limits)
    yield from _of_its_branches(case, now)


def _of_its_trace(
    case: facts.Case, done: set[str], now: datetime, working: Worktime, limits: Thresholds
) -> Iterator[Raised]:
    if case.is_filing and not done & set(_TOLD) and not case.paused:
        last = working.due(case.received_at, _days(limits.told_days)).at
        if last is not None and now > last:
            received = Evidence("received", f"{case.received_at:%Y-%m-%d %H:%M}", _page(case))
            yield _found(case, "notice_missing", "", received, Evidence("last_moment", f"{last:%Y-%m-%d %H:%M}"))
    if case.is_filing and done & {"decided", "ready", "delivered"} and not done & {"accepted", "away"}:
        steps = "→".join(step.step for step in case.steps)
        yield _found(case, "trace_incomplete", "", Evidence("steps", steps, _page(case)))
    if case.refusal and not (case.refusal.reason.strip() and case.refusal.confirmed_by):
        lacking = "confirmation" if case.refusal.reason.strip() else "reason"
        signed = f"{case.refusal.by_whom} {case.refusal.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        lacks = Evidence("lacks", lacking)
        yield _found(case, "refusal_unfounded", lacking, lacks, Evidence("refused", signed, _page(case)))


def _of_its_branches(case: facts.Case, now: datetime) -> Iterator[Raised]:
    for branch in case.branches:
        if branch.deemed:
            silent = Evidence("unit", branch.unit, _page(case))
            yield _found(case, "branch_deemed", branch.link_id, silent, unit=branch.unit)
        elif branch.ended_at is None and branch.due_at and branch.due_at < now and not case.paused:
            due = Evidence("last_moment", f"{branch.due_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", _page(case))
            yield _found(case, "branch_overdue", branch.link_id, due, unit=branch.unit)


def _page(case: facts.Case) -> str:
    return f"/cases/{case.case_id}"


def _found(case: facts.Case, rule: str, stage: str, *pieces: Evidence, unit: str = "") -> Raised:
    seen = (Evidence("case", case.number, _page(case)), *pieces)
    return Raised(rule, case.case_id, stage, f"{case.number} {case.title}", unit or case.unit, evidence=seen)


def of_numbers(numbers: Iterable[facts.Number], now: datetime, limits: Thresholds) -> Iterator[Raised]:
    """A number whose day is over and that was never called, or that waits too long now."""
    today = now.date().isoformat()
    for one in numbers:
        waited = int((now - one.taken_at).total_seconds() // 60)
        seen: tuple[Evidence, ...] = (
            Evidence("number", f"{one.number} {one.day}", f"/cases/{one.case_id}"),
            Evidence("taken", f"{one.taken_at.astimezone(now.tzinfo):%H:%M}"),
        )
        title = f"{one.number} {one.title}"
        if one.calls == 0 and one.day < today and one.stand != "cancelled":
            yield Raised("never_called", one.case_id, "", title, one.hall, evidence=seen)
        elif one.stand == "waiting" and one.day == today and waited >= limits.wait_minutes:
            seen = (*seen, Evidence("waited", str(waited)))
            yield Raised("waits_too_long", one.case_id, "", title, one.hall, evidence=seen)


def of_windows(windows: Iterable[facts.Window], limits: Thresholds) -> Iterator[Raised]:
    """A window nobody was at for long in its own hours."""
    for one in windows:
        if one.away >= limits.absent_minutes:
            first = f"{one.first_sign:%H:%M}" if one.first_sign else "–"
            seen = (
                Evidence("hours", f"{one.day} {one.starts:%H:%M}–{one.until:%H:%M}", f"/window/{one.window_id}"),
                Evidence("away", f"{one.away:.0f}"),
                Evidence("first_sign", first),
            )
            stage = f"{one.day}T{one.starts:%H%M}"
            yield Raised("window_absent", one.window_id, stage, one.name, one.hall, evidence=seen)


def of_sayings(
    sayings: Iterable[facts.Saying], now: datetime, working: Worktime, limits: Thresholds
) -> Iterator[Raised]:
    """Complaints nobody was given, near due, overdue, without progress told, answered and not called back."""
    for one in sayings:
        if one.answered_at is None:
            yield from _unanswered(one, now, working, limits)
        elif one.named and not one.called_back and _is_past(one.answered_at, limits.call_back_days, now, working):
            yield _said(one, "not_called_back")


def _unanswered(one: facts.Saying, now: datetime, working: Worktime, limits: Thresholds) -> Iterator[Raised]:
    if not one.unit and _is_past(one.received_at, limits.route_days, now, working):
        yield _said(one, "complaint_unrouted")
    if one.last_day:
        last_day = date.fromisoformat(one.last_day)
        promised = Evidence("promised", one.last_day, f"/complaints/{one.complaint_id}")
        if last_day < now.date():
            yield _said(one, "complaint_overdue", one.last_day, promised)
        elif _left(now.date(), last_day, working) <= limits.near_due_days:
            yield _said(one, "complaint_near_due", one.last_day, promised)
    if one.weight == "joint" and _is_past(one.told_at, limits.progress_days, now, working):
        yield _said(one, "progress_untold", f"{one.told_at:%Y%m%d}")


def _said(one: facts.Saying, rule: str, stage: str = "", *pieces: Evidence) -> Raised:
    seen = (Evidence("complaint", one.number, f"/complaints/{one.complaint_id}"), *pieces)
    return Raised(rule, one.complaint_id, stage, one.number, one.unit, evidence=seen)


def _is_past(since: datetime, days: int, now: datetime, working: Worktime) -> bool:
    last = working.due(since.astimezone(now.tzinfo), _days(days)).at
    return last is not None and now > last


def of_difficulties(
    difficulties: Iterable[facts.Difficulty], now: datetime, working: Worktime, limits: Thresholds
) -> Iterator[Raised]:
    """办不成事 a coordinator has not answered within the limit."""
    for one in difficulties:
        last = working.due(one.received_at.astimezone(now.tzinfo), _days(limits.difficulty_days)).at
        if last is not None and now > last:
            seen = (Evidence("page", one.page, "/obstacles"), Evidence("last_moment", f"{last:%Y-%m-%d %H:%M}"))
            title = f"{one.terminal} {one.page}"
            yield Raised("difficulty_unanswered", one.envelope_id, "", title, one.unit, evidence=seen)


def of_calls(calls: Iterable[facts.Call], now: datetime, limits: Thresholds, unit: str) -> Iterator[Raised]:
    """A citizen who asked for help and left without an answer; a promised call that was not made."""
    for one in calls:
        page = f"/help/calls/{one.help_id}"
        seen = (Evidence("asked", f"{one.asked_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M:%S}", page),)
        title = f"{one.terminal} {one.asked_at.astimezone(now.tzinfo):%H:%M}"
        if one.answered_at is not None:
            continue
        if one.call_back_at is not None:
            if one.call_back_at < now:
                due = Evidence("call_back", f"{one.call_back_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", page)
                yield Raised("call_back_missed", one.help_id, "", title, unit, one.officers, (*seen, due))
        elif one.ended_at is not None and (one.ended_at - one.asked_at).total_seconds() >= limits.help_seconds:
            waited = Evidence("waited_seconds", f"{(one.ended_at - one.asked_at).total_seconds():.0f}", page)
            yield Raised("help_unanswered", one.help_id, "", title, unit, one.officers, (*seen, waited))


def of_mandates(
    mandates: Iterable[Mandate], deemed: Sequence[Asked], leaders: dict[str, str], now: datetime, working: Worktime,
    limits: Thresholds,
) -> Iterator[Raised]:  # fmt: skip
    """What bears no delay and was not taken, near due, overdue, not reported on, taken as agreed, expired."""
    for one in mandates:
        due = one.due_at.astimezone(now.tzinfo)
        stage = f"{due:%Y%m%dT%H%M}"
        seen = (
            Evidence("mandate", one.title, f"/mandates/{one.mandate_id}"),
            Evidence("last_moment", f"{due:%Y-%m-%d %H:%M}"),
        )
        owner = one.owner
        if TERMS[one.kind].alert:
            if one.state is State.OPEN:
                yield zero_delay(one)
            continue
        if now > due:
            expired = one.kind is Kind.APPROVAL and one.on_expiry is Expiry.ESCALATE
            rule = "approval_expired" if expired else "mandate_overdue"
            owner = leaders.get(one.unit, "") or owner if expired else owner
            yield Raised(rule, one.mandate_id, stage, one.title, one.unit, owner, seen)
        elif _left(now.date(), due.date(), working) <= limits.near_due_days:
            yield Raised("mandate_near_due", one.mandate_id, stage, one.title, one.unit, owner, seen)
        if one.report_due_at and one.reported_at is None and now > one.report_due_at:
            yield Raised("report_missing", one.mandate_id, "", one.title, one.unit, owner, seen)
    for asked in deemed:
        page = f"/mandates/{asked.mandate_id}#asked"
        heard = (
            Evidence("asked", f"{asked.asked_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", page),
            Evidence("last_moment", f"{asked.due_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"),
            Evidence("by_system", asked.words, page),
        )
        yield Raised("deemed_consent", asked.mandate_id, asked.asked_id, asked.subject, asked.unit, evidence=heard)


def zero_delay(one: Mandate) -> Raised:
    """即收即办: told in the moment it comes in, until somebody takes it."""
    seen = (Evidence("mandate", one.title, f"/mandates/{one.mandate_id}"),)
    return Raised("zero_delay", one.mandate_id, "", one.title, one.unit, one.owner, seen)


def of_dated(rule: str, page: str, found: Iterable[facts.Dated], now: datetime) -> Iterator[Raised]:
    """Whatever has a last moment that is over."""
    for one in found:
        if one.due_at < now:
            last = f"{one.due_at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
            seen = (Evidence("last_moment", last, page.format(of_id=one.of_id)),)
            yield Raised(rule, one.of_id, "", one.title, one.unit, evidence=seen)


def of_noted(noted: Iterable[facts.Noted]) -> Iterator[Raised]:
    """What those who handle a case have put before supervision."""
    for one in noted:
        seen = (Evidence("case", one.number, f"/cases/{one.case_id}"), Evidence("by", one.who))
        title = f"{one.number} {one.title}"
        yield Raised(one.what, one.case_id, one.about, title, one.unit, one.who, seen)


def _left(first: date, last: date, working: Worktime) -> int:
    return sum(working.calendar.works(first + at * _DAY) for at in range(1, min((last - first).days, 40) + 1))


def _days(amount: int) -> TimeLimit:
    return TimeLimit(amount, Unit.WORKING_DAY)


def away_minutes(starts: datetime, until: datetime, there: Iterable[tuple[datetime, datetime]]) -> float:
    """Minutes of these hours in none of the stretches somebody was there; the stretches may overlap."""
    away, reached = 0.0, starts
    for begins, ends in sorted(there):
        if begins > reached:
            away += (min(begins, until) - reached).total_seconds()
        reached = max(reached, min(ends, until))
        if reached >= until:
            break
    return (away + max(0.0, (until - reached).total_seconds())) / 60
