"""What a salvaged record says of its case and its paper, where the rows themselves are gone or are older than it."""

import uuid
from contextlib import suppress
from typing import Any

import msgspec

from contract.envelope import Envelope
from contract.messages import Body, CaseFiled, DocumentReported, RatingGiven, TicketReported

_SERIAL = slice(18, 24)  # of a case number: 区划 6, terminal 4, date 8, serial 6, check 1
_OPEN = "state IN ('prepared', 'sent')"


def apply(target: Any, record: Envelope) -> None:  # noqa: ANN401 - the driver ships no types
    """Make the rows say at least what the record says. A kind without rows of its own changes nothing."""
    with suppress(msgspec.ValidationError):
        match msgspec.json.decode(record.body, type=Body):
            case CaseFiled() as body:
                _case(target, body)
            case TicketReported() as body:
                _ticket(target, body)
            case DocumentReported() as body:
                _document(target, body)
            case RatingGiven() as body if not body.again:
                rated = "UPDATE cases SET rated_at = coalesce(rated_at, ?) WHERE case_id = ?"
                target.execute(rated, (body.at, body.case_id))
            case _:
                pass


def complete_papers(target: Any) -> None:  # noqa: ANN401 - as above
    """Every case has a ticket: one whose ticket is gone may have it in hand, so the next start calls it uncertain."""
    (terminal,) = target.execute("SELECT terminal FROM identity").fetchone() or ("",)
    lacking = "SELECT case_id, filed_at FROM cases WHERE case_id NOT IN (SELECT case_id FROM paper_journal "
    lacking += "WHERE voided_at IS NULL)"
    for case_id, filed_at in target.execute(lacking).fetchall():
        name = f"suiban/{terminal}/{case_id}/ticket-1"
        ticket = (str(uuid.uuid5(uuid.NAMESPACE_URL, name)), case_id, filed_at, filed_at)
        made = "INSERT OR IGNORE INTO paper_journal (print_id, case_id, state, evidence, reason, boot, prepared_at, "
        target.execute(made + "sent_at) VALUES (?, ?, 'sent', '', '', 0, ?, ?)", ticket)


def _case(target: Any, body: CaseFiled) -> None:  # noqa: ANN401 - as above
    columns = {str(row[1]) for row in target.execute("PRAGMA table_info(cases)")}
    said = {name: value for name, value in msgspec.to_builtins(body).items() if name in columns}
    row = {**said, "case_serial": int(body.case_number[_SERIAL])}
    names, places = ", ".join(row), ", ".join("?" * len(row))
    target.execute(f"INSERT OR IGNORE INTO cases ({names}) VALUES ({places})", tuple(row.values()))  # noqa: S608


def _ticket(target: Any, body: TicketReported) -> None:  # noqa: ANN401 - as above
    end = (body.outcome, body.evidence, body.reason, body.at)
    made = "INSERT OR IGNORE INTO paper_journal (print_id, case_id, state, evidence, reason, boot, prepared_at, "
    made += "finished_at) SELECT ?, case_id, ?, ?, ?, 0, ?, ? FROM cases WHERE case_id = ?"
    target.execute(made, (body.print_id, *end, body.at, body.case_id))
    closed = "UPDATE paper_journal SET state = ?, evidence = ?, reason = ?, finished_at = ? WHERE print_id = ? AND "
    closed += _OPEN
    target.execute(closed, (*end, body.print_id))


def _document(target: Any, body: DocumentReported) -> None:  # noqa: ANN401 - as above
    """One that is not there at all is not made: its paper is known at the centre by this very record."""
    ended = "UPDATE documents SET state = ?, evidence = ?, reason = ?, finished_at = ?, pages_out = ?, sha256 = ?, "
    ended += f"pages = ? WHERE document_id = ? AND {_OPEN}"
    end = (body.outcome, body.evidence, body.reason, body.at, body.pages_out, body.sha256, body.pages)
    target.execute(ended, (*end, body.document_id))
