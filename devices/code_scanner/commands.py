"""What a scanner reads: the host's bytes cut into orders. The other direction of makes.py. Pure."""

import re
from typing import Final, NamedTuple

from devices.code_scanner import makes
from devices.code_scanner.makes import MakeName


class Order(NamedTuple):
    """One command as the scanner understands it: start, stop, ask, set, ack, or a word nobody knows."""

    word: str
    octets: bytes = b""


_NEWLAND: Final = re.compile(rb"\x7e\x010000[@#]([A-Z]{6}[^;\x03]*);\x03")
_HONEYWELL: Final = re.compile(rb"\x16(T\r|U\r|M\r[^.!]*[.!])")
_LONGEST: Final = 256


class OrderReader:
    """Takes a host's bytes in any pieces and gives complete orders; noise between them is skipped."""

    def __init__(self, make: MakeName) -> None:
        self._next = {"newland": _newland, "honeywell": _honeywell, "zebra": _zebra}[make]
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> list[Order]:
        """Take the next bytes; what they complete, in order."""
        self._buffer += chunk
        orders = []
        while (found := self._next(bytes(self._buffer))) is not None:
            used, order = found
            del self._buffer[:used]
            orders.append(order)
        if len(self._buffer) > _LONGEST:
            self._buffer.clear()
        return orders


def _newland(octets: bytes) -> tuple[int, Order] | None:
    found = _NEWLAND.search(octets)
    if found is None:
        return None
    text = found[1]
    words = {b"SCNTRG1": "start", b"SCNTRG0": "stop", b"SCNMOD*": "ask"}
    return found.end(), Order(words.get(text, "set" if text.startswith(b"SCNMOD") else "unknown"), text)


def _honeywell(octets: bytes) -> tuple[int, Order] | None:
    found = _HONEYWELL.search(octets)
    if found is None:
        return None
    text = found[1]
    words = {b"T\r": "start", b"U\r": "stop", b"M\rTRGMOD?.": "ask"}
    return found.end(), Order(words.get(text, "set" if text.startswith(b"M\rTRGMOD") else "unknown"), text[2:])


def _zebra(octets: bytes) -> tuple[int, Order] | None:
    words = {
        makes.START: "start",
        makes.STOP: "stop",
        makes.ASK_PARAMETERS: "ask",
        makes.PARAMETERS: "set",
        makes.ACK: "ack",
        makes.NAK: "nak",
    }
    for at in range(len(octets) - 5):
        size = octets[at] + 2
        packet = octets[at : at + size]
        if size >= 6 and packet[2] == makes.HOST and len(packet) == size and sum(packet[:-2]) % 0x10000:
            right = -sum(packet[:-2]) & 0xFFFF == int.from_bytes(packet[-2:], "big")
            if right and packet[1] in words:
                return at + size, Order(words[packet[1]], packet[4:-2])
    return None
