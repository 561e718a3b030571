"""The simulated hotline: the line centres speak, and the faults it can have.

`POST /_world` with JSON changes it: `orders` are put in, `deaf` requests are dropped unheard, `mute` ones are heard and
never answered. Nobody but this machine may.
"""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from central.cities.protocol import NONCE, SIGNATURE, is_signed, signature
from central.hotline import protocol
from central.hotline.protocol import AskPending, Heard, Orders, PassOn, Status, WorkOrder


class World(msgspec.Struct):
    """What is put in and what goes wrong."""

    orders: tuple[WorkOrder, ...] = ()
    deaf: int = 0
    mute: int = 0


@dataclass
class HotlineProgram:
    """`start` it, `url` says where it is, `stop` it. `key` is shared with the centre."""

    key: bytes
    port: int = 0
    orders: dict[str, WorkOrder] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    """By message id, in the order they were first heard."""
    passed_on: dict[str, PassOn] = field(default_factory=dict)
    world: World = field(default_factory=World)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        """Bind at once, so that the address is known."""
        program = self

        class Answers(_Answers):
            hotline = program

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answers)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve, name="hotline", daemon=True).start()

    def serve(self) -> None:
        """Serve here until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: bytes) -> msgspec.Struct:
        """What a centre is told. Raises ValueError for what means nothing here."""
        match path:
            case "/pending":
                most = msgspec.json.decode(body, type=AskPending).at_most
                signed = {told.order_number for told in self.statuses.values()}
                return Orders(tuple(one for one in self.orders.values() if one.order_number not in signed)[:most])
            case "/statuses":
                told = msgspec.json.decode(body, type=Status)
                self.statuses.setdefault(told.message_id, told)
                return Heard(told.order_number)
            case "/orders":
                order = msgspec.json.decode(body, type=PassOn)
                self.passed_on.setdefault(order.message_id, order)
                return Heard(f"HL{list(self.passed_on).index(order.message_id) + 1:08}")
            case _:
                raise ValueError(path)

    def change(self, said: bytes) -> None:
        """Another world."""
        self.world = msgspec.json.decode(said, type=World)
        self.orders |= {one.order_number: one for one in self.world.orders}


class _Answers(BaseHTTPRequestHandler):
    hotline: HotlineProgram
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is written."""

    def do_POST(self) -> None:
        """A centre, or whoever plays with the world."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > protocol.LARGEST:
            self._say(413, b"")
            return
        body = self.rfile.read(length)
        if self.path == "/_world":
            self.hotline.change(body)
            self._say(200, b"{}")
            return
        self._centre(body)

    def _centre(self, body: bytes) -> None:
        hotline, world = self.hotline, self.hotline.world
        nonce, given = self.headers.get(NONCE, ""), self.headers.get(SIGNATURE, "")
        if not is_signed(hotline.key, self.path, nonce, body, given):
            self._say(401, b"")
            return
        if world.deaf > 0:
            world.deaf -= 1
            self.close_connection = True
            return
        try:
            told = msgspec.json.encode(hotline.answer(self.path, body))
        except (msgspec.DecodeError, ValueError):
            self._say(400, b"")
            return
        if world.mute > 0:
            world.mute -= 1
            self.close_connection = True
            return
        self._say(200, told, signature(hotline.key, self.path, nonce, told))

    def _say(self, status: int, body: bytes, signed: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if signed:
            self.send_header(SIGNATURE, signed)
        self.end_headers()
        self.wfile.write(body)
