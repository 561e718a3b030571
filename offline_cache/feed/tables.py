"""The rows of what came down: versions in force, commands, what lies aside."""

from sqlalchemy.orm import Mapped, mapped_column

from offline_cache.tables import Row


class FeedRow(Row):
    __tablename__ = "feed"

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    seq: Mapped[int]
    body: Mapped[bytes]
    signed_at: Mapped[str]
    applied_at: Mapped[str]
    acted_at: Mapped[str | None] = mapped_column(default=None)


class AsideRow(Row):
    __tablename__ = "feed_aside"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]
    reason: Mapped[str]
    raw: Mapped[bytes]
    at: Mapped[str]
    settled_at: Mapped[str | None] = mapped_column(default=None)


class CommandRow(Row):
    __tablename__ = "commands"

    command_id: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str]
    reason: Mapped[bytes]
    by_whom: Mapped[str]
    expires_at: Mapped[str]
    received_at: Mapped[str]
    seq: Mapped[int]
    outcome: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    done_at: Mapped[str | None] = mapped_column(default=None)
