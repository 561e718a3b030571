"""Which device is at which port, at which baud rate: asked without leaving a trace.

Printers are asked before all others, with questions they answer at once and never print. After the first device that
answers nothing else is asked at another rate. What a printer took for text at a wrong rate it is told to forget.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from devices.byhand.ports import PortSeen, ports
from devices.kind import Kind, Probe
from devices.port import Deadline, DescriptorPort, open_port
from devices.registry import KINDS

__all__ = ["Found", "PortSeen", "detect", "ports"]

LONGEST_SECONDS: Final = 30.0
_OPEN_SECONDS: Final = 3.0
_WRITE_SECONDS: Final = 0.5
_SETTLE_SECONDS: Final = 0.4
"""A board that opening the line has reset says something first; it must not be taken for an answer."""
_QUIET_SECONDS: Final = 0.05
_LINE_ENDS: Final = frozenset(b"\n\f\r")


@dataclass(frozen=True)
class Found:
    """A device that answered. `address` is ready for the settings, `detail` what it says of itself, maybe nothing."""

    kind: str
    address: str
    detail: str


def detect(path: str, kinds: Iterable[str] | None, deadline: Deadline) -> tuple[Found, ...]:
    """Ask who is at a serial port ("/dev/…", "serial:/dev/…") or behind a serial server ("tcp:HOST:PORT").

    `kinds` None means every kind; questions that end a line, which a printer that answers nothing would print, are
    then left out: name the kind to have its question asked. Several are found where they share a bus and its rate, and
    where kinds answer alike: printers for tickets and for documents.
    Raises DeviceError `port.…` when the port cannot be opened or breaks. Ends by the deadline, and within 30 s.
    """
    scheme, _, rest = ("serial", "", path) if path.startswith("/") else path.partition(":")
    place = f"{scheme}:{rest.partition('?')[0]}"
    within = deadline.sooner(LONGEST_SECONDS)
    chosen = tuple(_asked(kinds))
    port = open_port(place, within.sooner(_OPEN_SECONDS))
    try:
        _listen(port, within.sooner(_SETTLE_SECONDS))
        for group in (
            [(kind, probe) for kind, probe in chosen if probe.leaves_no_trace],
            [(kind, probe) for kind, probe in chosen if not probe.leaves_no_trace],
        ):
            found = _found(port, place, group, within)
            if found:
                return found
    finally:
        port.close()
    return ()


def _asked(kinds: Iterable[str] | None) -> Iterator[tuple[Kind[Any], Probe]]:
    named = frozenset(kinds) if kinds is not None else None
    for name, kind in KINDS.items():
        for probe in filter(None, (kind.probe, *kind.other_makes)):
            if name in named if named is not None else _LINE_ENDS.isdisjoint(probe.question):
                yield kind, probe


def _found(
    port: DescriptorPort, place: str, group: list[tuple[Kind[Any], Probe]], deadline: Deadline
) -> tuple[Found, ...]:
    """Whoever answers at the first rate at which anybody does."""
    tty = place.startswith("serial:")
    for baud in _rates(group) if tty else (0,):
        if tty:
            port.retune(baud)
        _listen(port, deadline.sooner(_QUIET_SECONDS))
        found = []
        for _, probe in group:
            if deadline.expired:
                break
            if tty and baud not in probe.bauds:
                continue
            detail = _answered(port, probe, deadline)
            if detail is None:
                continue
            alike = [(other, its) for other, its in group if its.question == probe.question]
            if afterwards := b"".join(its.afterwards for _, its in alike):
                port.write(afterwards, deadline.sooner(_WRITE_SECONDS))
                _listen(port, Deadline.after(_QUIET_SECONDS))  # closing the line drops what was not sent yet
            # kinds that answer one question alike cannot be told apart without printing: each is a candidate
            found += [Found(other.name, f"{place}?baud={baud}" if tty else place, detail) for other, _ in alike]
            if probe.leaves_no_trace:
                break  # a printer: say nothing more to it
        if found:
            return tuple(found)
    return ()


def _rates(group: list[tuple[Kind[Any], Probe]]) -> list[int]:
    """Every rate of these kinds, the likeliest first."""
    likely: dict[int, int] = {}
    for _, probe in group:
        for place, baud in enumerate(probe.bauds):
            likely[baud] = min(place, likely.get(baud, place))
    return sorted(likely, key=lambda baud: (likely[baud], -baud))


def _answered(port: DescriptorPort, probe: Probe, deadline: Deadline) -> str | None:
    """What a device of this kind says of itself; None without an answer. Asked twice: noise does not answer twice."""
    return None if _ask(port, probe, deadline) is None else _ask(port, probe, deadline)


def _ask(port: DescriptorPort, probe: Probe, deadline: Deadline) -> str | None:
    port.discard_input()
    port.write(probe.question, deadline.sooner(_WRITE_SECONDS))
    until, heard = deadline.sooner(probe.seconds), b""
    while not until.expired and (chunk := port.read(256, until)):
        heard += chunk
        answer = heard.removeprefix(probe.question)  # an RS-485 adapter may echo what was said
        if answer and (detail := probe.recognise(answer)) is not None:
            return detail
    return None


def _listen(port: DescriptorPort, until: Deadline) -> None:
    """Throw away what is said unasked."""
    while not until.expired:
        port.read(256, until)
