"""请人帮我: a bell, a person, their words on the page, and no word of the citizen's in what they see."""

from dataclasses import replace

import pytest

from contract.questions import HelpAsked, HelpStands
from kiosk.journey import events as e
from kiosk.journey import help as help_line
from kiosk.journey.help import ASK_EVERY
from kiosk.journey.overlay import Overlay
from kiosk.journey.progress import Journey
from kiosk.journey.step import step
from tests.kiosk.services.random_citizens import Walk
from tests.screens.album import HOLDER, VISIT


def asked_of(effects: tuple[e.Effect, ...]) -> list[tuple[str, HelpAsked]]:
    """The questions about help, with their requests."""
    found = []
    for effect in effects:
        match effect:
            case e.AskCentre(_, request, HelpAsked() as question):
                found.append((request, question))
            case _:
                pass
    return found


def rung() -> tuple[Journey, str, HelpAsked]:
    """A citizen at a service who has just asked for help."""
    journey = Walk(1, "saying", "").journey
    journey, effects = step(journey, e.HelpOpened())
    ((request, question),) = asked_of(effects)
    return journey, request, question


def stands(question: HelpAsked, state: str, *said: str) -> HelpStands:
    """What the centre answers."""
    return HelpStands(question.help_id, state, "帮办员", said, "2026-11-22T15:30:00+08:00")


def test_the_bell_rings_and_is_asked_after_until_somebody_comes() -> None:
    journey, request, question = rung()
    assert journey.overlay is Overlay.HELP
    journey, _ = step(journey, e.Answered(VISIT, request, stands(question, "ringing")))
    early, effects = step(journey, e.Ticked(journey.now + ASK_EVERY / 2))
    assert asked_of(effects) == []
    journey, effects = step(early, e.Ticked(early.now + ASK_EVERY))
    ((request, again),) = asked_of(effects)
    assert again.help_id == question.help_id
    journey, _ = step(journey, e.Answered(VISIT, request, stands(question, "answered")))
    assert journey.help is not None
    assert journey.help.state == "answered"


def test_their_words_come_to_the_page_the_citizen_works_on() -> None:
    journey, request, question = rung()
    journey, _ = step(journey, e.Answered(VISIT, request, stands(question, "answered")))
    journey, _ = step(journey, e.OverlayClosed())
    journey, effects = step(journey, e.Ticked(journey.now + ASK_EVERY))
    ((request, _),) = asked_of(effects)
    journey, _ = step(journey, e.Answered(VISIT, request, stands(question, "answered", "请点“我要咨询”")))
    assert journey.overlay is Overlay.HELP
    assert journey.help is not None
    assert journey.help.said == ("请点“我要咨询”",)


def test_a_late_answer_to_an_earlier_look_changes_nothing() -> None:
    journey, request, question = rung()
    journey, _ = step(journey, e.Answered(VISIT, request, stands(question, "answered")))
    later, _ = step(journey, e.Ticked(journey.now + ASK_EVERY))
    late, _ = step(later, e.Answered(VISIT, request, stands(question, "ringing")))
    assert late == later


@pytest.mark.parametrize("how", ["solved", "unsolved"])
def test_its_end_is_told_once(how: str) -> None:
    journey, request, question = rung()
    journey, _ = step(journey, e.Answered(VISIT, request, stands(question, "answered")))
    journey, effects = step(journey, e.HelpEnded(how))
    assert [told.ended for _, told in asked_of(effects)] == [how]
    _, effects = step(journey, e.HelpEnded(how))
    assert asked_of(effects) == []


def test_whoever_leaves_stops_the_bell() -> None:
    journey, _, _ = rung()
    _, effects = step(replace(journey, overlay=Overlay.NONE), e.Left())
    assert [told.ended for _, told in asked_of(effects)] == ["left"]


def test_without_network_nothing_is_pretended() -> None:
    journey = replace(Walk(1, "saying", "").journey, link_up=False)
    journey, effects = step(journey, e.HelpOpened())
    assert effects == ()
    assert journey.help is None
    assert journey.overlay is Overlay.HELP


def typed_page() -> Journey:
    """Somebody who has typed a complaint with a mobile number."""
    journey = Walk(1, "saying", "").journey
    for event in (
        e.Chose("complaint"), e.Chose("service"), e.KeyPressed("窗口的人骂我"), e.Acted("go"), e.Chose("mobile"),
        e.KeyPressed("13912345678"), e.Acted("go"),
    ):  # fmt: skip
        journey, _ = step(journey, event)
    return replace(journey, holder=HOLDER)


def test_the_helper_sees_nothing_personal() -> None:
    journey = typed_page()
    assert journey.page is not None
    assert journey.page.name == "saying.check"
    seen = "\n".join(help_line.shown(journey))
    for secret in ("骂我", "13912345678", HOLDER.name, HOLDER.id_number):
        assert secret not in seen
    assert "请核对" in seen


def test_a_helper_who_were_shown_the_values_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a page's values let through turn the test above red."""
    monkeypatch.setattr(help_line, "_of_body", lambda body: [row.value for row in getattr(body, "rows", ())])
    assert "13912345678" in "\n".join(help_line.shown(typed_page()))
