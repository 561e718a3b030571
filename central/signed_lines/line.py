"""The centre's end of such a line. Whatever is not a signed answer to our own question is no answer."""

import secrets
from typing import Final, Self, TypeVar

import httpx
import msgspec

from central.signed_lines.protocol import NONCE, SIGNATURE, is_signed, signature

SECONDS: Final = 8.0
Answer = TypeVar("Answer")


class Silent(Exception):
    """Nobody knows whether the other end heard: it is said again with the same id. Nothing personal is in it."""


class SignedLine:
    """One other end. `name` is how a message calls it, `settings` where its address and key are set.

    From any thread; leaving it as a context manager lets go of the line.
    """

    def __init__(self, url: str, key: bytes, name: str, settings: str) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._name = name
        self._settings = settings
        self._client = httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let go of the line."""
        self._client.close()

    def ask(self, path: str, said: msgspec.Struct, kind: type[Answer]) -> Answer:
        """Say something and hear the answer to it. Raises Silent."""
        body, nonce = msgspec.json.encode(said), secrets.token_urlsafe(18)
        signed = {NONCE: nonce, SIGNATURE: signature(self._key, path, nonce, body)}
        headers = {"Content-Type": "application/json"} | signed
        try:
            answer = self._client.post(self._url + path, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise self.silent(path, f"{type(error).__name__}; it is said again by itself") from None
        if not is_signed(self._key, path, nonce, answer.content, answer.headers.get(SIGNATURE, "")):
            said_so = f"status {answer.status_code} without its signature; look at `[{self._settings}]`"
            raise self.silent(path, said_so)
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, ValueError):
            raise self.silent(path, f"status {answer.status_code}, an answer that means nothing here") from None

    def silent(self, path: str, why: str) -> Silent:
        """Why there is no answer, in one sentence."""
        return Silent(f"{self._name}, {path}: {why}")
