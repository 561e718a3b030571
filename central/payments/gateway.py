"""The line to the payment gateway. Whatever is not a signed answer to our own question is no answer."""

import secrets
from datetime import datetime
from typing import Protocol, TypeVar

import httpx
import msgspec

from central.payments import protocol
from central.payments.protocol import NameOrder, NameSpan, OpenOrder, RefundOrder, Statement, Told

SECONDS = 8.0
Form = TypeVar("Form")


class Silent(Exception):
    """Nobody knows whether the gateway heard: ask again. The message names the call and what was seen."""


class Gateway(Protocol):
    """What the desk asks of a gateway. Everything raises Silent."""

    def open(self, asked: OpenOrder) -> Told:
        """Open an order; the same id again is the same order."""

    def query(self, order_id: str) -> Told:
        """How it stands."""

    def close(self, order_id: str) -> Told:
        """Nobody can pay it any more."""

    def refund(self, order_id: str, amount_fen: int) -> Told:
        """Give all of it back, once."""

    def statement(self, since: datetime, until: datetime) -> Statement:
        """Everything paid from `since` on and before `until`."""

    def end(self) -> None:
        """Let go of the line."""


class HttpGateway:
    """One merchant at one gateway. From any thread."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._client = httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False)

    def open(self, asked: OpenOrder) -> Told:
        """As `Gateway`."""
        return self._ask("/orders", asked, Told)

    def query(self, order_id: str) -> Told:
        """As `Gateway`."""
        return self._ask("/query", NameOrder(order_id), Told)

    def close(self, order_id: str) -> Told:
        """As `Gateway`."""
        return self._ask("/close", NameOrder(order_id), Told)

    def refund(self, order_id: str, amount_fen: int) -> Told:
        """As `Gateway`."""
        return self._ask("/refund", RefundOrder(order_id, amount_fen), Told)

    def statement(self, since: datetime, until: datetime) -> Statement:
        """As `Gateway`."""
        return self._ask("/statement", NameSpan(since.isoformat(), until.isoformat()), Statement)

    def end(self) -> None:
        """Let go of the line."""
        self._client.close()

    def _ask(self, path: str, said: msgspec.Struct, form: type[Form]) -> Form:
        body, nonce = msgspec.json.encode(said), secrets.token_urlsafe(18)
        headers = {
            "Content-Type": "application/json",
            protocol.NONCE: nonce,
            protocol.SIGNATURE: protocol.signature(self._key, path, nonce, body),
        }
        try:
            answer = self._client.post(self._url + path, content=body, headers=headers)
        except httpx.HTTPError as error:
            message = f"payment gateway, {path}: {type(error).__name__}; it is asked again by itself"
            raise Silent(message) from None
        given = answer.headers.get(protocol.SIGNATURE, "")
        if not protocol.is_signed(self._key, path, nonce, answer.content, given):
            message = f"payment gateway, {path}: status {answer.status_code} without its signature; look at url and key"
            raise Silent(message)
        try:
            return msgspec.json.decode(answer.content, type=form)
        except (msgspec.DecodeError, ValueError):
            message = f"payment gateway, {path}: status {answer.status_code}, an answer that means nothing here"
            raise Silent(message) from None
