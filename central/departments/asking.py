"""One call to a department: what is said is checked, what comes back believed or not, and the share noted (BJ-33)."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from central.centre import Centre
from central.departments import store
from central.departments.connector import Act, Asked, Call, Connector
from central.departments.every import CONNECTORS
from central.departments.line import NotAnswered, Refusal, ToSay
from central.departments.rules import NAME_DIFFERS, NameDiffers
from contract.questions import DepartmentAsked, DepartmentToldToAct, DocumentWanted, Person, Refused, Unavailable

CONSENT: Final = "本人现场同意"
"""The basis of every share of data here: the person, identified by a card, agreed on the screen to this purpose."""

Made = TypeVar("Made", bound=Call)
Value = TypeVar("Value")
Wanted = DepartmentAsked | DepartmentToldToAct | DocumentWanted


class No(Exception):
    """Nothing was done, and what the visit hears instead."""

    def __init__(self, answer: Refused | Unavailable) -> None:
        super().__init__(type(answer).__name__)
        self.answer = answer


def called(connector: str, name: str, kind: type[Made]) -> tuple[Connector, Made]:
    found = CONNECTORS.get(connector)
    call = next((one for one in found.calls if isinstance(one, kind) and one.name == name), None) if found else None
    if found is None or call is None:
        raise No(Refused("unknown"))
    return found, call


async def ask(
    centre: Centre,
    terminal: str,
    question: Wanted,
    call: Call,
    connector: Connector,
    request_id: str,
) -> tuple[Any, Asked]:
    """The data of a call, believed. Raises No."""
    check_args(call, question.args)
    need_person(question.person)
    declared = question.declared if isinstance(question, DepartmentToldToAct) else None
    said = ToSay(request_id, question.item, call.purpose, CONSENT, question.person, question.args, declared)
    outcome = "ok"
    try:
        done = isinstance(call, Act)
        data, as_of = await centre.departments.ask(connector.name, call.name, said, call.reply, done=done)
    except Refusal as refusal:
        outcome = "refused"
        raise No(Refused(refusal.reason, person=refusal.reason == NAME_DIFFERS)) from None
    except NameDiffers:
        outcome = NAME_DIFFERS
        raise No(Refused(NAME_DIFFERS, person=True)) from None
    except NotAnswered as silence:
        outcome = silence.why.value
        raise No(_unavailable(centre, silence)) from None
    finally:
        await asyncio.to_thread(_note, centre, terminal, question, call, outcome)
    return data, Asked(question.person, question.args, as_of.astimezone(centre.settings.zone))


def made(centre: Centre, connector: Connector, call: Call, make: Callable[[], Value]) -> Value:
    """What the data say; data that contradict themselves are as good as none. Raises No."""
    try:
        return make()
    except (ValueError, LookupError):
        raise No(_unavailable(centre, centre.departments.disbelieve(connector.name, call.name))) from None


def check_args(call: Call, args: Mapping[str, str]) -> None:
    good = all(name in call.args and re.fullmatch(call.args[name], value) for name, value in args.items())
    if not good or any(not args.get(name) for name in call.needs):
        raise No(Refused("wrong_detail"))


def need_person(person: Person) -> None:
    if not person.id_number:
        raise No(Refused("card_needed"))


def _unavailable(centre: Centre, silence: NotAnswered) -> Unavailable:
    since = silence.since.astimezone(centre.settings.zone).isoformat(timespec="minutes")
    return Unavailable(silence.why.value, since)


def _note(
    centre: Centre,
    terminal: str,
    question: Wanted,
    call: Call,
    outcome: str,
) -> None:
    person = centre.blind.person(question.person.id_number)
    noted = store.Call(
        *(centre.clock(), person, terminal, question.item, question.connector),
        *(call.name, call.purpose, CONSENT, outcome),
    )
    with centre.database.writing() as connection:
        store.note_call(connection, noted)
