"""Sealing: recipients open it, nobody else, and a content cannot be moved to another case."""

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from contract.envelope import Sealed, seal_context
from contract.messages import CaseContent, Holder
from kiosk.seal import Sealer

HOLDER = Holder(
    "resident", "张三", "11010519491231002X", "女", "汉", "1949-12-31", "北京市", "分局", "2020-01-01", None
)
CONTENT = CaseContent(HOLDER, {"mobile": "13800138000"})
HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def open_with(private: X25519PrivateKey, key_id: str, sealed: Sealed, context: bytes) -> CaseContent:
    """What the centre does, written a second time from the contract alone."""
    wrapped = next(entry.wrapped for entry in sealed.keys if entry.key_id == key_id)
    key = HPKE.decrypt(wrapped, private, info=context)
    return msgspec.json.decode(AESGCM(key).decrypt(sealed.nonce, sealed.content, context), type=CaseContent)


def test_every_recipient_opens_it_and_no_other_key_does() -> None:
    centre, hall, thief = (X25519PrivateKey.generate() for _ in range(3))
    sealer = Sealer("GL-01", {name: key.public_key().public_bytes_raw() for name, key in (("c", centre), ("h", hall))})
    sealed = sealer.seal("case-1", CONTENT)
    context = seal_context("GL-01", "case-1")
    assert open_with(centre, "c", sealed, context) == CONTENT
    assert open_with(hall, "h", sealed, context) == CONTENT
    with pytest.raises(InvalidTag):
        open_with(thief, "c", sealed, context)


def test_a_seal_does_not_fit_another_case_or_terminal() -> None:
    centre = X25519PrivateKey.generate()
    sealed = Sealer("GL-01", {"c": centre.public_key().public_bytes_raw()}).seal("case-1", CONTENT)
    for context in (seal_context("GL-01", "case-2"), seal_context("GL-02", "case-1")):
        with pytest.raises((InvalidTag, ValueError)):
            open_with(centre, "c", sealed, context)


def test_nothing_personal_is_left_in_the_sealed_bytes() -> None:
    centre = X25519PrivateKey.generate()
    sealed = Sealer("GL-01", {"c": centre.public_key().public_bytes_raw()}).seal("case-1", CONTENT)
    raw = msgspec.json.encode(sealed)
    for canary in ("张三", "11010519491231002X", "13800138000"):
        assert canary.encode() not in raw
        assert canary.encode() not in sealed.content


def test_the_same_content_never_looks_the_same() -> None:
    centre = X25519PrivateKey.generate()
    sealer = Sealer("GL-01", {"c": centre.public_key().public_bytes_raw()})
    assert sealer.seal("case-1", CONTENT).content != sealer.seal("case-1", CONTENT).content
