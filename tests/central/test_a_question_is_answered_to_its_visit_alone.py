import asyncio
import secrets

import msgspec
import pytest

from central.questions import desk
from central.questions.desk import AT_ONCE_OF_ONE, Busy, QuestionDesk
from central.questions.rules import ANSWER_MAX_BYTES, encode_answer
from contract.envelope import Sealed, WrappedKey
from contract.questions import (
    QUESTION_PATH,
    Answer,
    Answering,
    Asking,
    DepartmentAsked,
    DocumentIssued,
    Person,
    Question,
    QuestionAsked,
    QuestionReply,
    Refused,
    SlotsAsked,
    SlotsFound,
    Unavailable,
    answer_context,
    question_context,
)
from contract.suites import GM, INTL, CannotUnseal, SealingKey, SigningKey, suite
from tests.central import terminal_double
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import TerminalDouble, fresh_nonce

CANARY = "张三四五六"
ASKED = DepartmentAsked("x", "social_security", "insured", Person(CANARY, "610117199001011234"))


def asking(question: Question, key: SealingKey) -> bytes:
    return msgspec.json.encode(Asking(question, key.public, key.suite))


def seal(running: Running, terminal: str, question_id: str, plain: bytes) -> Sealed:
    name, version = next(iter(running.centre.keys.sealing.items()))
    used, context = suite(version.suite), question_context(terminal, question_id)
    key, nonce = secrets.token_bytes(used.key_bytes), secrets.token_bytes(12)
    public = used.sealing_public(version.private)
    wrapped = (WrappedKey(name, used.wrap(public, key, context)),)
    return Sealed(used.id, wrapped, nonce, used.encrypt(key, nonce, plain, context))


def post(running: Running, terminal: TerminalDouble, asked: QuestionAsked) -> terminal_double.Answer:
    body = msgspec.json.encode(asked)
    return running.post(QUESTION_PATH, body, terminal.signed(AUTHORITY, QUESTION_PATH, body, asked.nonce))


def unsealed(reply: QuestionReply, terminal: str, key: SealingKey) -> Answer:
    used, context = suite(reply.sealed.suite), answer_context(terminal, reply.question_id)
    content_key = used.unwrap(key.private, reply.sealed.keys[0].wrapped, context)
    plain = used.decrypt(content_key, reply.sealed.nonce, reply.sealed.content, context)
    return msgspec.json.decode(plain, type=Answering).answer


def ask(running: Running, terminal: TerminalDouble, question: Question, question_id: str = "q-1") -> Answer:
    key = SealingKey.fresh(terminal.key.suite)
    sealed = seal(running, terminal.id, question_id, asking(question, key))
    answer = post(running, terminal, QuestionAsked(terminal.id, fresh_nonce(), question_id, sealed))
    assert answer.status == 200, answer.body
    reply = msgspec.json.decode(answer.body, type=QuestionReply)
    with pytest.raises((CannotUnseal, ValueError)):
        unsealed(reply, terminal.id, SealingKey.fresh(terminal.key.suite))
    with pytest.raises((CannotUnseal, ValueError)):
        unsealed(msgspec.structs.replace(reply, question_id="q-2"), terminal.id, key)
    return unsealed(reply, terminal.id, key)


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Question]]:
    """A domain that answers one kind of question, and what it was asked."""
    heard: list[tuple[str, Question]] = []

    async def answer(_: object, terminal: str, question: Question) -> Answer:
        heard.append((terminal, question))
        return SlotsFound((), {"zh-Hans": "大厅"})

    monkeypatch.setattr(desk, "ANSWERS", {SlotsAsked: answer})
    return heard


@pytest.mark.parametrize("suite_id", [INTL, GM])
def test_a_question_goes_to_its_domain_and_back_to_its_visit(
    embedded: Running, suite_id: str, slots: list[tuple[str, Question]]
) -> None:
    terminal = embedded.enter(TerminalDouble(key=SigningKey.fresh(suite_id)))
    question = SlotsAsked("real-estate-transfer", "2027-01-04")
    assert ask(embedded, terminal, question) == SlotsFound((), {"zh-Hans": "大厅"})
    assert slots == [(terminal.id, question)]


