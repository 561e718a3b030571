import secrets

import msgspec
import pytest

from contract.envelope import Sealed, WrappedKey
from contract.questions import (
    Answer,
    Answering,
    Asking,
    DepartmentAsked,
    DraftKept,
    Person,
    Question,
    Refused,
    answer_context,
    question_context,
)
from contract.suites import GM, INTL, CannotUnseal, SealingKey, suite
from kiosk.journey import events as e
from kiosk.link import CarriedAnswer, CarryQuestion, NotCarried
from kiosk.visit.questions import Enquiries
from kiosk.visit.seal import Sealer

NAME, NUMBER = "司马廿三", "610117199001011234"
ASKED = DepartmentAsked("x", "social_security", "insured", Person(NAME, NUMBER))


def centre_opens(carried: CarryQuestion, key: SealingKey) -> Asking:
    used, context = suite(carried.sealed.suite), question_context("GL-01", carried.question_id)
    content_key = used.unwrap(key.private, carried.sealed.keys[0].wrapped, context)
    plain = used.decrypt(content_key, carried.sealed.nonce, carried.sealed.content, context)
    return msgspec.json.decode(plain, type=Asking)


def centre_answers(asking: Asking, question_id: str, answer: Answer) -> Sealed:
    used, context = suite(asking.suite), answer_context("GL-01", question_id)
    key, nonce = secrets.token_bytes(used.key_bytes), secrets.token_bytes(12)
    wrapped = (WrappedKey("reply", used.wrap(asking.reply_to, key, context)),)
    content = used.encrypt(key, nonce, msgspec.json.encode(Answering(answer)), context)
    return Sealed(used.id, wrapped, nonce, content)


def ask(enquiries: Enquiries, sealer: Sealer, question: Question = ASKED, request: str = "r1") -> CarryQuestion:
    carried = enquiries.ask(e.AskCentre(7, request, question, 9.0), sealer)
    assert isinstance(carried, CarryQuestion)
    return carried


@pytest.mark.parametrize("suite_id", [INTL, GM])
def test_only_the_centre_reads_the_question_and_only_the_visit_the_answer(suite_id: str) -> None:
    key, enquiries = SealingKey.fresh(suite_id), Enquiries(7)
    carried = ask(enquiries, Sealer("GL-01", suite_id, {"k1": key.public}))
    frame = msgspec.msgpack.encode(carried)
    assert NAME.encode() not in frame
    assert NUMBER.encode() not in frame
    with pytest.raises(CannotUnseal):
        centre_opens(carried, SealingKey.fresh(suite_id))
    asking = centre_opens(carried, key)
    assert asking.question == ASKED
    answer = Refused("name_differs", {"zh-Hans": NAME}, person=True)
    sealed = centre_answers(asking, carried.question_id, answer)
    assert NAME.encode() not in msgspec.msgpack.encode(sealed)
    assert enquiries.hear(CarriedAnswer(7, carried.question_id, sealed)) == e.Answered(7, "r1", answer)
    assert enquiries.hear(CarriedAnswer(7, carried.question_id, sealed)) is None


def test_an_answer_to_another_question_is_broken_and_never_shown() -> None:
    key, enquiries = SealingKey.fresh(), Enquiries(7)
    sealer = Sealer("GL-01", INTL, {"k1": key.public})
    first, second = ask(enquiries, sealer), ask(enquiries, sealer, request="r2")
    theirs = centre_answers(centre_opens(first, key), first.question_id, Refused("x"))
    assert enquiries.hear(CarriedAnswer(7, second.question_id, theirs)) == e.Unanswered(7, "r2", "broken")
    assert enquiries.hear(CarriedAnswer(7, first.question_id, theirs)) == e.Answered(7, "r1", Refused("x"))


def test_a_later_visit_hears_nothing_of_it() -> None:
    enquiries = Enquiries(7)
    carried = ask(enquiries, Sealer("GL-01", INTL, {"k1": SealingKey.fresh().public}))
    assert enquiries.hear(NotCarried(6, carried.question_id, "slow")) is None
    assert Enquiries(8).hear(NotCarried(8, carried.question_id, "slow")) is None
    assert enquiries.hear(NotCarried(7, carried.question_id, "slow")) == e.Unanswered(7, "r1", "slow")


def test_what_no_centre_would_take_is_not_sent() -> None:
    huge = DraftKept("d", "x", 1, bytes(300_000))
    effect = e.AskCentre(7, "r1", huge)
    sealer = Sealer("GL-01", INTL, {"k1": SealingKey.fresh().public})
    assert Enquiries(7).ask(effect, sealer) == e.Unanswered(7, "r1", "refused")
