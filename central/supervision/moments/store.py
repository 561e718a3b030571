"""The moments of a case or a number, out of what was kept of it."""

from datetime import datetime, tzinfo

from sqlalchemy import Connection, text

from central.supervision.moments.rules import Moment


def of_case(connection: Connection, case_id: str, zone: tzinfo) -> list[Moment]:
    """Filed at a terminal, called to windows, begun and ended there; the oldest first."""
    said = text("SELECT terminal, filed_at FROM cases WHERE case_id = :case")
    found = [
        Moment("filed", row.terminal, datetime.fromisoformat(row.filed_at).astimezone(zone))
        for row in connection.execute(said, {"case": case_id})
    ]
    said = text(
        "SELECT t.called_at, t.began_at, t.ended_at, w.code FROM queue_turns t"
        " LEFT JOIN queue_windows w ON w.window_id = t.window_id WHERE t.case_id = :case"
    )
    for row in connection.execute(said, {"case": case_id}):
        for what, at in (("called", row.called_at), ("began", row.began_at), ("ended", row.ended_at)):
            if at:
                found.append(Moment(what, row.code or "–", datetime.fromisoformat(at).astimezone(zone)))
    return sorted(found, key=lambda one: one.at)
