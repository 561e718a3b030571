"""The chore between the hotline and complaints: orders come in once, every change goes back once, in order."""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog

from central import persons
from central.centre import Centre
from central.database import Transaction
from central.hotline import protocol, rules, store
from central.hotline.line import Hotline
from central.hotline.protocol import PassOn, Status, WorkOrder
from central.hotline.rules import Direction, Known
from central.hotline.store import Message
from central.intake import store as intake
from central.masking import masked_name
from central.signed_lines.line import Silent
from central.unseal import CannotOpen
from contract import envelope
from contract.envelope import Envelope, Lane, Sealed, content_hash, seal_context
from contract.messages import SCHEMA, ComplaintContent, ComplaintFiled, Matter

EVERY_SECONDS: Final = 20
SOURCE: Final = "12345"
"""Its name where a terminal's would stand."""
EPOCH: Final = 1
_CONTEXT: Final = b"hotline outbox"
_STATUS: Final = "status"
_PASS_ON: Final = "pass_on"  # noqa: S105 - a kind of message
_REFUSED: Final = "诉求类型或内容无法识别，请补充后重新派发"

log = structlog.get_logger()


def round_of(centre: Centre) -> None:
    """One round: fetch, notice what changed, tell. A hotline that is silent is asked again next time."""
    settings = centre.settings.hotline
    if not settings.url:
        return
    notice(centre)
    try:
        key = Path(settings.key_file).read_bytes().strip()
    except OSError as error:
        log.warning("hotline_key_unreadable", path=settings.key_file, error=error.strerror)
        return
    with Hotline(settings.url, key) as line:
        try:
            fetch(centre, line)
            notice(centre)
        except Silent as error:
            log.warning("hotline_silent", error=str(error))
        send(centre, line)


def fetch(centre: Centre, line: Hotline) -> None:
    """Take in what waits for us. Raises Silent."""
    came = False
    for order in line.pending().orders:
        try:
            came = _take(centre, order) or came
        except Exception as error:  # noqa: BLE001 - one order must stop neither the others nor what waits to be said
            log.warning("order_not_taken", order=order.order_number[: rules.NUMBER_AT_MOST], error=type(error).__name__)
    if came:
        centre.commit.wake()
        centre.live.changed()


def _take(centre: Centre, order: WorkOrder) -> bool:
    now = centre.clock()
    matter = rules.matter_of(order)
    with centre.database.writing() as connection:
        if matter is None or not rules.is_sound(order):
            _queue_status(connection, centre, order.order_number, protocol.RETURNED, _REFUSED, now)
            return False
        complaint_id = rules.complaint_id(order.order_number)
        known = Known(
            order_number=order.order_number,
            direction=Direction.IN,
            matter=matter.value,
            complaint_id=complaint_id,
            hall="",
            state="received",
            due_at=order.due_at or None,
            received_at=now,
            changed_at=now,
        )
        if store.add(connection, known):
            _file(connection, centre, order, matter, complaint_id, now)
        _queue_status(connection, centre, order.order_number, protocol.RECEIVED, "", now)
    return True


def _file(
    connection: Transaction, centre: Centre, order: WorkOrder, matter: Matter, complaint_id: str, now: datetime
) -> None:
    """Through the same door as every complaint: what was said and by whom is sealed to this centre's keys."""
    lane = (SOURCE, EPOCH, Lane.RATINGS.value)
    seq = intake.lock_marks(connection, [lane])[lane] + 1
    body = ComplaintFiled(
        complaint_id=complaint_id,
        number=order.order_number,
        code=centre.blind.code("hotline", order.order_number, 6),
        matter=matter,
        at=order.at,
        language="zh-Hans",
        item=order.item or None,
        case_number=order.case_number,
        named=bool(order.name),
        masked_contact=masked_name(order.name) if order.name else "",
    )
    content = msgspec.json.encode(ComplaintContent(order.text, order.name, order.contact))
    sealed = persons.seal(centre.fresh_keys(), content, seal_context(SOURCE, complaint_id))
    raw = envelope.encode(
        Envelope(
            terminal=SOURCE,
            epoch=EPOCH,
            lane=Lane.RATINGS,
            seq=seq,
            id=complaint_id,
            kind="complaint",
            schema=SCHEMA,
            made_at=now.astimezone(centre.settings.zone).isoformat(timespec="seconds"),
            body=msgspec.Raw(msgspec.json.encode(body)),
            sealed=msgspec.msgpack.decode(sealed, type=Sealed),
        )
    )
    row = {"id": complaint_id, "terminal": SOURCE, "epoch": EPOCH, "lane": Lane.RATINGS.value, "seq": seq}
    found = {"hash": content_hash(raw), "raw": raw, "received_at": now, "judged_at": None, "trouble": None}
    intake.add(connection, [row | found])
    intake.raise_marks(connection, {lane: seq})


