"""寄递企业: where a parcel is. Asked by its waybill alone: it hears nothing of the case or its citizen (BJ-20)."""

import msgspec

from central.departments.connector import Connector, Named, Query, words

WAYBILL = r"[A-Z0-9]{8,30}"


class Move(msgspec.Struct, frozen=True):
    """One thing that happened to a parcel; `at` is ISO 8601 with offset."""

    at: Named
    what: Named
    place: Named


class Track(msgspec.Struct, frozen=True):
    """All of it, the oldest first."""

    waybill: Named
    delivered: bool
    moves: tuple[Move, ...]


COURIER = Connector(
    "courier",
    words("寄递企业", "Courier"),
    queries=(
        Query("track", words("邮件跟踪", "Tracking"), "寄送办理结果", 3, Track, {"waybill": WAYBILL}, ("waybill",)),
    ),
)
