"""Cards in the database: raised once for each finding, changed only by what is written in their trail."""

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import insert, read
from central.supervision.rules import RULES, Card, Raised
from central.supervision.tables import cards, notices
from central.trail import store as trail
from central.trail.store import CARD, SYSTEM, Done

MOST = 500


class Notice(msgspec.Struct, frozen=True):
    """通报督办 to a unit. `cards` is JSON of card ids."""

    id: int
    notice_id: str
    unit: str
    cards: str
    words: str
    accountable: int
    mandate_id: str
    made_by: str
    made_at: datetime

    @property
    def number(self) -> str:
        """What the unit quotes."""
        return f"TB{self.made_at:%Y}-{self.id:04d}"

    @property
    def card_ids(self) -> list[str]:
        """The cards it is about."""
        return msgspec.json.decode(self.cards, type=list[str])


def raise_all(connection: Connection, raised: Iterable[Raised], now: datetime) -> list[str]:
    """Keep each finding once. Returns the ids of the new ones."""
    rows: list[dict[str, object]] = []
    for one in raised:
        rule = RULES[one.rule]
        row: dict[str, object] = {
            "card_id": one.card_id,
            "rule": one.rule,
            "level": rule.level.value,
            "subject": rule.subject.value,
        }
        row |= {"subject_id": one.subject_id, "stage": one.stage, "title": one.title, "unit": one.unit}
        row |= {"owner": one.owner, "evidence": msgspec.json.encode(one.evidence).decode()}
        rows.append(row | {"explained": "", "mandate_id": "", "cleared_note": "", "raised_at": now, "changed_at": now})
    known: set[str] = set()
    for start in range(0, len(rows), MOST):
        ids = [str(row["card_id"]) for row in rows[start : start + MOST]]
        known |= set(connection.execute(select(cards.c.card_id).where(cards.c.card_id.in_(ids))).scalars())
    new = []
    for row in rows:
        if row["card_id"] in known:
            continue
        added = insert(connection, cards).values(**row).on_conflict_do_nothing().returning(cards.c.card_id)
        if connection.execute(added).first() is not None:
            trail.add(connection, Done(CARD, str(row["card_id"]), "raised", SYSTEM, str(row["title"]), now))
            new.append(str(row["card_id"]))
    return new


def pass_by(connection: Connection, standing: Collection[str], note: str, now: datetime) -> int:
    """What the rules that pass no longer find is cleared by the system. Returns how many."""
    passing = [rule.key for rule in RULES.values() if rule.passes]
    found = select(cards.c.card_id).where(cards.c.cleared_at.is_(None), cards.c.rule.in_(passing))
    over = [card_id for card_id in connection.execute(found).scalars() if card_id not in standing]
    return sum(_clear(connection, card_id, SYSTEM, note, now, "passed") for card_id in over)


def find(connection: Connection, card_id: str) -> Card | None:
    """One by its id."""
    row = connection.execute(select(cards).where(cards.c.card_id == card_id)).mappings().first()
    return None if row is None else read(row, Card)


def listed(
    connection: Connection,
    *,
    unit: str = "",
    level: str = "",
    rule: str = "",
    state: str = "",
    since: datetime | None = None,
    most: int = MOST,
) -> list[Card]:
    """Those of these filters: what is open first, then the newest."""
    found = select(cards)
    for column, value in ((cards.c.unit, unit), (cards.c.level, level), (cards.c.rule, rule)):
        found = found.where(column == value) if value else found
    if state == "open":
        found = found.where(cards.c.cleared_at.is_(None))
    elif state == "cleared":
        found = found.where(cards.c.cleared_at.is_not(None))
    if since is not None:
        found = found.where(cards.c.raised_at >= since)
    found = found.order_by(cards.c.cleared_at.is_not(None), cards.c.level, cards.c.id.desc()).limit(most)
    return [read(row, Card) for row in connection.execute(found).mappings()]


def some(connection: Connection, ids: Collection[str]) -> list[Card]:
    """These, the oldest first."""
    found = select(cards).where(cards.c.card_id.in_(ids)).order_by(cards.c.id)
    return [read(row, Card) for row in connection.execute(found).mappings()]


def units(connection: Connection) -> list[str]:
    """Those cards were raised for."""
    return list(connection.execute(select(cards.c.unit).distinct().order_by(cards.c.unit)).scalars())


def explain(connection: Connection, card_id: str, who: str, words: str, now: datetime) -> bool:
    """The unit says what it was; the last word stands. False where it is cleared."""
    values = {"explained": words, "explained_by": who, "explained_at": now}
    return _change(connection, card_id, "explained", who, words, now, **values)


def urge(connection: Connection, card_id: str, who: str, words: str, now: datetime) -> bool:
    """催办. False where it is cleared."""
    return _change(connection, card_id, "urged", who, words, now, urged_at=now)


def supervise(connection: Connection, card_id: str, who: str, mandate_id: str, note: str, now: datetime) -> bool:
    """督办: a mandate follows. False where one does already or the card is cleared."""
    place = (cards.c.card_id == card_id) & (cards.c.mandate_id == "") & cards.c.cleared_at.is_(None)
    if not connection.execute(update(cards).where(place).values(mandate_id=mandate_id, changed_at=now)).rowcount:
        return False
    trail.add(connection, Done(CARD, card_id, "supervised", who, note, now))
    return True


def clear(connection: Connection, card_id: str, who: str, note: str, now: datetime) -> bool:
    """销号 by somebody else than who explained. False where it is cleared or that somebody."""
    return _clear(connection, card_id, who, note, now, "cleared")


def _clear(connection: Connection, card_id: str, who: str, note: str, now: datetime, what: str) -> bool:
    place = (cards.c.card_id == card_id) & cards.c.cleared_at.is_(None)
    if who != SYSTEM:
        place &= cards.c.explained_by.is_not(None) & (cards.c.explained_by != who)
    values = {"cleared_by": who, "cleared_at": now, "cleared_note": note, "changed_at": now}
    if not connection.execute(update(cards).where(place).values(**values)).rowcount:
        return False
    trail.add(connection, Done(CARD, card_id, what, who, note, now))
    return True


def _change(
    connection: Connection, card_id: str, what: str, who: str, note: str, now: datetime, **values: object
) -> bool:
    place = (cards.c.card_id == card_id) & cards.c.cleared_at.is_(None)
    if not connection.execute(update(cards).where(place).values(changed_at=now, **values)).rowcount:
        return False
    trail.add(connection, Done(CARD, card_id, what, who, note, now))
    return True


def give_notice(connection: Connection, row: dict[str, object]) -> None:
    """Keep a notice; its id is new."""
    connection.execute(notices.insert().values(**row))


def notice(connection: Connection, notice_id: str) -> Notice | None:
    """One by its id."""
    row = connection.execute(select(notices).where(notices.c.notice_id == notice_id)).mappings().first()
    return None if row is None else read(row, Notice)


def given(connection: Connection) -> list[Notice]:
    """The newest first."""
    found = select(notices).order_by(notices.c.id.desc()).limit(MOST)
    return [read(row, Notice) for row in connection.execute(found).mappings()]


def last_change(connection: Connection) -> datetime | None:
    """When a card last changed."""
    newest: datetime | None = connection.execute(select(func.max(cards.c.changed_at))).scalar_one()
    return newest
