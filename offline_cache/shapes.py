"""One case in its shapes: draft, row, the body that travels, the answer to the visit. No query is made here."""

import uuid
from typing import Final

import msgspec

from contract import envelope
from contract.catalogue import ItemKind
from contract.envelope import Envelope, Lane, Sealed
from contract.messages import (
    ENVELOPE_MAX_BYTES,
    SCHEMA,
    Body,
    CaseFiled,
    DocumentReported,
    NumberTier,
    TicketReported,
)
from offline_cache.numbers.series import Issued
from offline_cache.records import CaseDraft, OutboxItem, PrintState, StoredCase, StoredDocument, StoreError, StoreFault
from offline_cache.tables import CaseRow, DocumentRow, PaperRow

_body = msgspec.json.Encoder()


def case_filed(draft: CaseDraft, issued: Issued, *, case_number: str, filed_at: str) -> CaseFiled:
    """A new case, as paper and staff need it; what is sealed stays out of it."""
    return CaseFiled(
        case_id=draft.case_id,
        case_number=case_number,
        item_kind=draft.item_kind,
        item=draft.item,
        item_version=draft.item_version,
        item_title=draft.item_title,
        implementation_code=draft.implementation_code,
        queue=draft.queue,
        number=issued.number,
        business_date=issued.business_date,
        filed_at=filed_at,
        masked_name=draft.masked_name,
        language=draft.language,
        promise_date=draft.promise_date,
        promise_certain=draft.promise_certain,
        tier=issued.tier,
        scans=draft.scans,
        missing=draft.filed.missing,
        missing_until=draft.missing_until,
        promised=draft.filed.promised,
        joint=draft.filed.joint,
        delivery=draft.filed.delivery,
        agent=draft.filed.agent,
        reach=draft.filed.reach,
        credit=draft.filed.credit,
        green=draft.filed.green,
        helped_by=draft.filed.helped_by,
        helped_checked=draft.filed.helped_checked,
        certificate=draft.filed.certificate,
        draft=draft.filed.draft,
        booking_id=draft.filed.booking_id,
        booked_for=draft.filed.booked_for,
    )


NEW_CASE: Final = """\
INSERT INTO cases (case_id, case_number, case_serial, item_kind, item, item_version, item_title, implementation_code,
  queue, number, business_date, filed_at, masked_name, language, promise_date, promise_certain, tier, green)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def case_values(case: CaseFiled, serial: int) -> tuple[str | int | None, ...]:
    """What goes into NEW_CASE."""
    return (
        case.case_id,
        case.case_number,
        serial,
        case.item_kind.value,
        case.item,
        case.item_version,
        case.item_title,
        case.implementation_code,
        case.queue,
        case.number,
        case.business_date,
        case.filed_at,
        case.masked_name,
        case.language,
        case.promise_date,
        case.promise_certain,
        case.tier.value,
        case.green,
    )


NEW_TICKET: Final = """\
INSERT INTO paper_journal (print_id, case_id, state, evidence, reason, boot, prepared_at)
VALUES (?, ?, 'prepared', '', '', ?, ?)"""


def print_id(case_id: str, terminal: str) -> str:
    """Of the first ticket of a case. It follows from the case's, so a repeat could not make another."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"suiban/{terminal}/{case_id}/ticket-1"))


def kept_case(case: CaseFiled, ticket: str) -> StoredCase:
    """What the visit and the printer are told of a new case; `ticket` is the id of its paper."""
    return StoredCase(
        case_id=case.case_id,
        case_number=case.case_number,
        number=case.number,
        queue=case.queue,
        business_date=case.business_date,
        filed_at=case.filed_at,
        print_id=ticket,
        print_state=PrintState.PREPARED,
        promise_date=case.promise_date,
        promise_certain=case.promise_certain,
        item_kind=case.item_kind,
        item=case.item,
        item_version=case.item_version,
        item_title=case.item_title,
        masked_name=case.masked_name,
        language=case.language,
        tier=case.tier,
        green=case.green,
    )


