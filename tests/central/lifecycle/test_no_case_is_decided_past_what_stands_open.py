"""What stops a decision, who may give which opinion, when a signature comes, how a pause moves a promise. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from central.lifecycle import rules
from central.lifecycle.rules import Action, Level, Link, Refused, Role, Route, Seat, Special, Stage
from central.progress.rules import Did, Step
from contract.calendar import gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Worktime

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = TimeLimit(1, Unit.WORKING_DAY)
WORK = Worktime(gathered(published()))
ACCEPTED = [Step(Did.ACCEPTED, "", "zhang", AT)]
BOTH = Stage("审核", Role.REVIEW, (Seat("甲", Level.COUNTY, DAY), Seat("乙", Level.COUNTY, DAY)), signed=True)
SIGNED = Route("x", (BOTH, Stage("审批", Role.APPROVE, (Seat("丙", Level.COUNTY, DAY),))))


def link(unit: str, **changes: Any) -> Link:  # noqa: ANN401 - any of its fields
    one = Link(f"l{unit}", "c", 0, Role.REVIEW, "", unit, 4, 0, 1, "working_day", "w", AT, AT)
    return msgspec.structs.replace(one, **changes)


def said(unit: str, action: Action = Action.PASS, **changes: Any) -> Link:  # noqa: ANN401 - any of its fields
    return link(unit, ended_at=AT, action=action.value, **changes)


def decide(*links: Link, paused: bool = False, proposed: bool = False) -> str:
    """Why it cannot be decided; empty where it can."""
    try:
        rules.check_step(Did.DECIDED, ACCEPTED, links, paused=paused, proposed=proposed)
    except Refused as error:
        return str(error)
    return ""


def test_a_decision_waits_for_every_pause_proposal_and_opinion() -> None:
    assert decide() == decide(said("甲")) == ""
    assert decide(paused=True) == "lifecycle.paused"
    assert decide(proposed=True) == "lifecycle.refusal_waits"
    assert decide(said("甲"), link("乙")) == "lifecycle.links_open"
    assert decide(link("乙", role=Role.CHECK)) == "", "looked into afterwards"
    assert decide(said("甲", Action.RETURN)) == "lifecycle.returned"
    again = said("甲", opened_at=AT + timedelta(hours=1))
    assert decide(said("甲", Action.RETURN), again) == "", "asked again, it consented"


@pytest.mark.parametrize("role", [Role.REVIEW, Role.APPROVE])
def test_an_opinion_is_given_by_the_unit_that_was_asked_and_by_nobody_who_accepted(role: Role) -> None:
    one = link("甲", role=role)
    assert rules.opinion_of(one, "pass", "", "li", "甲", ["zhang"]) is Action.PASS
    for unit, who, action, words, why in (
        ("乙", "li", "pass", "", "other_unit"),
        ("甲", "zhang", "pass", "", "accepted_yourself"),
        ("甲", "li", "return", "", "why_missing"),
        ("甲", "li", "perhaps", "x", "no_action"),
    ):
        with pytest.raises(Refused, match=why):
            rules.opinion_of(one, action, words, who, unit, ["zhang"])
    with pytest.raises(Refused, match="ended_before"):
        rules.opinion_of(said("甲", role=role), "pass", "", "li", "甲", [])


def test_a_signature_comes_when_all_consent_and_the_next_stage_when_it_is_given() -> None:
    both = [said("甲"), said("乙")]
    assert (rules.to_sign(SIGNED, both), rules.next_stage(SIGNED, both)) == (0, None)
    assert rules.to_sign(SIGNED, [said("甲"), link("乙")]) is None
    assert rules.to_sign(SIGNED, [said("甲"), said("乙", Action.RETURN)]) is None
    waits = [*both, link("甲", role=Role.SIGN)]
    assert (rules.to_sign(SIGNED, waits), rules.next_stage(SIGNED, waits)) == (None, None)
    signed = [*both, said("甲", role=Role.SIGN)]
    assert (rules.to_sign(SIGNED, signed), rules.next_stage(SIGNED, signed)) == (None, 1)


def test_branches_run_at_the_same_time_so_a_case_is_due_with_the_last_of_them() -> None:
    late, soon = link("甲", due_at=AT + timedelta(days=3)), link("乙", due_at=AT + timedelta(days=1))
    assert rules.due_of_case([late, soon, link("丙", due_at=None)]) == late.due_at
    assert rules.due_of_case([said("甲"), soon]) == soon.due_at


def test_a_pause_moves_a_promise_by_its_working_days_and_never_forward() -> None:
    filed, promise = datetime(2026, 11, 23, 14), datetime(2026, 11, 26, 12)  # noqa: DTZ001 - the hall's own time
    assert rules.moved(promise, filed, [], WORK) == promise, "half a day is not lost"
    started = datetime(2026, 11, 24, 9)  # noqa: DTZ001
    pause = Special("p", "c", "other", "", "", "", "", "", started)
    assert rules.moved(promise, filed, [pause], WORK) is None
    over = msgspec.structs.replace(pause, ended_at=started + timedelta(days=3))
    later = rules.moved(promise, filed, [over], WORK)
    assert later is not None
    assert later > promise
