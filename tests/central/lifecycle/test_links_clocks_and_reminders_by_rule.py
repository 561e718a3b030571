"""Pure rules of a case's life against simple models: stages, signatures, countdowns, promises, reminders."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from central.lifecycle import rules, table_7
from central.lifecycle.rules import MOVES, Action, Level, Link, Phase, Role, Route, Seat, Special, Stage
from central.progress.rules import ENDS, Did, Step
from central.tolerance import rules as tolerance
from central.tolerance.rules import Stage as Reminder
from contract.calendar import gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Worktime

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = TimeLimit(1, Unit.WORKING_DAY)
WORK = Worktime(gathered(published()))
ROUTE = Route(
    "x",
    (
        Stage("并联审核", Role.REVIEW, (Seat("甲", Level.COUNTY, DAY), Seat("乙", Level.COUNTY, DAY))),
        Stage("审批", Role.APPROVE, (Seat("省厅", Level.PROVINCE, DAY),), signed=True),
    ),
)


def link(unit: str, stage: int, role: Role = Role.REVIEW, action: str = "", minutes: int = 0) -> Link:
    at = AT + timedelta(minutes=minutes)
    ended = at if action else None
    return Link(f"{unit}{stage}{role}{minutes}", "c", stage, role, "", unit, 4, 0, 1, "working_day", "w", at, at, ended,
                action)  # fmt: skip


def test_the_next_stage_begins_when_all_have_passed_and_a_signature_comes_between() -> None:
    assert rules.next_stage(ROUTE, []) == 0
    asked = [link("甲", 0), link("乙", 0)]
    assert rules.next_stage(ROUTE, asked) is None
    half = [link("甲", 0, action="pass"), link("乙", 0)]
    assert rules.next_stage(ROUTE, half) is None
    both = [link("甲", 0, action="pass"), link("乙", 0, action="pass")]
    assert rules.next_stage(ROUTE, both) == 1
    refused = [link("甲", 0, action="pass"), link("乙", 0, action="return")]
    assert rules.next_stage(ROUTE, refused) is None
    again = [*refused, link("乙", 0, action="pass", minutes=5)]
    assert rules.next_stage(ROUTE, again) == 1, "asked again, it consented"
    approved = [*both, link("省厅", 1, Role.APPROVE, "pass", 9)]
    assert (rules.next_stage(ROUTE, approved), rules.to_sign(ROUTE, approved)) == (None, 1)
    signing = [*approved, link("省厅", 1, Role.SIGN, minutes=10)]
    assert rules.to_sign(ROUTE, signing) is None
    assert rules.signing(signing)


def test_every_phase_that_is_not_the_last_leads_to_it_and_no_step_leads_back() -> None:
    order = list(Phase)
    assert all(order.index(to) >= order.index(now) for (now, _), to in MOVES.items())
    for phase in order[:-1]:
        assert any(to is Phase.COMPLETION for (now, _), to in MOVES.items() if now is phase)
    assert not any(now is Phase.COMPLETION and did in (Did.CORRECTION, Did.REFUSED) for now, did in MOVES)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(Did)), max_size=8))
def test_whatever_steps_older_versions_kept_the_phase_is_one_of_the_four(steps: list[Did]) -> None:
    phase = rules.phase([Step(did, "", "x", AT) for did in steps])
    assert (phase is Phase.COMPLETION) is any(did in ENDS for did in steps)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(0, 40))
def test_the_countdown_is_the_working_days_after_today(ahead: int, days: int) -> None:
    now = datetime(2026, 1, 5, 10) + timedelta(days=ahead)  # noqa: DTZ001 - the hall's own
    due = datetime.combine(now.date() + timedelta(days=days), time())
    counted = sum(WORK.calendar.works(now.date() + timedelta(days=n)) for n in range(1, days + 1))
    assert rules.days_left(now, due, WORK) == counted
    assert rules.days_left(due, now, WORK) == -counted


def special(start: datetime, end: datetime | None) -> Special:
    return Special("p", "c", "other", "r", "b", "", "u", "w", start, end)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(0, 20), st.integers(1, 200))
def test_a_promise_moves_as_the_working_time_engine_reckons(days: int, after: int, hours: int) -> None:
    filed = datetime(2026, 11, 2, 9)  # noqa: DTZ001 - the hall's own
    limit = TimeLimit(days, Unit.WORKING_DAY)
    promise = WORK.due(filed, limit).at
    assert promise is not None
    start = filed + timedelta(days=after)
    one = special(start, start + timedelta(hours=hours))
    moved = rules.moved(promise, filed, [one], WORK)
    assert moved is not None
    expected = WORK.due(filed, limit, rules.stopped([one])).at
    assert moved == expected
    assert rules.moved(promise, filed, [msgspec.structs.replace(one, ended_at=None)], WORK) is None


def test_who_gives_an_opinion() -> None:
    one = link("甲", 0)
    assert rules.opinion_of(one, "pass", "", "li", "甲", ["wang"]) is Action.PASS
    for action, opinion, who, unit, why in (
        ("pass", "", "wang", "甲", "lifecycle.accepted_yourself"),
        ("pass", "", "li", "乙", "lifecycle.other_unit"),
        ("return", "", "li", "甲", "lifecycle.why_missing"),
        ("burn", "", "li", "甲", "lifecycle.no_action"),
    ):
        try:
            rules.opinion_of(one, action, opinion, who, unit, ["wang"])
        except rules.Refused as error:
            assert str(error) == why  # noqa: PT017 - several of them
        else:
            raise AssertionError(why)


def test_the_rows_of_table_7_have_an_end_and_a_state_each() -> None:
    steps = [Step(Did.ACCEPTED, "齐", "wang", AT)]
    rows = table_7.handled("n", "大厅", steps, [link("甲", 0, action="pass", minutes=1), link("乙", 0, minutes=2)])
    assert [(row.name, row.action, row.state) for row in rows] == [("受理", "通过", 2), ("", "通过", 2), ("", "", 1)]
    assert all(row.ended_at >= row.started_at for row in rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(-5, 10), st.integers(1, 6))
def test_each_reminder_is_given_once_however_often_the_day_is_looked_at(first: int, stride: int) -> None:
    until = date(2026, 11, 30)
    told: list[Reminder] = []
    for day in range(-first, 12, stride):
        today = until - timedelta(days=first) + timedelta(days=day + first)
        for _ in range(2):
            stage = tolerance.due(until, today, told)
            told += [stage] if stage else []
    assert len(told) == len(set(told))
    assert told == sorted(told, key=list(Reminder).index)
    assert told[-1] is Reminder.OVERDUE
