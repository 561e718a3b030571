"""Opens a question and seals its answer. Nothing of either is ever in an error or a log."""

import secrets

import msgspec

from central.keys import Keys
from central.unseal import CannotOpen, open_sealed
from contract.envelope import Sealed, WrappedKey
from contract.questions import Asking, QuestionAsked, answer_context, question_context
from contract.suites import NONCE_BYTES, UnknownSuite, suite

REPLY_KEY = "reply"

_decoder = msgspec.json.Decoder(Asking)


class UnknownQuestion(Exception):
    """It opened, and asks for something this centre does not know: a newer terminal than the centre."""


def open_question(keys: Keys, asked: QuestionAsked) -> Asking:
    """What is asked. Raises CannotOpen and UnknownQuestion."""
    plain = open_sealed(keys, asked.sealed, question_context(asked.terminal, asked.question_id))
    try:
        return _decoder.decode(plain)
    except ValueError:
        raise UnknownQuestion from None


def seal_answer(asking: Asking, asked: QuestionAsked, plain: bytes) -> Sealed:
    """Only the visit that asked can open it. Raises CannotOpen for a key that is none."""
    context = answer_context(asked.terminal, asked.question_id)
    try:
        used = suite(asking.suite)
        key, nonce = secrets.token_bytes(used.key_bytes), secrets.token_bytes(NONCE_BYTES)
        wrapped = used.wrap(asking.reply_to, key, context)
    except (UnknownSuite, ValueError):
        raise CannotOpen("reply_key") from None
    return Sealed(used.id, (WrappedKey(REPLY_KEY, wrapped),), nonce, used.encrypt(key, nonce, plain, context))
