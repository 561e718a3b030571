"""`python -m devices.smart_card_reader.reader_process`: PC/SC in a process that can be killed when a call hangs.

One request and one answer a line on the socket it was given as standard input; it ends when that closes.
"""

import os
import queue
import socket
import sys
import threading
from collections.abc import Callable
from typing import Final

import msgspec

from devices.smart_card_reader.pcsc import Pcsc, PcscError


class Look(msgspec.Struct, frozen=True, tag=True):
    """Which readers are there, and is there a card in the one of this name ("" = the first)?"""

    reader: str


class Connect(msgspec.Struct, frozen=True, tag=True):
    """Power up the card in this reader, for us alone."""

    reader: str


class Transmit(msgspec.Struct, frozen=True, tag=True):
    """One APDU."""

    apdu: bytes


class Disconnect(msgspec.Struct, frozen=True, tag=True):
    """Reset the card and let it go."""


class Seen(msgspec.Struct, frozen=True, tag=True):
    """What Look found: `reader` is "" when it is not there; `state` is SCARD_STATE_…."""

    reader: str
    state: int
    others: int
    """How many readers there are beside it."""


class Done(msgspec.Struct, frozen=True, tag=True):
    """It was done; for Transmit, what the card answered."""

    answer: bytes = b""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A call failed with this code; 0 = the library is not there."""

    call: str
    code: int


Request = Look | Connect | Transmit | Disconnect
Reply = Seen | Done | Failed

LIBRARY_MISSING: Final = 0
_BYTES: Final = 4096


class ReaderProcess:
    """The far side: carries out requests, one after the other."""

    def __init__(self, open_library: Callable[[], Pcsc] = Pcsc) -> None:
        self._open_library = open_library
        self._pcsc: Pcsc | None = None

    def carry_out(self, request: Request) -> Reply:
        """Do it; what came of it."""
        try:
            if self._pcsc is None:
                self._pcsc = self._open_library()
            return self._done(self._pcsc, request)
        except PcscError as error:
            return Failed(error.call, error.code)
        except OSError:
            return Failed("dlopen", LIBRARY_MISSING)

    def _done(self, pcsc: Pcsc, request: Request) -> Reply:
        match request:
            case Look(reader=wanted):
                return _look(pcsc, wanted)
            case Connect(reader=reader):
                pcsc.connect(reader)
                return Done()
            case Transmit(apdu=apdu):
                return Done(pcsc.transmit(apdu))
            case Disconnect():
                pcsc.disconnect()
                return Done()


def _look(pcsc: Pcsc, wanted: str) -> Seen:
    there = pcsc.readers()
    # pcscd numbers equal readers behind their names, so the beginning of a name is enough
    found = next((name for name in there if name == wanted), None) or next(
        (name for name in there if name.startswith(wanted)), ""
    )
    return Seen(found, pcsc.state(found) if found else 0, len(there) - bool(found))


def main() -> None:
    """Serve the socket until it closes, also while a call hangs."""
    line = socket.socket(fileno=sys.stdin.fileno())
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(line, requests), daemon=True).start()
    process = ReaderProcess()
    while True:
        line.sendall(msgspec.json.encode(process.carry_out(requests.get())) + b"\n")


def _listen(line: socket.socket, requests: "queue.SimpleQueue[Request]") -> None:
    decoder = msgspec.json.Decoder(Request)
    waiting = b""
    try:
        while chunk := line.recv(_BYTES):
            *whole, waiting = (waiting + chunk).split(b"\n")
            for request in whole:
                requests.put(decoder.decode(request))
    finally:
        os._exit(0)  # the main thread may be inside a call that never returns


if __name__ == "__main__":
    main()
