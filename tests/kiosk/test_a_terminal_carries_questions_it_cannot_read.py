from dataclasses import dataclass, field
from typing import Any, cast

from contract.envelope import Sealed
from kiosk.link import CarriedAnswer, CarryQuestion, NotCarried
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.questions import QuestionDesk
from offline_cache.link.asker import Asker, Carried, Then

SEALED = Sealed("INTL-1", (), b"", b"question")
ANSWER = Sealed("INTL-1", (), b"", b"answer")


@dataclass
class Visit:
    """A visit's process as the desk sees it."""

    visit: int = 7
    heard: list[object] = field(default_factory=list)

    def send(self, message: object) -> None:
        self.heard.append(message)


@dataclass
class Line:
    """An asker that answers when the test says so."""

    asked: list[tuple[Carried, Then]] = field(default_factory=list)
    over_for: list[int] = field(default_factory=list)

    def ask(self, asked: Carried, then: Then) -> None:
        self.asked.append((asked, then))

    def over(self, visit: int) -> None:
        self.over_for.append(visit)


def desk(line: Line | None, inbox: Inbox) -> QuestionDesk:
    return QuestionDesk(inbox, cast("Asker | None", line))


def carry(to: QuestionDesk, process: Visit, visit: int = 7, seconds: float = 9.0) -> None:
    to.carry(cast("Any", process), CarryQuestion(visit, "q-1", SEALED, seconds))


def test_an_answer_reaches_its_visit_on_the_main_thread_only() -> None:
    inbox, line, process = Inbox(), Line(), Visit()
    carry(desk(line, inbox), process)
    line.asked[0][1](ANSWER)
    assert not process.heard
    inbox.run_all()
    assert process.heard == [CarriedAnswer(7, "q-1", ANSWER)]


def test_a_silence_is_told_with_its_reason() -> None:
    inbox, line, process = Inbox(), Line(), Visit()
    carry(desk(line, inbox), process)
    line.asked[0][1]("slow")
    inbox.run_all()
    assert process.heard == [NotCarried(7, "q-1", "slow")]


def test_nobody_asks_for_another_visit_and_nobody_hears_anothers_answer() -> None:
    inbox, line, process = Inbox(), Line(), Visit()
    at = desk(line, inbox)
    carry(at, process, visit=6)
    assert not line.asked
    carry(at, process)
    process.visit = 8
    line.asked[0][1](ANSWER)
    inbox.run_all()
    assert not process.heard


def test_a_visit_that_ends_lets_its_questions_go() -> None:
    line = Line()
    desk(line, Inbox()).visit_over(7)
    assert line.over_for == [7]


def test_nobody_waits_for_ever_or_not_at_all() -> None:
    line = Line()
    at = desk(line, Inbox())
    for seconds in (0.0, 9.0, 1e9):
        carry(at, Visit(), seconds=seconds)
    assert [asked.seconds for asked, _ in line.asked] == [1.0, 9.0, 22.0]


def test_without_a_line_it_is_offline_at_once() -> None:
    process = Visit()
    carry(desk(None, Inbox()), process)
    assert process.heard == [NotCarried(7, "q-1", "offline")]
