"""Reads a request and says what may be answered. Pure."""

import msgspec

from contract.questions import QUESTION_MAX_BYTES, Answer, Answering, QuestionAsked, Unavailable

MAX_BODY_BYTES = QUESTION_MAX_BYTES
ANSWER_MAX_BYTES = 640 * 1024
"""Of the plaintext: sealed and in base64 it still fits what a terminal reads as one reply."""

_encoder = msgspec.json.Encoder()


class Malformed(ValueError):
    """Not a question of this protocol; the message names the place and the expected value."""


def read_asked(body: bytes) -> QuestionAsked:
    """The request in a body. Raises Malformed."""
    try:
        asked = msgspec.json.decode(body, type=QuestionAsked)
    except ValueError as error:
        raise Malformed(str(error)) from None
    if not 1 <= len(asked.question_id) <= 64:
        raise Malformed("`$.question_id`: expected 1 to 64 characters")
    return asked


def encode_answer(answer: Answer) -> bytes:
    """The plaintext of an answer; one that no terminal could take is said not to be there."""
    plain = _encoder.encode(Answering(answer))
    return plain if len(plain) <= ANSWER_MAX_BYTES else _encoder.encode(Answering(Unavailable("wrong")))
