"""How both ends of such a line know each other: HMAC-SHA-256 over path, nonce and body, in two headers. Pure."""

import hashlib
import hmac
from typing import Final

SIGNATURE: Final = "X-Signature"
NONCE: Final = "X-Nonce"


def signature(key: bytes, path: str, nonce: str, body: bytes) -> str:
    """Of a request or an answer, in lower-case hex."""
    return hmac.new(key, f"{path}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


def is_signed(key: bytes, path: str, nonce: str, body: bytes, given: str) -> bool:
    """Whether whoever holds the key said this; `given` is whatever stood in a header."""
    return hmac.compare_digest(signature(key, path, nonce, body).encode(), given.encode())