def lane_of(item_kind: str) -> Lane:
    """Numbers travel before everything else: the hall waits for them."""
    return Lane.NUMBERS if item_kind == ItemKind.NUMBER else Lane.CASES


def ticket_reported(ticket: PaperRow) -> TicketReported:
    """How a finished ticket ended."""
    return TicketReported(
        case_id=ticket.case_id,
        print_id=ticket.print_id,
        outcome=ticket.state,
        evidence=ticket.evidence,
        reason=ticket.reason,
        at=ticket.finished_at or "",
    )


def document_reported(row: DocumentRow, voids: str | None) -> DocumentReported:
    """How a finished document ended; `voids` is the serial it replaces."""
    return DocumentReported(
        case_id=row.case_id,
        document_id=row.document_id,
        serial=row.serial,
        code=row.code,
        template=row.template,
        copy=row.copy,
        pages=row.pages,
        pages_out=row.pages_out,
        sha256=row.sha256,
        outcome=row.state,
        evidence=row.evidence,
        reason=row.reason,
        at=row.finished_at or "",
        voids=voids,
    )


def stored_document(row: DocumentRow, case: StoredCase, voids: str | None) -> StoredDocument:
    """What the desk and the printer are told."""
    return StoredDocument(
        document_id=row.document_id,
        serial=row.serial,
        code=row.code,
        template=row.template,
        copy=row.copy,
        voids=voids,
        state=PrintState(row.state),
        pages=row.pages,
        pages_out=row.pages_out,
        case=case,
    )


def stored_case(row: CaseRow, ticket: PaperRow, *, repeat: bool = False) -> StoredCase:
    """What the visit and the printer are told."""
    return StoredCase(
        case_id=row.case_id,
        case_number=row.case_number,
        number=row.number,
        queue=row.queue,
        business_date=row.business_date,
        filed_at=row.filed_at,
        print_id=ticket.print_id,
        print_state=PrintState(ticket.state),
        promise_date=row.promise_date,
        promise_certain=row.promise_certain,
        item_kind=ItemKind(row.item_kind),
        item=row.item,
        item_version=row.item_version,
        item_title=row.item_title,
        masked_name=row.masked_name,
        language=row.language,
        tier=NumberTier(row.tier),
        green=row.green,
        repeat=repeat,
    )


def record(
    *,
    terminal: str,
    place: tuple[int, Lane, int],
    record_id: str,
    body: Body,
    made_at: str,
    sealed: Sealed | None,
    suite_id: str,
) -> OutboxItem:
    """A body in its envelope: canonical bytes and their hash, fixed from now on. Raises StoreError when too large."""
    kind = kind_of(body)
    epoch, lane, seq = place
    wrapped = Envelope(
        terminal=terminal,
        epoch=epoch,
        lane=lane,
        seq=seq,
        id=record_id,
        kind=kind,
        schema=SCHEMA,
        made_at=made_at,
        body=msgspec.Raw(_body.encode(body)),
        sealed=sealed,
        suite=suite_id,
    )
    raw = envelope.encode(wrapped)
    if len(raw) > ENVELOPE_MAX_BYTES:
        detail = (
            f"{kind} {record_id}: {len(raw)} bytes, {ENVELOPE_MAX_BYTES} at most travel; make what it holds shorter"
        )
        raise StoreError(StoreFault.TOO_LARGE, detail)
    return OutboxItem(epoch, lane, seq, record_id, envelope.content_hash(raw, suite_id), raw)


def kind_of(body: Body) -> str:
    """As an envelope names it."""
    return str(body.__struct_config__.tag)


def moved(item: OutboxItem, epoch: int, seq: int) -> OutboxItem:
    """The same record under the same id at another place. Raises ValueError for bytes that are no envelope."""
    again = msgspec.structs.replace(envelope.decode(item.raw), epoch=epoch, seq=seq)
    there = envelope.encode(again)
    return OutboxItem(epoch, item.lane, seq, item.id, envelope.content_hash(there, again.suite), there)
