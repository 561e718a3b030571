"""Writes documents: one for each id, with a serial and a code anybody can check; a reprint voids the one before."""

import asyncio
import hashlib
from datetime import datetime, time

import msgspec

from central.centre import Centre
from central.database import Transaction
from central.departments import store
from central.departments.asking import No, ask, called, made
from central.departments.connector import Document, Written
from central.departments.store import CannotVoid, Issued
from central.masking import masked_name
from contract.questions import Answer, DocumentIssued, DocumentWanted, Refused


async def write(centre: Centre, terminal: str, question: DocumentWanted) -> Answer:
    """A document with serial and verification code; the same id is the same document, a reprint voids the old one."""
    connector, call = called(question.connector, question.document, Document)
    data, asked = await ask(centre, terminal, question, call, connector, question.document_id)
    written = made(centre, connector, call, lambda: call.write(data, asked))
    issued, code, left = await asyncio.to_thread(_issue, centre, terminal, question, call, written)
    return DocumentIssued(
        issued.serial,
        code,
        verify_url(centre, code),
        issued.issued_at.astimezone(centre.settings.zone).isoformat(timespec="seconds"),
        written.template,
        msgspec.to_builtins(written.paper) if written.paper is not None else {},
        written.file,
        written.file_type,
        written.pages,
        left,
    )


def verify_url(centre: Centre, code: str) -> str:
    """Where anybody checks a document; empty where this centre has no public name."""
    base = centre.settings.public_url
    return f"{base}/verify/{code}" if base else ""


def _issue(
    centre: Centre, terminal: str, question: DocumentWanted, call: Document, written: Written
) -> tuple[Issued, str, int | None]:
    """On a thread. Raises No."""
    code = centre.blind.code("document", question.document_id, 16)
    content = msgspec.json.encode([written.template, written.paper, written.file], order="sorted")
    now = centre.clock()
    wanted = Issued(
        document_id=question.document_id,
        serial=written.number,
        lookup=centre.blind.lookup("document", code),
        digest=hashlib.sha256(content).hexdigest(),
        person=centre.blind.person(question.person.id_number),
        masked_name=masked_name(question.person.name),
        terminal=terminal,
        item=question.item,
        connector=question.connector,
        document=question.document,
        title=msgspec.json.encode(written.title).decode(),
        facts=msgspec.json.encode(written.facts).decode(),
        issued_at=now,
        voids=question.voids,
    )
    try:
        with centre.database.writing() as connection:
            left = _left(connection, centre, call, wanted)
            issued = store.issue(
                connection, wanted, call.prefix, now.astimezone(centre.settings.zone).date().isoformat()
            )
    except CannotVoid:
        raise No(Refused("cannot_void", person=True)) from None
    same = (issued.person, issued.connector, issued.document, issued.digest, issued.voids)
    if same != (wanted.person, wanted.connector, wanted.document, wanted.digest, wanted.voids):
        raise No(Refused("document_changed", person=True))
    return issued, code, left


def _left(connection: Transaction, centre: Centre, call: Document, wanted: Issued) -> int | None:
    """How many more of it there may be today after this one; None where nobody counts. Raises No."""
    if not call.most:
        return None
    midnight = datetime.combine(centre.today(), time(), centre.settings.zone)
    left = call.most - store.valid_since(connection, wanted, midnight) - 1
    if left < 0 and store.find_document(connection, wanted.document_id) is None:
        raise No(Refused("copies_used"))
    return max(0, left)
