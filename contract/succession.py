"""How one signing key of the centre hands on to the next: statements in order, each signed by a key before it. Pure.

Whoever knows any key of the line can follow it to the one in force, however long it was away and whoever carries the
statements.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from contract.suites import BadSignature, PublicKey, SigningKey, UnknownSuite

SUCCESSION_PATH = "/v1/succession"
"""`GET`, signed by nobody: the statements speak for themselves. The answer is a `Succession`."""


class Says(StrEnum):
    """What a statement says of its key."""

    SUCCEEDS = "succeeds"
    """Believe it from now on as you believe me."""
    RETIRED = "retired"
    """Believe it no more."""


class Statement(msgspec.Struct, frozen=True):
    """`key` is a raw public key of `suite`; `by` the id of the key that signed, `at` ISO 8601."""

    says: str
    id: str
    suite: str
    key: bytes
    by: str
    at: str
    signature: bytes = b""


class Succession(msgspec.Struct, frozen=True):
    """Every statement there ever was, the oldest first."""

    statements: tuple[Statement, ...]


def signed_bytes(statement: Statement) -> bytes:
    """What is signed: everything but the signature."""
    head = (statement.says, statement.id, statement.suite, statement.by, statement.at)
    return b"suiban/succession/1\n" + "\n".join(head).encode() + b"\n\n" + statement.key


def stated(says: Says, about: tuple[str, PublicKey], by: tuple[str, SigningKey], at: str) -> Statement:
    """A signed statement about a key; both keys with their ids."""
    unsigned = Statement(says.value, about[0], about[1].suite, about[1].raw, by[0], at)
    return msgspec.structs.replace(unsigned, signature=by[1].sign(signed_bytes(unsigned)))


def followed(
    enrolled: Mapping[str, PublicKey], statements: Iterable[Statement]
) -> tuple[dict[str, PublicKey], tuple[Statement, ...]]:
    """The keys to believe for who was told `enrolled`, and those of the statements that changed anything, in order.

    A key that was retired never comes back, and none retires the one it came after: whoever steals an old key cannot
    take the place of the newer.
    """
    known = dict(enrolled)
    before: dict[str, frozenset[str]] = {}
    retired: set[str] = set()
    counted = []
    for one in statements:
        if one.by not in known or not _is_signed(one, known[one.by]):
            continue
        elders = before.get(one.by, frozenset()) | {one.by}
        if one.says == Says.SUCCEEDS and one.id not in known and one.id not in retired:
            known[one.id] = PublicKey(one.suite, one.key)
            before[one.id] = elders
        elif one.says == Says.RETIRED and one.id in known and one.id != one.by and not _descends(one, before):
            del known[one.id]
            retired.add(one.id)
        else:
            continue
        counted.append(one)
    return known, tuple(counted)


def _descends(one: Statement, before: Mapping[str, frozenset[str]]) -> bool:
    return one.by in before.get(one.id, frozenset())


def _is_signed(one: Statement, key: PublicKey) -> bool:
    try:
        key.verify(signed_bytes(one), one.signature)
    except (BadSignature, UnknownSuite, ValueError):
        return False
    return True
