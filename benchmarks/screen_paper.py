"""Confirm -> first byte of an A4 page at the printer: the citizen's touch in the real window, the whole terminal with
its centre behind it, and a simulated printer at a real port. A relay on the way notes when the document arrives.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.figures import spread
from benchmarks.simulators import simulated
from benchmarks.start import HEIGHT, WIDTH
from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.stage import PanelSize, Stage

_DOCUMENTS: Final = {0x0002, 0x0006}
"""Print-Job and Send-Document (RFC 8011, 4.2.1 and 4.3.1): the requests whose body goes on into the document."""
_PATIENCE: Final = 60.0
_PIECE: Final = 65536


class Filer(Citizen):
    """A citizen who files and wants the receipt on A4."""

    def file(self) -> None:
        """A whole filing, up to its result."""
        self.await_screen("attract")
        self.press("attract")
        self.await_screen("home")
        self.choose_filing()
        self.press("main")
        self.await_screen("card")
        self._stage.reader.ask("put_card", card="resident")
        self.await_screen("person")
        self._file()
        self.await_screen("result")


class Relay:
    """A line to the printer that is listened to."""

    def __init__(self, port: int) -> None:
        """`port`: where the printer listens on this machine."""
        self.documents: list[float] = []
        """When each document's first bytes came, by the monotonic clock."""
        self._printer = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def await_document(self, before: int) -> None:
        """Until another one has come than the first `before`."""
        _await(lambda: len(self.documents) > before, "a document at the printer")

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                printer = socket.create_connection(("127.0.0.1", self._printer))
                threading.Thread(target=self._carry, args=(client, printer, True), daemon=True).start()
                threading.Thread(target=self._carry, args=(printer, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, listening: bool) -> None:  # noqa: FBT001
        head = b""
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                target.sendall(piece)
                if listening:
                    head += piece
                    _, ended, body = head.partition(b"\r\n\r\n")
                    if ended and len(body) >= 4:
                        listening = False
                        if int.from_bytes(body[2:4], "big") in _DOCUMENTS:
                            self.documents.append(time.monotonic())
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def measure(folder: Path, rounds: int, display: str) -> dict[str, Any]:
    """So many receipts on A4, each of a filing of its own."""
    took: list[float] = []
    environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    with (
        _printer(folder) as relay,
        Stage(folder / "stage", panel=PanelSize(WIDTH, HEIGHT), environment=environment) as stage,
    ):
        stage.stop_terminal()
        settings = stage.config.read_text(encoding="utf-8")
        fitted = f'\n[devices.document_printer]\nport = "ipp://127.0.0.1:{relay.port}/ipp/print"\n'
        stage.config.write_text(settings + fitted, encoding="utf-8")
        stage.start_terminal()
        _await(lambda: _is_up(stage), "the document printer is known")
        with Filer(stage, Album(folder)) as citizen:
            for _ in range(rounds):
                citizen.file()
                printed = len(relay.documents)
                citizen.settle()
                began = time.monotonic()
                citizen.press("receipt")
                relay.await_document(printed)
                took.append(relay.documents[printed] - began)
                citizen.leave()
    return {"confirm_to_first_byte": spread(took)}


@contextmanager
def _printer(folder: Path) -> Iterator[Relay]:
    with simulated("document-printer", folder) as printer:
        relay = Relay(urlsplit(printer.address).port or 631)
        try:
            yield relay
        finally:
            relay.close()


def _is_up(stage: Stage) -> bool:
    return any(event["event"] == "device_up" and event["device"] == "document_printer" for event in stage.trail())


def _await(seen: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not seen():
        if time.monotonic() > deadline:
            message = f"bench screen: waited {_PATIENCE:g} s in vain until {what}"
            raise TimeoutError(message)
        time.sleep(0.005)
