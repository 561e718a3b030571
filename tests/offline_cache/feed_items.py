"""What a centre sends down, signed as it would be."""

from pathlib import Path

import msgspec

from contract.catalogue import Item
from contract.feed import FeedItem, FeedKind, signed_bytes
from contract.suites import INTL, PublicKey, SigningKey, suite

ITEM_TEXT = (Path(__file__).parents[2] / "kiosk" / "services" / "real-estate-transfer.toml").read_text(encoding="utf-8")
SLUG = "real-estate-transfer"
FAR = "2099-01-01T00:00:00+08:00"


class Signer:
    """One key of the centre."""

    def __init__(self, suite_id: str = INTL) -> None:
        self.key = SigningKey(suite_id, suite(suite_id).fresh_private())
        self.keys = {"centre-1": PublicKey(suite_id, self.key.public)}
        self.seq = 0

    def item(
        self,
        kind: FeedKind | str,
        key: str,
        body: bytes | msgspec.Struct,
        version: int = 1,
        *,
        audience: str = "*",
        seq: int | None = None,
    ) -> FeedItem:
        """The next item that goes down."""
        self.seq = seq if seq is not None else self.seq + 1
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        unsigned = FeedItem(
            self.seq,
            audience,
            str(kind),
            key,
            version,
            raw,
            "2026-11-22T10:00:00+08:00",
            self.key.suite,
            "centre-1",
            b"",
        )
        return msgspec.structs.replace(unsigned, signature=self.key.sign(signed_bytes(unsigned)))


def item_text(version: int, title: str = "二手房转移登记") -> bytes:
    """A service item of the embedded catalogue in another version."""
    lines = ITEM_TEXT.splitlines()
    lines = [f"version = {version}" if line.startswith("version") else line for line in lines]
    return "\n".join(lines).replace("二手房转移登记", title).encode()


def title_of(item: Item) -> str:
    """In Chinese."""
    return item.title["zh-Hans"]
