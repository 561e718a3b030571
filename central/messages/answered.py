"""A text to whoever left a question and a mobile number: it is answered. The machine's look is written down first."""

from datetime import timedelta
from typing import Final

import msgspec
import structlog

from central.centre import Centre
from central.complaints import store as complaints
from central.complaints.rules import Complaint
from central.database import Transaction
from central.intake import store as intake
from central.messages import store
from central.messages.numbers import seal_number
from central.messages.rules import Purpose
from central.openings import store as openings
from central.openings.store import Opening
from central.unseal import CannotOpen, open_sealed
from contract import envelope
from contract.catalogue import is_mobile
from contract.envelope import seal_context
from contract.messages import ComplaintContent, Matter

EVERY_SECONDS: Final = 20.0
MACHINE: Final = "系统"
REASON: Final = "发送答复短信"
FRESH: Final = timedelta(days=1)
log = structlog.get_logger()


def round_of(centre: Centre) -> None:
    """Each answered question once, where a gateway is connected and contents open on this host."""
    if not centre.settings.messages.url or not centre.settings.opens_sealed:
        return
    now = centre.clock()
    with centre.database.reading() as connection:
        answered = [
            one
            for one in complaints.listed(connection, answered=True)
            if one.matter == Matter.CONSULTATION and one.masked_contact and one.answered_at is not None
        ]
        fresh = [one for one in answered if one.answered_at is not None and now - one.answered_at <= FRESH]
        looked = _looked(connection, [one.complaint_id for one in fresh])
    for one in fresh:
        if one.complaint_id not in looked:
            _tell(centre, one)


def _looked(connection: Transaction, ids: list[str]) -> set[str]:
    """Those of these that the machine has looked into."""
    return {look.of_id for look in openings.of(connection, openings.COMPLAINT, ids) if look.who == MACHINE}


def _tell(centre: Centre, one: Complaint) -> None:
    now = centre.clock()
    with centre.database.writing() as connection:
        complaints.hold(connection, one.complaint_id)
        if _looked(connection, [one.complaint_id]):
            return  # another round is at it
        openings.note(connection, Opening(openings.COMPLAINT, one.complaint_id, MACHINE, now, REASON))
    try:
        mobile = _mobile(centre, one)
    except CannotOpen as error:
        log.warning("answer_not_told", complaint=one.complaint_id, why=error.key)
        return
    if not is_mobile(mobile):
        return
    sealed = seal_number(centre.fresh_keys(), mobile)
    values = {"hall": centre.settings.hall, "number": one.number}
    with centre.database.writing() as connection:
        store.queue_message(connection, Purpose.ANSWERED, one.complaint_id, sealed, "answered", values, now)
    centre.caretaker.ring("messages")


def _mobile(centre: Centre, one: Complaint) -> str:
    with centre.database.reading() as connection:
        wrapped = envelope.decode(intake.raw_of(connection, one.envelope_id))
    if wrapped.sealed is None:
        raise CannotOpen("unreadable")
    content = open_sealed(centre.fresh_keys(), wrapped.sealed, seal_context(wrapped.terminal, wrapped.id))
    try:
        return "".join(msgspec.json.decode(content, type=ComplaintContent).contact.split())
    except (msgspec.DecodeError, ValueError):
        raise CannotOpen("unreadable") from None
