"""Sealing: recipients open it, nobody else, and a content cannot be moved to another case. Under both suites."""

import msgspec
import pytest

from contract.envelope import Sealed, seal_context
from contract.messages import CaseContent, Holder
from contract.suites import SUITES, CannotUnseal, SealingKey, suite
from kiosk.visit.seal import Sealer

HOLDER = Holder(
    "resident", "张三", "11010519491231002X", "女", "汉", "1949-12-31", "北京市", "分局", "2020-01-01", None
)
CONTENT = CaseContent(HOLDER, {"mobile": "13800138000"})

pytestmark = pytest.mark.parametrize("name", SUITES)


def open_with(private: SealingKey, key_id: str, sealed: Sealed, context: bytes) -> CaseContent:
    """What the centre does, written a second time from the contract alone."""
    used = suite(sealed.suite)
    wrapped = next(entry.wrapped for entry in sealed.keys if entry.key_id == key_id)
    key = used.unwrap(private.private, wrapped, context)
    return msgspec.json.decode(used.decrypt(key, sealed.nonce, sealed.content, context), type=CaseContent)


def test_every_recipient_opens_it_and_no_other_key_does(name: str) -> None:
    centre, hall, thief = (SealingKey.fresh(name) for _ in range(3))
    sealed = Sealer("GL-01", name, {"c": centre.public, "h": hall.public}).seal("case-1", CONTENT)
    context = seal_context("GL-01", "case-1")
    assert sealed.suite == name
    assert open_with(centre, "c", sealed, context) == CONTENT
    assert open_with(hall, "h", sealed, context) == CONTENT
    with pytest.raises(CannotUnseal):
        open_with(thief, "c", sealed, context)


def test_a_seal_does_not_fit_another_case_or_terminal(name: str) -> None:
    centre = SealingKey.fresh(name)
    sealed = Sealer("GL-01", name, {"c": centre.public}).seal("case-1", CONTENT)
    for context in (seal_context("GL-01", "case-2"), seal_context("GL-02", "case-1")):
        with pytest.raises(CannotUnseal):
            open_with(centre, "c", sealed, context)


def test_nothing_personal_is_left_in_the_sealed_bytes(name: str) -> None:
    sealed = Sealer("GL-01", name, {"c": SealingKey.fresh(name).public}).seal("case-1", CONTENT)
    raw = msgspec.json.encode(sealed)
    for canary in ("张三", "11010519491231002X", "13800138000"):
        assert canary.encode() not in raw
        assert canary.encode() not in sealed.content


def test_the_same_content_never_looks_the_same(name: str) -> None:
    sealer = Sealer("GL-01", name, {"c": SealingKey.fresh(name).public})
    assert sealer.seal("case-1", CONTENT).content != sealer.seal("case-1", CONTENT).content
