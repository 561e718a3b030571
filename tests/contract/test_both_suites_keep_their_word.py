"""Every suite signs, wraps and seals; a changed bit, another key or another context is always noticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import suites
from contract.suites import (
    GM,
    INTL,
    PRIVATE_BYTES,
    PUBLIC_BYTES,
    SIGNATURE_BYTES,
    SUITES,
    BadSignature,
    CannotUnseal,
    PublicKey,
    SealingKey,
    SigningKey,
    suite,
)

pytestmark = pytest.mark.parametrize("name", SUITES)
NONCE = b"n" * 12


def test_keys_have_the_length_that_is_known_without_loading(name: str) -> None:
    key, sealing = SigningKey.fresh(name), SealingKey.fresh(name)
    assert {len(key.private), len(sealing.private)} == {PRIVATE_BYTES[name]}
    assert {len(key.public), len(sealing.public)} == {PUBLIC_BYTES[name]}
    assert suites.suite_of_key(key.private) == name
    assert SigningKey.fresh(name).private != key.private


@settings(max_examples=20, deadline=None)
@given(message=st.binary(max_size=400), bit=st.integers(0, SIGNATURE_BYTES * 8 - 1))
def test_a_signature_holds_for_this_key_and_these_bytes_alone(name: str, message: bytes, bit: int) -> None:
    key = SigningKey.fresh(name)
    signature = key.sign(message)
    assert len(signature) == SIGNATURE_BYTES
    key.public_key.verify(message, signature)
    bent = bytearray(signature)
    bent[bit // 8] ^= 1 << bit % 8
    for other, text, value in (
        (key.public_key, message + b".", signature),
        (key.public_key, message, bytes(bent)),
        (SigningKey.fresh(name).public_key, message, signature),
    ):
        with pytest.raises(BadSignature):
            other.verify(text, value)


@pytest.mark.parametrize("value", [b"", b"\0" * 64, b"\xff" * 64, b"x" * 63, b"x" * 65])
def test_what_is_no_signature_is_a_bad_one(name: str, value: bytes) -> None:
    with pytest.raises(BadSignature):
        SigningKey.fresh(name).public_key.verify(b"message", value)


def test_a_suite_does_not_take_the_other_ones_signature(name: str) -> None:
    other = GM if name == INTL else INTL
    key = SigningKey.fresh(name)
    with pytest.raises(BadSignature):
        PublicKey(other, SigningKey.fresh(other).public).verify(b"message", key.sign(b"message"))


@settings(max_examples=20, deadline=None)
@given(content=st.binary(max_size=2000), context=st.binary(min_size=1, max_size=60), at=st.integers(0, 10_000))
def test_a_sealed_content_opens_only_whole_and_where_it_belongs(
    name: str, content: bytes, context: bytes, at: int
) -> None:
    used, holder = suite(name), SealingKey.fresh(name)
    key = bytes(range(used.key_bytes))
    wrapped = used.wrap(holder.public, key, context)
    assert used.unwrap(holder.private, wrapped, context) == key
    sealed = used.encrypt(key, NONCE, content, context)
    assert used.decrypt(key, NONCE, sealed, context) == content
    bent = bytearray(sealed)
    bent[at % len(bent)] ^= 1
    for box, bound in ((bytes(bent), context), (sealed, context + b"."), (b"", context)):
        with pytest.raises(CannotUnseal):
            used.decrypt(key, NONCE, box, bound)
    bent = bytearray(wrapped)
    bent[at % len(bent)] ^= 1
    for private, box, bound in (
        (holder.private, bytes(bent), context),
        (holder.private, wrapped, context + b"."),
        (SealingKey.fresh(name).private, wrapped, context),
        (holder.private, b"", context),
    ):
        with pytest.raises(CannotUnseal):
            used.unwrap(private, box, bound)


@pytest.mark.parametrize("size", [0, 31, 33, 63, 65, 95, 97])
def test_a_key_of_another_length_is_refused(name: str, size: int) -> None:
    if size != PUBLIC_BYTES[name]:
        with pytest.raises(ValueError, match=r".+"):
            suite(name).check_public(b"k" * size)
    with pytest.raises(ValueError, match="expected 32"):
        suites.suite_of_key(b"k" * size)


def test_digests_are_those_of_the_standards(name: str) -> None:
    known = {
        # FIPS 180-4 and GB/T 32905-2016 appendix A.1, both of "abc"
        INTL: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        GM: "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    }
    assert suite(name).digest(b"abc").hex() == known[name]


def test_another_name_is_one_clear_sentence(name: str) -> None:
    with pytest.raises(suites.UnknownSuite, match=f"suite '{name}x': expected one of INTL-1, GM-1"):
        suite(name + "x")


def test_a_key_is_not_in_what_an_object_shows_of_itself(name: str) -> None:
    for key in (SigningKey.fresh(name), SealingKey.fresh(name)):
        assert repr(key.private) not in repr(key)
