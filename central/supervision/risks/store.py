"""What happened with each item since a moment."""

from datetime import UTC, datetime

from sqlalchemy import Connection, text

_COUNTS = {
    "complaints": "SELECT coalesce(item, '') AS item, count(*) AS n FROM complaints"
    " WHERE matter = 'complaint' AND received_at >= :since GROUP BY 1",
    "poor": "SELECT item, count(*) AS n FROM poor_ratings"
    " WHERE rated_at >= :since AND appeal_decided <> 'upheld' GROUP BY 1",
    "overdue": "SELECT c.item, count(*) AS n FROM supervision_cards s JOIN cases c ON c.case_id = s.subject_id"
    " WHERE s.rule = 'case_overdue' AND s.raised_at >= :since GROUP BY 1",
    "corrections": "SELECT c.item, count(*) AS n FROM case_corrections k JOIN cases c ON c.case_id = k.case_id"
    " WHERE k.at >= :since GROUP BY 1",
}


def happened(connection: Connection, since: datetime) -> dict[str, dict[str, int]]:
    """What -> item -> how often."""
    return {what: _by_item(connection, said, since) for what, said in _COUNTS.items()}


def cases(connection: Connection, since: datetime) -> dict[str, int]:
    """Item -> how many cases came in."""
    return _by_item(connection, "SELECT item, count(*) AS n FROM cases WHERE received_at >= :since GROUP BY 1", since)


def _by_item(connection: Connection, said: str, since: datetime) -> dict[str, int]:
    kept = since.astimezone(UTC).isoformat(timespec="microseconds")
    return {row.item: row.n for row in connection.execute(text(said), {"since": kept}) if row.item}
