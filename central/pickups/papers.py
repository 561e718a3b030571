"""Results that are printed at a terminal when they are fetched: a file staff put in, checked, sealed, given out as one.

What is printed has a serial and a code like any document given out here. One of it is valid at a time: whoever comes
back after a paper that did not come out gets a new serial and the one before is void; fetched, none is given out.
"""

import hashlib
import io
import zipfile
from typing import Final

import msgspec

from central import persons
from central.centre import Centre
from central.database import Transaction
from central.departments import store as documents
from central.departments.issuing import verify_url
from central.departments.store import CannotVoid, Issued
from central.pickups import rules, store
from central.pickups.rules import Kept, Malformed
from central.unseal import CannotOpen
from contract.catalogue import Text
from contract.questions import Answer, DocumentIssued, DocumentWanted, Refused

CONNECTOR: Final = "pickups"
PREFIX: Final = "QJ"
MOST_BYTES: Final = 400 * 1024
"""An answer to a terminal carries no more."""
_FORBIDDEN: Final = (b"/Encrypt", b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile")
"""What a paper that is only printed has no need of."""


def file_type_of(content: bytes) -> str:
    """`pdf` or `ofd`, by what is in it and never by its name. Raises Malformed."""
    if len(content) > MOST_BYTES:
        raise Malformed("pickups.file_large")
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]:
        if any(word in content for word in _FORBIDDEN):
            raise Malformed("pickups.file_active")
        return "pdf"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if "OFD.xml" in packed.namelist() and sum(one.file_size for one in packed.infolist()) < 50 * MOST_BYTES:
                return "ofd"
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        pass
    raise Malformed("pickups.file_type")


def sealed(centre: Centre, pickup_id: str, content: bytes) -> bytes:
    """To this centre's own keys."""
    return persons.seal(centre.keys, content, _context(pickup_id))


def issue(centre: Centre, terminal: str, asked: DocumentWanted) -> Answer:
    """The paper of a thing that lies ready, for its holder or whoever has its code."""
    now = centre.clock()
    with centre.database.writing() as connection:
        thing = store.find(connection, asked.args.get("pickup", ""))
        if thing is None or not thing.file_type or not _may(centre, thing, asked):
            return Refused("pickup_unknown")
        if thing.state in rules.OVER and documents.find_document(connection, asked.document_id) is None:
            return Refused("pickup_taken", person=True)
        try:
            content = persons.unseal(
                centre.keys, store.sealed_of(connection, thing.pickup_id), _context(thing.pickup_id)
            )
        except CannotOpen:
            return Refused("pickup_unknown", person=True)
        code = centre.blind.code("document", asked.document_id, 16)
        title = msgspec.json.decode(thing.title, type=Text)
        wanted = Issued(
            document_id=asked.document_id,
            serial="",
            lookup=centre.blind.lookup("document", code),
            digest=hashlib.sha256(content).hexdigest(),
            person=thing.person,
            masked_name=thing.masked_name,
            terminal=terminal,
            item="",
            connector=CONNECTOR,
            document=thing.pickup_id,
            title=msgspec.json.encode(title).decode(),
            facts="[]",
            issued_at=now,
            voids=_one_before(connection, thing, asked.document_id),
        )
        day = now.astimezone(centre.settings.zone).date().isoformat()
        try:
            issued = documents.issue(connection, wanted, PREFIX, day)
        except CannotVoid:
            return Refused("cannot_void", person=True)
    return DocumentIssued(
        issued.serial,
        code,
        verify_url(centre, code),
        issued.issued_at.astimezone(centre.settings.zone).isoformat(timespec="seconds"),
        "",
        file=content,
        file_type=thing.file_type,
        pages=thing.pages,
        copies_left=0,
    )


def _may(centre: Centre, thing: Kept, asked: DocumentWanted) -> bool:
    if asked.person.id_number:
        return centre.blind.person(asked.person.id_number) == thing.person
    return bool(asked.args.get("code")) and persons.plain_code(asked.args["code"]) == thing.code


def _one_before(connection: Transaction, thing: Kept, document_id: str) -> str:
    """The paper of this thing that is valid now, if there is one and it is another."""
    given = documents.documents_of(connection, thing.person)
    mine = (one for one in given if (one.connector, one.document) == (CONNECTOR, thing.pickup_id))
    return next((one.document_id for one in mine if not one.voided_by and one.document_id != document_id), "")


def _context(pickup_id: str) -> bytes:
    return f"suiban pickup 1|{pickup_id}".encode()
