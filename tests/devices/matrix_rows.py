"""How each kind is made to work once, for the matrix: five lines a kind."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import msgspec

from devices.document_printer.sample import sample_document
from devices.model import DeviceError
from devices.person_matcher.protocol import Way
from devices.port import Deadline
from devices.ticket_printer.document import Cut, Text

Verdict = Literal["done", "not done", "unknown"]


@dataclass(frozen=True)
class Row:
    """One kind's way of working."""

    work: Callable[[Any], object]
    verdict: Callable[[Any], Verdict]
    """What the result claims. A DeviceError needs no verdict."""
    effects: str | None = None
    """The number in the simulator's state that grows by one each time the work really happens."""
    orders: tuple[Mapping[str, object], ...] = ()
    """Said to the simulator before each cell."""
    arguments: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    status_seconds: float = 3.0
    work_seconds: float = 6.0
    settle_seconds: float = 0.0
    """How long something in between, such as pcscd, may still show the world as it was before the orders."""
    ready: Callable[[Any], bool] = lambda _: True
    """Whether a state shows what the orders have put there."""
    faults_lie_behind: bool = False
    """The faults are those of the card in the reader: the reader itself answers all the time and may be called well."""
    passing: frozenset[str] = frozenset()
    """What the status says of the moment and not of the device: a card just put in may not be felt yet."""
    undetectable: frozenset[str] = frozenset()
    """Faults that turn one true answer into another one: the protocol has no checksum."""


_PRINTED: Final[dict[str, Verdict]] = {"printed": "done", "failed": "not done", "uncertain": "unknown"}

_OPENED: Final[dict[str, Verdict]] = {"opened": "done", "failed": "not done", "uncertain": "unknown"}


_TICKET: Final = Row(
    work=lambda printer: printer.print_ticket((Text("A1-001"), Cut()), "A001"),
    verdict=lambda outcome: _PRINTED[outcome.result],
    effects="tickets",
    orders=tuple({"do": order} for order in ("refill", "cover_close", "clear_jam", "power_on")),
    options={"evidence_seconds": 1.0},
    undetectable=frozenset({"flipped-bit"}),
)

_SHEET: Final = Row(
    work=lambda printer: printer.print_document(
        msgspec.structs.replace(sample_document("matrix"), text_pages=(("随办", "A1-001"),)), Deadline.after(6.0)
    ),
    verdict=lambda outcome: _PRINTED[outcome.result],
    effects="pages",
    orders=tuple({"do": order} for order in ("refill", "cover_close", "clear_jam")),
    status_seconds=4.5,
    work_seconds=7.0,
)

_CODE: Final = Row(
    work=lambda scanner: scanner.read(Deadline.after(2.0)),
    verdict=lambda code: "unknown" if code is None else "done" if code.text == "A1-001" else "not done",
    orders=({"do": "show_code", "text": "A1-001", "hold": True},),
)


def _endorse(machine: Any) -> object:  # noqa: ANN401 - of the kind the row is about
    """A permit in, an endorsement on it, and out again."""
    machine.take_in(Deadline.after(3.0))
    outcome = machine.endorse(uuid.uuid4().hex, "香港 一次")
    with suppress(DeviceError):
        machine.give_back(Deadline.after(1.0))
    return outcome


ROWS: Final[dict[str, Row]] = {
    "id-card-reader": Row(
        work=lambda reader: reader.read_card(Deadline.after(4.0)),
        verdict=lambda content: "unknown" if content is None else "done" if content.name == "张三" else "not done",
        orders=({"do": "put_card", "card": "resident"},),
    ),
    "ticket-printer": _TICKET,
    "ticket-printer that is sent tickets blindly": replace(
        _TICKET,
        options={"evidence_seconds": 1.0, "answers_status": False},
    ),
    "ticket-printer whose power goes in mid-ticket": replace(
        _TICKET, orders=(*_TICKET.orders, {"do": "power_off_after", "lines": 1})
    ),
    "document-printer": Row(
        work=lambda printer: printer.print_document(sample_document("matrix"), Deadline.after(8.0)),
        verdict=lambda outcome: _PRINTED[outcome.result],
        effects="documents",
        orders=tuple({"do": order} for order in ("refill", "cover_close", "clear_jam")),
        options={"answer_seconds": 0.6, "grace_seconds": 0.6},
        work_seconds=8.5,
    ),
    "smart-card-reader": Row(
        work=lambda reader: reader.read_card(Deadline.after(4.0)),
        verdict=lambda content: "unknown" if content is None else "done" if content.name == "李晓明" else "not done",
        orders=({"do": "put_card", "card": "holder"},),
        settle_seconds=1.0,
        ready=lambda state: state.card == "present",
        undetectable=frozenset({"flapping"}),  # the card is out half of the time
        faults_lie_behind=True,
        passing=frozenset({"card"}),
    ),
    "document-camera": Row(
        work=lambda camera: camera.capture(Deadline.after(4.0)),
        verdict=lambda capture: "done" if capture.fault() is None else "unknown",
        orders=({"do": "put_page", "page": "sample"},),
        arguments=("--rate", "4", "--width", "1024"),
        options={"limits": {"resolution_dpi": 40}},
    ),
    "locker": Row(
        work=lambda locker: locker.open(1),
        verdict=lambda outcome: _OPENED[outcome.result],
        effects="openings",
        orders=({"do": "reset"},),
        options={"short_when": "closed", "first_lock": 1},
    ),
    "serial-document-printer": replace(_SHEET, undetectable=frozenset({"flipped-bit"})),
    "serial-document-printer under PJL": replace(
        _SHEET, arguments=("--language", "pjl"), options={"language": "pjl"}, undetectable=frozenset({"flipped-bit"})
    ),
    "code-scanner": _CODE,
    "code-scanner by Zebra": replace(_CODE, arguments=("--make", "zebra"), options={"make": "zebra"}),
    "permit-endorser": Row(
        work=_endorse,
        verdict=lambda outcome: _PRINTED[outcome.result],
        effects="endorsements",
        orders=({"do": "empty"}, {"do": "hand", "takes": True, "number": "CB1234567"}),
        options={"print_seconds": 3.0},
        work_seconds=12.0,
    ),
    "person-matcher": Row(
        work=lambda matcher: matcher.compare(Way.FACE, b"PHOTO-OF-SOMEBODY", Deadline.after(3.0)),
        verdict=lambda verdict: "done" if verdict == "same" else "not done",
        orders=({"do": "person", "there": True, "alive": True, "score": 950},),
    ),
    "power": Row(
        work=lambda power: power.status(),
        verdict=lambda state: "done" if state.source == "mains" else "unknown",
        orders=({"do": "mains_on"},),
        undetectable=frozenset({"flipped-bit", "dropped-byte", "noise-inside"}),
    ),
    "cabinet": Row(
        work=lambda cabinet: cabinet.status(),
        verdict=lambda state: "done" if state.door == "closed" and state.switch == "run" else "unknown",
        orders=({"do": "door_close"}, {"do": "switch", "to": "run"}),
    ),
}
