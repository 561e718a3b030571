"""The suite GM-1 (国密): SM2 and SM3 of GmSSL, SM4 of OpenSSL; see `contract.suites`."""

import gmssl_pyx as gm
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from contract.suites import GM, SIGNATURE_BYTES, TAG_BYTES, BadSignature, CannotUnseal

_SCALAR = 32
_POINT = 64


class National:
    """See Suite. A holder's wrapped key carries the SM3 of what it is bound to: SM2 itself binds nothing."""

    id = GM
    digest_name = "sm3"
    signature_name = "sm2-sm3"
    key_bytes = 16

    def digest(self, content: bytes) -> bytes:
        return bytes(gm.sm3_hash(content))

    def fresh_private(self) -> bytes:
        public, private = gm.sm2_key_generate()
        return bytes(private + public)

    def fresh_sealing(self) -> bytes:
        return self.fresh_private()

    def signing_public(self, private: bytes) -> bytes:
        _need(len(private) == _SCALAR + _POINT, f"{_SCALAR + _POINT} bytes", private)
        self.check_public(private[_SCALAR:])
        return private[_SCALAR:]

    def sealing_public(self, private: bytes) -> bytes:
        return self.signing_public(private)

    def check_public(self, public: bytes) -> None:
        _need(len(public) == _POINT, f"{_POINT} bytes", public)
        gm.normalize_sm2_public_key(public)

    def sign(self, private: bytes, message: bytes) -> bytes:
        r, s = decode_dss_signature(gm.sm2_sign(private[:_SCALAR], private[_SCALAR:], message))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        if len(signature) != SIGNATURE_BYTES:
            raise BadSignature
        r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
        try:
            good = gm.sm2_verify(public, message, encode_dss_signature(r, s))
        except (gm.GmsslInnerError, ValueError):
            good = False
        if not good:
            raise BadSignature

    def wrap(self, public: bytes, key: bytes, context: bytes) -> bytes:
        return bytes(gm.sm2_encrypt(public, key + self.digest(context)))

    def unwrap(self, private: bytes, wrapped: bytes, context: bytes) -> bytes:
        try:
            opened = bytes(gm.sm2_decrypt(private[:_SCALAR], wrapped))
        except (gm.GmsslInnerError, ValueError):
            raise CannotUnseal from None
        key, bound = opened[: self.key_bytes], opened[self.key_bytes :]
        if bound != self.digest(context):
            raise CannotUnseal
        return key

    def encrypt(self, key: bytes, nonce: bytes, content: bytes, context: bytes) -> bytes:
        sealing = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(context)
        return sealing.update(content) + sealing.finalize() + sealing.tag

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        try:
            opening = Cipher(SM4(key), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
            opening.authenticate_additional_data(context)
            return opening.update(sealed[:-TAG_BYTES]) + opening.finalize()
        except (InvalidTag, ValueError):
            raise CannotUnseal from None


def _need(holds: object, expected: str, found: bytes) -> None:
    if not holds:
        raise ValueError(f"an SM2 key: {expected} expected, {len(found)} found")
