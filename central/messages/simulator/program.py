"""The simulated gateway: the line centres speak, the texts it has, and the faults it can have.

`POST /_world` with JSON sets the faults: `deaf` (so many requests are dropped unheard), `mute` (so many are heard and
never answered), `slow` (receipts stay "accepted"), `refuse` (numbers with these endings fail). `GET /_box` lists what
arrived, telephone numbers by their last four digits. Nobody but this machine may.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from central.messages import protocol
from central.messages.protocol import NameMessage, Receipt, SendText, Told


class World(msgspec.Struct):
    """What goes wrong."""

    deaf: int = 0
    mute: int = 0
    slow: bool = False
    refuse: tuple[str, ...] = ()


class Arrived(msgspec.Struct, frozen=True):
    """One text on somebody's telephone."""

    message_id: str
    ends: str
    template: str
    text: str
    at: str


@dataclass
class GatewayProgram:
    """`start` it, `url` says where it is, `stop` it. `key` is shared with the centre."""

    key: bytes
    clock: Callable[[], datetime]
    port: int = 0
    world: World = field(default_factory=World)
    box: list[Arrived] = field(default_factory=list)
    """What telephones got: one a message, however often it was sent."""
    asked: dict[str, SendText] = field(default_factory=dict)
    _told: dict[str, Told] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        """Bind at once, so that the address is known."""
        program = self

        class Answers(_Answers):
            gateway = program

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answers)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve, name="sms gateway", daemon=True).start()

    def serve(self) -> None:
        """Serve here until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: bytes) -> Told:
        """What a centre is told. Raises ValueError for what means nothing here."""
        with self._lock:
            match path:
                case "/messages":
                    return self._send(msgspec.json.decode(body, type=SendText))
                case "/query":
                    return self._query(msgspec.json.decode(body, type=NameMessage).message_id)
                case _:
                    raise ValueError(path)

    def _send(self, text: SendText) -> Told:
        if text.message_id not in self._told:
            self.asked[text.message_id] = text
            self._told[text.message_id] = Told(text.message_id, Receipt.ACCEPTED, f"SMS{len(self._told) + 1:08}")
        return self._told[text.message_id]

    def _query(self, message_id: str) -> Told:
        told = self._told.get(message_id)
        if told is None:
            return Told(message_id, Receipt.UNKNOWN)
        if told.receipt is not Receipt.ACCEPTED or self.world.slow:
            return told
        text, at = self.asked[message_id], self.clock().isoformat(timespec="seconds")
        if text.to.endswith(self.world.refuse or ("none",)):
            told = msgspec.structs.replace(told, receipt=Receipt.FAILED, at=at, why="UNDELIV")
        else:
            self.box.append(Arrived(message_id, text.to[-4:], text.template, text.text, at))
            told = msgspec.structs.replace(told, receipt=Receipt.DELIVERED, at=at)
        self._told[message_id] = told
        return told


class _Answers(BaseHTTPRequestHandler):
    gateway: GatewayProgram
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is written."""

    def do_GET(self) -> None:
        """What arrived."""
        self._say(*((200, msgspec.json.encode(self.gateway.box)) if self.path == "/_box" else (404, b"")))

    def do_POST(self) -> None:
        """A centre, or whoever plays with the world."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > protocol.LARGEST:
            self._say(413, b"")
            return
        body = self.rfile.read(length)
        if self.path == "/_world":
            self.gateway.world = msgspec.json.decode(body, type=World)
            self._say(200, b"{}")
            return
        self._centre(body)

    def _centre(self, body: bytes) -> None:
        gateway, world = self.gateway, self.gateway.world
        nonce, given = self.headers.get(protocol.NONCE, ""), self.headers.get(protocol.SIGNATURE, "")
        if not protocol.is_signed(gateway.key, self.path, nonce, body, given):
            self._say(401, b"")
            return
        if world.deaf > 0:
            world.deaf -= 1
            self.close_connection = True
            return
        try:
            told = msgspec.json.encode(gateway.answer(self.path, body))
        except (msgspec.DecodeError, ValueError):
            self._say(400, b"")
            return
        if world.mute > 0:
            world.mute -= 1
            self.close_connection = True
            return
        self._say(200, told, protocol.signature(gateway.key, self.path, nonce, told))

    def _say(self, status: int, body: bytes, signature: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if signature:
            self.send_header(protocol.SIGNATURE, signature)
        self.end_headers()
        self.wfile.write(body)
