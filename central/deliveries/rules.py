"""A result on its way by post: what staff enter, when the courier is asked again, what its citizen reads. Pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from central.departments.known.courier import WAYBILL, Move, Track
from contract.deliveries import Movement, Posted

ASK_AGAIN = timedelta(minutes=5)
"""The courier is not asked more often about one parcel."""
LENGTHS: Mapping[str, int] = {
    "waybill": 50, "sender_unit": 100, "sender": 30, "receiver_unit": 100, "indicator": 20, "criterion": 200,
    "grade": 20, "outcome": 100,
}  # fmt: skip
"""物流单号, 寄送单位, 寄送人, 接收单位, 评估指标 and so on: characters at most (GB/T 39046-2020 table 15)."""


class Delivery(msgspec.Struct, frozen=True):
    """One result, one parcel. `receiver` is masked: name and address in full are sealed with the case. `moves` is JSON
    of what the courier said last, the oldest first.
    """

    case_id: str
    case_number: str
    waybill: str
    sender_unit: str
    sent_on: str
    sender: str
    receiver_unit: str
    receiver: str
    received_on: str
    indicator: str
    criterion: str
    assessed_at: str
    grade: str
    outcome: str
    free: bool
    by_whom: str
    at: datetime
    moves: str = "[]"
    tracked_at: datetime | None = None
    delivered: bool = False


class Malformed(ValueError):
    """What staff typed; the message is a key of the pages' words."""


def read(form: Mapping[str, str], case: tuple[str, str, str], *, free: bool, who: str, now: datetime) -> Delivery:
    """What a form means for (case id, number, masked name). Raises Malformed."""
    said = {name: " ".join(form.get(name, "").split()) for name in LENGTHS}
    said["waybill"] = said["waybill"].upper().replace(" ", "").replace("-", "")
    if not re.fullmatch(WAYBILL, said["waybill"]):
        raise Malformed("deliveries.waybill_wrong")
    if any(len(said[name]) > most for name, most in LENGTHS.items()):
        raise Malformed("deliveries.too_long")
    if not said["sender_unit"] or not said["sender"]:
        raise Malformed("deliveries.sender_missing")
    sent_on, received_on = _day(form.get("sent_on", ""), needed=True), _day(form.get("received_on", ""), needed=False)
    if received_on and received_on < sent_on:
        raise Malformed("deliveries.day_wrong")
    case_id, number, receiver = case
    assessed = now.isoformat(timespec="seconds") if said["grade"] or said["outcome"] else ""
    return Delivery(
        case_id=case_id,
        case_number=number,
        receiver=receiver,
        assessed_at=assessed,
        free=free,
        by_whom=who,
        at=now,
        delivered=bool(received_on),
        waybill=said["waybill"],
        sender_unit=said["sender_unit"],
        sent_on=sent_on,
        sender=said["sender"],
        receiver_unit=said["receiver_unit"],
        received_on=received_on,
        indicator=said["indicator"],
        criterion=said["criterion"],
        grade=said["grade"],
        outcome=said["outcome"],
    )


def _day(text: str, *, needed: bool) -> str:
    if not text and not needed:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Malformed("deliveries.day_wrong") from None


def is_due(one: Delivery, now: datetime) -> bool:
    """Whether the courier is asked now: it may have moved, and was not asked a moment ago."""
    return not one.delivered and (one.tracked_at is None or now - one.tracked_at >= ASK_AGAIN)


def tracked(one: Delivery, track: Track, now: datetime) -> Delivery:
    """What the courier said. Raises ValueError where it speaks of another parcel or of times that are none."""
    if track.waybill != one.waybill:
        raise ValueError("another parcel")
    days = [datetime.fromisoformat(move.at) for move in track.moves]
    if any(day.tzinfo is None for day in days) or days != sorted(days):
        raise ValueError("times out of order")
    received = days[-1].date().isoformat() if track.delivered and days else one.received_on
    moves = msgspec.json.encode(track.moves).decode()
    return msgspec.structs.replace(
        one, moves=moves, tracked_at=now, delivered=one.delivered or track.delivered, received_on=received
    )


def posted(one: Delivery, now: datetime, zone: tzinfo) -> Posted:
    """As its citizen reads it. What the courier has not said again for a while is told with its age."""
    moves = msgspec.json.decode(one.moves, type=tuple[Move, ...])
    as_of = one.tracked_at.astimezone(zone).isoformat(timespec="minutes") if one.tracked_at else ""
    return Posted(
        waybill=one.waybill,
        sender=one.sender_unit,
        sent_on=one.sent_on,
        free=one.free,
        moves=tuple(Movement(move.at, {"zh-Hans": move.what}, move.place) for move in reversed(moves)),
        as_of=as_of,
        stale=not one.delivered and (one.tracked_at is None or now - one.tracked_at >= ASK_AGAIN),
        delivered=one.delivered,
    )
