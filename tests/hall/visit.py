"""What a visit asks through its hall: sealed to the keys it was told, opened by it alone."""

import base64
import secrets
from collections.abc import Mapping

import msgspec

from contract.envelope import Sealed, WrappedKey
from contract.questions import (
    QUESTION_PATH,
    Answer,
    Answering,
    Asking,
    Question,
    QuestionAsked,
    QuestionReply,
    answer_context,
    question_context,
)
from contract.suites import INTL, SealingKey, suite
from tests.central.terminal_double import TerminalDouble, fresh_nonce
from tests.hall.hall_world import World, ask


def asked_at_hall(world: World, terminal: TerminalDouble, keys: Mapping[str, str], question: Question) -> Answer:
    """The answer to a question sealed to these keys (id -> raw public key, base64)."""
    used, mine, question_id = suite(INTL), SealingKey.fresh(INTL), fresh_nonce()
    plain = msgspec.json.encode(Asking(question, mine.public, INTL))
    context = question_context(terminal.id, question_id)
    key, nonce = secrets.token_bytes(used.key_bytes), secrets.token_bytes(12)
    wrapped = tuple(WrappedKey(name, used.wrap(base64.b64decode(raw), key, context)) for name, raw in keys.items())
    sealed = Sealed(INTL, wrapped, nonce, used.encrypt(key, nonce, plain, context))
    reply = ask(
        world.hall,
        terminal,
        QUESTION_PATH,
        QuestionAsked(terminal.id, fresh_nonce(), question_id, sealed),
        QuestionReply,
    )
    content = used.unwrap(mine.private, reply.sealed.keys[0].wrapped, answer_context(terminal.id, question_id))
    opened = used.decrypt(content, reply.sealed.nonce, reply.sealed.content, answer_context(terminal.id, question_id))
    return msgspec.json.decode(opened, type=Answering).answer
