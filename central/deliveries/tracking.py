"""Asks the courier where parcels are: for a moment only, and never in the way of a case's progress."""

import asyncio
import secrets
from collections.abc import Collection

from central.centre import Centre
from central.deliveries import rules, store
from central.deliveries.rules import Delivery
from central.departments.known.courier import COURIER, Track
from central.departments.line import NotAnswered, Refusal, ToSay
from central.departments.rules import NameDiffers
from contract.questions import Person

PATIENCE_SECONDS = 2.5
"""A citizen waits no longer for a courier: then the last that is known is told, with its age."""
_CALL = COURIER.queries[0]


async def refresh(centre: Centre, case_ids: Collection[str]) -> None:
    """Ask about those that may have moved. A courier that is silent or speaks nonsense changes nothing."""
    due = await asyncio.to_thread(_due, centre, case_ids)
    if due:
        await asyncio.gather(*(_ask(centre, one) for one in due))


def _due(centre: Centre, case_ids: Collection[str]) -> list[Delivery]:
    with centre.database.reading() as connection:
        found = store.find(connection, case_ids).values()
    return [one for one in found if rules.is_due(one, centre.clock())]


async def _ask(centre: Centre, one: Delivery) -> None:
    parcel = Person(one.waybill, one.waybill, "waybill")
    said = ToSay(secrets.token_hex(16), "", _CALL.purpose, "", parcel, {"waybill": one.waybill})
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            track, _ = await centre.departments.ask(COURIER.name, _CALL.name, said, Track)
    except (NotAnswered, Refusal, NameDiffers, TimeoutError):
        return
    try:
        now = rules.tracked(one, track, centre.clock())
    except ValueError:
        centre.departments.disbelieve(COURIER.name, _CALL.name)
        return
    await asyncio.to_thread(_keep, centre, now)


def _keep(centre: Centre, one: Delivery) -> None:
    with centre.database.writing() as connection:
        store.tracked(connection, one)
