"""The line to another city's office. Whatever is not a signed answer to our own question is no answer."""

import secrets
from typing import Final, Self

import httpx
import msgspec

from central.cities import protocol
from central.cities.protocol import HandOver, HandScan, NameTransfer, Told

SECONDS: Final = 8.0


class Silent(Exception):
    """Nobody knows whether the office heard: it is said again with the same id. Nothing personal is in the message."""


class Office:
    """One office of another city. Use as a context manager: leaving it lets go of the line."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._client = httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def hand_over(self, case: HandOver) -> Told:
        """The case; the same id again is the same transfer. Raises Silent."""
        return self._ask("/transfers", case)

    def hand_scan(self, scan: HandScan) -> Told:
        """One of its papers. Raises Silent."""
        return self._ask("/scans", scan)

    def complete(self, transfer_id: str) -> Told:
        """All of it was sent. Raises Silent."""
        return self._ask("/complete", NameTransfer(transfer_id))

    def query(self, transfer_id: str) -> Told:
        """How it stands. Raises Silent."""
        return self._ask("/query", NameTransfer(transfer_id))

    def _ask(self, path: str, said: msgspec.Struct) -> Told:
        body, nonce = msgspec.json.encode(said), secrets.token_urlsafe(18)
        headers = {
            "Content-Type": "application/json",
            protocol.NONCE: nonce,
            protocol.SIGNATURE: protocol.signature(self._key, path, nonce, body),
        }
        try:
            answer = self._client.post(self._url + path, content=body, headers=headers)
        except httpx.HTTPError as error:
            message = f"office of another city, {path}: {type(error).__name__}; it is said again by itself"
            raise Silent(message) from None
        given = answer.headers.get(protocol.SIGNATURE, "")
        if not protocol.is_signed(self._key, path, nonce, answer.content, given):
            message = (
                f"office of another city, {path}: status {answer.status_code} without its signature; look at `[cities]`"
            )
            raise Silent(message)
        try:
            return msgspec.json.decode(answer.content, type=Told)
        except (msgspec.DecodeError, ValueError):
            message = f"office of another city, {path}: status {answer.status_code}, an answer that means nothing here"
            raise Silent(message) from None
