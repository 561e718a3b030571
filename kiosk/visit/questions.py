"""Questions of this visit to the centre: sealed before they leave, opened when their answers are back.

Each question has a key pair of its own for its answer; both are gone with the answer, or with this process.
"""

import uuid
from typing import Final

import msgspec

from contract.questions import QUESTION_MAX_BYTES, Answering, Asking, answer_context, question_context
from contract.suites import CannotUnseal, SealingKey, UnknownSuite, suite
from kiosk.journey import events as e
from kiosk.link import CarriedAnswer, CarryQuestion, NotCarried
from kiosk.visit.seal import Sealer

MOST_BYTES: Final = QUESTION_MAX_BYTES * 11 // 20
"""Of a plaintext: sealed, and in base64 in a signed request, it is still within the centre's limit."""

_content = msgspec.json.Encoder()
_answering = msgspec.json.Decoder(Answering)


class Enquiries:
    """What this visit has asked and not yet heard of."""

    def __init__(self, visit: int) -> None:
        self._visit = visit
        self._open: dict[str, tuple[str, str, SealingKey]] = {}
        """Question id -> (request of the journey, terminal, key that opens the answer)."""

    def ask(self, effect: e.AskCentre, sealer: Sealer) -> CarryQuestion | e.Unanswered:
        """What the terminal is to carry; or why not."""
        key = SealingKey.fresh(sealer.suite_id)
        plain = _content.encode(Asking(effect.question, key.public, key.suite))
        if len(plain) > MOST_BYTES:
            return e.Unanswered(self._visit, effect.request, "refused")
        question_id = uuid.uuid4().hex
        sealed = sealer.seal_bytes(plain, question_context(sealer.terminal, question_id))
        self._open[question_id] = (effect.request, sealer.terminal, key)
        return CarryQuestion(self._visit, question_id, sealed, effect.seconds)

    def hear(self, message: CarriedAnswer | NotCarried) -> e.Answered | e.Unanswered | None:
        """What came of it; None where nobody waits for it any more."""
        if message.visit != self._visit or message.question_id not in self._open:
            return None
        request, terminal, key = self._open.pop(message.question_id)
        if isinstance(message, NotCarried):
            return e.Unanswered(self._visit, request, message.why)
        try:
            answer = _opened(message, terminal, key)
        except (CannotUnseal, UnknownSuite, ValueError):
            return e.Unanswered(self._visit, request, "broken")
        return e.Answered(self._visit, request, answer.answer)


def _opened(message: CarriedAnswer, terminal: str, key: SealingKey) -> Answering:
    sealed, context = message.sealed, answer_context(terminal, message.question_id)
    if sealed.suite != key.suite or len(sealed.keys) != 1:
        raise CannotUnseal
    used = suite(key.suite)
    content_key = used.unwrap(key.private, sealed.keys[0].wrapped, context)
    return _answering.decode(used.decrypt(content_key, sealed.nonce, sealed.content, context))
