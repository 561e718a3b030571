"""Has something done by a department: written down first, done once, and asked for again until its outcome is known."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from central import persons
from central.centre import Centre
from central.database import Transaction
from central.departments import store
from central.departments.asking import No, ask, called, check_args, made, need_person
from central.departments.connector import CHOICE, Act
from central.departments.declarations import store as declarations
from central.departments.rules import NAME_DIFFERS
from central.departments.store import ActState
from central.payments import store as orders
from central.unseal import CannotOpen
from contract.questions import Answer, DepartmentActed, DepartmentToldToAct, Refused

AGAIN_AFTER: Final = timedelta(seconds=60)
"""An act of which nothing was heard for so long is asked for again by the centre itself."""

LOOK_EVERY_SECONDS: Final = 20.0

log = structlog.get_logger()


async def act(centre: Centre, terminal: str, question: DepartmentToldToAct) -> Answer:
    """Have it done: written down first, done once, known or asked for again."""
    connector, call = called(question.connector, question.act, Act)
    check_args(call, question.args)
    need_person(question.person)
    begun = await asyncio.to_thread(_begin, centre, terminal, question, call)
    if begun.state is ActState.REFUSED:
        raise No(Refused(begun.reference, person=begun.reference == NAME_DIFFERS))
    try:
        data, asked = await ask(centre, terminal, question, call, connector, question.act_id)
        done = made(centre, connector, call, lambda: call.done(data, asked))
    except No as no:
        if isinstance(no.answer, Refused):
            await _settle(centre, question, ActState.REFUSED, no.answer.reason)
        raise
    await _settle(centre, question, ActState.DONE, done.reference)
    return DepartmentActed(done.reference, done.sections, done.ready_on, done.endorsement)


async def look_after(centre: Centre) -> None:
    """Do so every so often, until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        try:
            await ask_again(centre)
        except Exception as error:  # noqa: BLE001 - the next look may go well; a message may be personal
            log.warning("acts_not_looked_after", error=type(error).__name__)


async def ask_again(centre: Centre) -> None:
    """Find out what came of acts nobody knows anything of: whoever paid gets the act or, once it is refused, the
    money.
    """
    before = centre.clock() - AGAIN_AFTER
    for found in await asyncio.to_thread(_open_acts, centre, before):
        try:
            plain = persons.unseal(centre.keys, found.sealed or b"", _act_context(found.act_id))
            question = msgspec.msgpack.decode(plain, type=DepartmentToldToAct)
            await act(centre, found.terminal, question)
        except No as no:
            log.info("act_asked_again", connector=found.connector, act=found.act, outcome=type(no.answer).__name__)
        except (CannotOpen, msgspec.DecodeError):
            log.warning("act_not_opened", connector=found.connector, act=found.act)


def _begin(centre: Centre, terminal: str, question: DepartmentToldToAct, call: Act) -> store.Act:
    """On a thread. Raises No."""
    plain = msgspec.msgpack.encode(question)
    person = centre.blind.person(question.person.id_number)
    what = msgspec.json.encode([person, question.connector, question.act, sorted(question.args.items())])
    new = store.Act(
        act_id=question.act_id,
        fingerprint=hashlib.sha256(what).hexdigest(),
        person=person,
        terminal=terminal,
        item=question.item,
        connector=question.connector,
        act=question.act,
        order_id=question.order_id,
        state=ActState.ASKED,
        reference="",
        asked_at=centre.clock(),
        sealed=persons.seal(centre.keys, plain, _act_context(question.act_id)),
    )
    with centre.database.writing() as connection:
        found = store.begin_act(connection, new)
        declarations.keep(connection, centre, question, terminal)
        if found is None or (found.fingerprint, found.order_id) != (new.fingerprint, new.order_id):
            raise No(Refused("not_allowed"))
        if call.pays and found.state is ActState.ASKED and not _is_paid(connection, centre, question):
            raise No(Refused("not_paid"))  # and nothing of it is kept
    return found


def _is_paid(connection: Transaction, centre: Centre, question: DepartmentToldToAct) -> bool:
    """Whether the order is paid for just this; from then on its money pays for nothing else and cannot go back."""
    order = orders.find(connection, question.order_id)
    if order is None or (order.item, order.bill) != (question.item, question.args.get(CHOICE) or question.act):
        return False
    return orders.claim(connection, question.order_id, question.act_id, centre.clock())


async def _settle(centre: Centre, question: DepartmentToldToAct, state: ActState, reference: str) -> None:
    def keep() -> None:
        now = centre.clock()
        with centre.database.writing() as connection:
            store.settle_act(connection, question.act_id, state, reference, now)
            if question.order_id and state is ActState.DONE:
                orders.given(connection, question.order_id, question.act_id, now)
            elif question.order_id:
                orders.release(connection, question.order_id, question.act_id, now)

    await asyncio.to_thread(keep)


def _open_acts(centre: Centre, before: datetime) -> list[store.Act]:
    with centre.database.reading() as connection:
        return store.open_acts(connection, before)


def _act_context(act_id: str) -> bytes:
    return f"suiban act 1|{act_id}".encode()
