"""The line to the 12345 platform. Whatever is not a signed answer to our own question is no answer."""

import secrets
from typing import Final, Self, TypeVar

import httpx
import msgspec

from central.cities.protocol import NONCE, SIGNATURE, is_signed, signature
from central.hotline.protocol import AskPending, Heard, Orders, PassOn, Status

SECONDS: Final = 8.0
Answer = TypeVar("Answer", Orders, Heard)


class Silent(Exception):
    """Nobody knows whether the hotline heard: it is said again with the same id. Nothing personal is in the message."""


class Hotline:
    """Use as a context manager: leaving it lets go of the line."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._client = httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def pending(self) -> Orders:
        """Orders we have not said we received. Raises Silent."""
        return self._ask("/pending", AskPending(), Orders)

    def tell(self, status: Status) -> Heard:
        """How an order stands. Raises Silent."""
        return self._ask("/statuses", status, Heard)

    def pass_on(self, order: PassOn) -> Heard:
        """Something others must answer. Raises Silent."""
        return self._ask("/orders", order, Heard)

    def _ask(self, path: str, said: msgspec.Struct, kind: type[Answer]) -> Answer:
        body, nonce = msgspec.json.encode(said), secrets.token_urlsafe(18)
        headers = {"Content-Type": "application/json", NONCE: nonce, SIGNATURE: signature(self._key, path, nonce, body)}
        try:
            answer = self._client.post(self._url + path, content=body, headers=headers)
        except httpx.HTTPError as error:
            message = f"12345, {path}: {type(error).__name__}; it is said again by itself"
            raise Silent(message) from None
        if not is_signed(self._key, path, nonce, answer.content, answer.headers.get(SIGNATURE, "")):
            message = f"12345, {path}: status {answer.status_code} without its signature; look at `[hotline]`"
            raise Silent(message)
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, ValueError):
            message = f"12345, {path}: status {answer.status_code}, an answer that means nothing here"
            raise Silent(message) from None
