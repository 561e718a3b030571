"""The line to the SMS gateway. Whatever is not a signed answer to our own question is no answer."""

import secrets
from typing import Final, Self

import httpx
import msgspec

from central.messages import protocol
from central.messages.protocol import NameMessage, SendText, Told

SECONDS: Final = 8.0


class Silent(Exception):
    """Nobody knows whether the gateway heard: it is said again with the same id. Nothing personal is in the message."""


class Gateway:
    """Use as a context manager: leaving it lets go of the line."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._client = httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, text: SendText) -> Told:
        """One text; the same id again is the same text. Raises Silent."""
        return self._ask("/messages", text, text.message_id)

    def query(self, message_id: str) -> Told:
        """Whether it arrived. Raises Silent."""
        return self._ask("/query", NameMessage(message_id), message_id)

    def _ask(self, path: str, said: msgspec.Struct, message_id: str) -> Told:
        body, nonce = msgspec.json.encode(said), secrets.token_urlsafe(18)
        headers = {
            "Content-Type": "application/json",
            protocol.NONCE: nonce,
            protocol.SIGNATURE: protocol.signature(self._key, path, nonce, body),
        }
        try:
            answer = self._client.post(self._url + path, content=body, headers=headers)
        except httpx.HTTPError as error:
            message = f"SMS gateway, {path}: {type(error).__name__}; it is said again by itself"
            raise Silent(message) from None
        given = answer.headers.get(protocol.SIGNATURE, "")
        if not protocol.is_signed(self._key, path, nonce, answer.content, given):
            message = f"SMS gateway, {path}: status {answer.status_code} without its signature; look at `[messages]`"
            raise Silent(message)
        try:
            told = msgspec.json.decode(answer.content, type=Told)
        except (msgspec.DecodeError, ValueError):
            told = None
        if told is None or told.message_id != message_id:
            message = f"SMS gateway, {path}: status {answer.status_code}, an answer that means nothing here"
            raise Silent(message)
        return told