def test_what_nobody_answers_is_refused_and_not_silent(embedded: Running, slots: list[tuple[str, Question]]) -> None:
    assert ask(embedded, embedded.enter(TerminalDouble()), ASKED) == Refused("unknown")
    assert not slots


@pytest.mark.parametrize("error", ["other_id", "other_terminal", "nonsense", "no_key"])
def test_what_does_not_open_is_refused_with_a_sentence(embedded: Running, error: str) -> None:
    terminal = embedded.enter(TerminalDouble())
    key = SealingKey.fresh(terminal.key.suite)
    plain = asking(SlotsAsked("x", "2027-01-04"), key) if error != "nonsense" else b'{"question":{"kind":"Dance"}}'
    if error == "no_key":
        plain = msgspec.json.encode(Asking(SlotsAsked("x", "2027-01-04"), b"short", "INTL-1"))
    sealed = seal(embedded, "GL-99" if error == "other_terminal" else terminal.id, "q-1", plain)
    asked = QuestionAsked(terminal.id, fresh_nonce(), "q-2" if error == "other_id" else "q-1", sealed)
    answer = post(embedded, terminal, asked)
    assert answer.status == 422
    assert "`$.sealed`" in answer.json()["message"]


def test_a_terminal_asks_for_itself_only(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    sealed = seal(embedded, "GL-02", "q-1", b"")
    assert post(embedded, terminal, QuestionAsked("GL-02", fresh_nonce(), "q-1", sealed)).status == 401


def test_a_stranger_hears_nothing(embedded: Running, slots: list[tuple[str, Question]]) -> None:
    stranger = TerminalDouble(id="GL-77")
    sealed = seal(embedded, stranger.id, "q-1", asking(SlotsAsked("x", "2027-01-04"), SealingKey.fresh()))
    assert post(embedded, stranger, QuestionAsked(stranger.id, fresh_nonce(), "q-1", sealed)).status == 401
    assert not slots


def test_a_bug_in_a_domain_is_said_without_a_word_of_the_person(
    embedded: Running,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def stumble(_: object, __: str, question: DepartmentAsked) -> Answer:
        raise ValueError(question.person.name)

    monkeypatch.setattr(desk, "ANSWERS", {DepartmentAsked: stumble})
    terminal = embedded.enter(TerminalDouble())
    assert ask(embedded, terminal, ASKED) == Unavailable("wrong")
    said = "".join(capfd.readouterr()) + repr([vars(record) for record in caplog.records])
    assert "question_failed" in said
    assert CANARY not in said
    assert CANARY.encode("unicode_escape").decode() not in said


def test_a_domain_that_never_ends_is_given_up(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(*_: object) -> Answer:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(desk, "ANSWERS", {DepartmentAsked: sleep})
    monkeypatch.setattr(desk, "LONGEST_SECONDS", 0.05)
    assert ask(embedded, embedded.enter(TerminalDouble()), ASKED) == Unavailable("slow")


def test_one_terminal_cannot_take_all_of_the_centre(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LONGEST_SECONDS", 0.2)

    async def sleep(*_: object) -> Answer:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(desk, "ANSWERS", {DepartmentAsked: sleep})

    async def crowd() -> list[object]:
        work = QuestionDesk()
        many = [work.answer(embedded.centre, "GL-01", ASKED) for _ in range(AT_ONCE_OF_ONE + 1)]
        other = work.answer(embedded.centre, "GL-02", ASKED)
        found = await asyncio.gather(*many, other, return_exceptions=True)
        again = await work.answer(embedded.centre, "GL-01", ASKED)
        return [*found, again]

    *own, refused, other, again = asyncio.run(crowd())
    assert own == [Unavailable("slow")] * AT_ONCE_OF_ONE
    assert isinstance(refused, Busy)
    assert other == again == Unavailable("slow")


def test_an_answer_no_terminal_can_take_is_not_sent() -> None:
    issued = DocumentIssued("S", "C", "", "", "t", file=bytes(ANSWER_MAX_BYTES))
    assert msgspec.json.decode(encode_answer(issued), type=Answering).answer == Unavailable("wrong")