def notice(centre: Centre) -> None:
    """Whatever changed here since the hotline was told is put into the outbox, in the transaction that notes it."""
    now = centre.clock()
    with centre.database.reading() as connection:
        changed = [one for one in store.stands(connection) if one.state != one.told]
    for one in changed:
        with centre.database.writing() as connection:
            status, before = (protocol.STATUS_OF.get(state, protocol.WORKING) for state in (one.state, one.told))
            words = one.answer if one.state in {"answered", "called_back", "closed"} else ""
            if store.told(connection, one, now) and status != before:
                said = store.said(connection, one.order_number)
                message_id = rules.status_id(one.order_number, status, said)
                _queue_status(connection, centre, one.order_number, status, words, now, message_id)


def _queue_status(
    connection: Transaction,
    centre: Centre,
    order_number: str,
    status: str,
    words: str,
    now: datetime,
    message_id: str = "",
) -> None:
    """Without an id of its own a status is said once, however often it is queued."""
    message_id = message_id or rules.status_id(order_number, status)
    said = Status(message_id, order_number, status, words, now.isoformat(timespec="seconds"))
    _queue(connection, centre, Message(message_id, order_number, _STATUS, msgspec.json.encode(said), 0), now)


def queue_pass_on(connection: Transaction, centre: Centre, order: PassOn, now: datetime) -> None:
    """Have a complaint passed on, once."""
    body = msgspec.json.encode(order)
    _queue(connection, centre, Message(order.message_id, order.our_number, _PASS_ON, body, 0), now)


def _queue(connection: Transaction, centre: Centre, message: Message, now: datetime) -> None:
    sealed = persons.seal(centre.fresh_keys(), message.body, _CONTEXT)
    store.queue(connection, msgspec.structs.replace(message, body=sealed), now)


def send(centre: Centre, line: Hotline) -> None:
    """Say what waits, one after another, and what comes next of each order; the first silence ends the round."""
    went = True
    while went:
        with centre.database.reading() as connection:
            waiting = store.due(connection, centre.clock())
        went = _went(centre, line, waiting)


def _went(centre: Centre, line: Hotline, waiting: list[Message]) -> bool:
    """Whether something was said, and nothing met silence."""
    went = False
    for message in waiting:
        now = centre.clock()
        try:
            body = persons.unseal(centre.fresh_keys(), message.body, _CONTEXT)
        except CannotOpen:
            continue  # another host of this centre holds the private keys and says it
        try:
            heard = _say(line, message, body)
        except Silent as error:
            with centre.database.writing() as connection:
                store.again(connection, message, rules.next_try(message.tries, now), str(error))
            log.warning("hotline_silent", error=str(error))
            return False
        with centre.database.writing() as connection:
            store.sent(connection, message, heard, now)
            if message.kind == _PASS_ON:
                store.named(connection, message.order_number, heard, "passed_on", now)
        went = True
    return went


def _say(line: Hotline, message: Message, body: bytes) -> str:
    if message.kind == _PASS_ON:
        return line.pass_on(msgspec.json.decode(body, type=PassOn)).order_number
    return line.tell(msgspec.json.decode(body, type=Status)).order_number
