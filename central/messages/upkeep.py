"""What is done by itself: texts are sent and asked about until each is delivered, failed or worthless."""

from pathlib import Path
from typing import Final

import msgspec
import structlog

from central.centre import Centre
from central.messages import rules, store
from central.messages.line import Gateway
from central.messages.numbers import open_number
from central.messages.protocol import SendText, Told
from central.messages.rules import Message, State
from central.messages.texts import templates
from central.signed_lines.line import Silent
from central.unseal import CannotOpen

EVERY_SECONDS: Final = 5.0
log = structlog.get_logger()


class _Unsendable(Exception):
    """It can never be sent; the message is a key of the pages' words."""


def round_of(centre: Centre) -> None:
    """One round. Without a gateway texts wait, in sight, until they are worthless; a silent one is left alone."""
    now = centre.clock()
    with centre.database.reading() as connection:
        waiting = store.due(connection, now)
    if not waiting:
        return
    open_now = [(message, sealed) for message, sealed in waiting if not _ended_by_time(centre, message)]
    key = _key(centre)
    if key is None:
        for message, _ in open_now:
            _fail(centre, message, "messages.no_gateway")
    else:
        with Gateway(centre.settings.messages.url, key) as gateway:
            _talk(centre, gateway, open_now)
    centre.live.changed()


def _talk(centre: Centre, gateway: Gateway, waiting: list[tuple[Message, bytes]]) -> None:
    for message, sealed in waiting:
        try:
            told = _said(centre, gateway, message, sealed)
        except Silent as error:
            log.warning("messages_gateway_silent", why=str(error))
            _fail(centre, message, "messages.silent")
            return
        except _Unsendable as error:
            with centre.database.writing() as connection:
                store.end(connection, message, State.FAILED, centre.clock(), str(error))
            continue
        with centre.database.writing() as connection:
            changed = store.hear(connection, message, told, centre.clock())
        if changed:
            log.info("message", id=message.message_id, purpose=message.purpose.value, receipt=told.receipt.value)


def _said(centre: Centre, gateway: Gateway, message: Message, sealed: bytes) -> Told:
    if message.state is State.SENT:
        return gateway.query(message.message_id)
    try:
        to = open_number(centre.fresh_keys(), sealed)
    except CannotOpen:
        raise _Unsendable("messages.not_opened") from None
    values = msgspec.json.decode(message.filled, type=dict[str, str])
    try:
        text = rules.text_of(templates()[message.template], values)
    except LookupError:
        raise _Unsendable("messages.no_template") from None
    until = message.until.isoformat(timespec="seconds") if message.until else ""
    return gateway.send(SendText(message.message_id, to, message.template, text, until))


def _ended_by_time(centre: Centre, message: Message) -> bool:
    state = rules.is_over(message, centre.clock())
    if state is None:
        return False
    with centre.database.writing() as connection:
        store.end(connection, message, state, centre.clock(), message.trouble)
    return True


def _fail(centre: Centre, message: Message, why: str) -> None:
    with centre.database.writing() as connection:
        store.fail(connection, message, why, centre.clock())


def _key(centre: Centre) -> bytes | None:
    settings = centre.settings.messages
    if not settings.url or not centre.settings.opens_sealed:
        return None
    try:
        return Path(settings.key_file).read_bytes().strip() or None
    except OSError as error:
        log.warning("messages_key_missing", path=settings.key_file, why=error.strerror)
        return None
