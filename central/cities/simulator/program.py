"""The simulated office as a program: the line other cities speak, and the faults it can have.

`POST /_world` with JSON sets the faults: `deaf` (so many requests are dropped unheard), `mute` (so many are heard and
never answered), `work` (everything it has goes one step on). Nobody but this machine may.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from central.cities import protocol
from central.cities.protocol import HandOver, HandScan, NameTransfer, Told
from central.cities.simulator.book import Book


class World(msgspec.Struct):
    """What goes wrong."""

    deaf: int = 0
    mute: int = 0
    work: bool = False


@dataclass
class OfficeProgram:
    """`start` it, `url` says where it is, `stop` it. `key` is shared with the centre."""

    key: bytes
    clock: Callable[[], datetime]
    port: int = 0
    book: Book = field(init=False)
    world: World = field(default_factory=World)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        """Bind at once, so that the address is known."""
        program = self

        class Answers(_Answers):
            office = program

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answers)
        self.book = Book(self.clock)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve, name="office", daemon=True).start()

    def serve(self) -> None:
        """Serve here until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: bytes) -> Told:
        """What another office is told. Raises ValueError for what means nothing here."""
        match path:
            case "/transfers":
                return self.book.hand_over(msgspec.json.decode(body, type=HandOver))
            case "/scans":
                return self.book.hand_scan(msgspec.json.decode(body, type=HandScan))
            case "/complete":
                return self.book.complete(msgspec.json.decode(body, type=NameTransfer).transfer_id)
            case "/query":
                return self.book.query(msgspec.json.decode(body, type=NameTransfer).transfer_id)
            case _:
                raise ValueError(path)

    def change(self, said: bytes) -> None:
        """Another world."""
        self.world = msgspec.json.decode(said, type=World)
        if self.world.work:
            self.book.work()


class _Answers(BaseHTTPRequestHandler):
    office: OfficeProgram
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is written."""

    def do_POST(self) -> None:
        """Another office, or whoever plays with the world."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > protocol.LARGEST:
            self._say(413, b"")
            return
        body = self.rfile.read(length)
        if self.path == "/_world":
            self.office.change(body)
            self._say(200, b"{}")
            return
        self._other_office(body)

    def _other_office(self, body: bytes) -> None:
        office, world = self.office, self.office.world
        nonce, given = self.headers.get(protocol.NONCE, ""), self.headers.get(protocol.SIGNATURE, "")
        if not protocol.is_signed(office.key, self.path, nonce, body, given):
            self._say(401, b"")
            return
        if world.deaf > 0:
            world.deaf -= 1
            self.close_connection = True
            return
        try:
            told = msgspec.json.encode(office.answer(self.path, body))
        except (msgspec.DecodeError, ValueError):
            self._say(400, b"")
            return
        if world.mute > 0:
            world.mute -= 1
            self.close_connection = True
            return
        self._say(200, told, protocol.signature(office.key, self.path, nonce, told))

    def _say(self, status: int, body: bytes, signature: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if signature:
            self.send_header(protocol.SIGNATURE, signature)
        self.end_headers()
        self.wfile.write(body)
