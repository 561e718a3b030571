"""The other end of such a line as a program of its own, for trials: it answers what is signed, and can be faulty.

`POST /_world` with JSON says what goes wrong: `deaf` (so many requests are dropped unheard), `mute` (so many are heard
and never answered), and what else each has. It listens on this machine alone.
"""

import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

import msgspec

from central.signed_lines.protocol import NONCE, SIGNATURE, is_signed, signature


class Faults(Protocol):
    """What every such end may lack: hearing, and a voice."""

    deaf: int
    mute: int


Page = tuple[int, str, bytes]
"""Status, media type, body."""


class OtherEnd(ABC):
    """`start` it, `url` says where it is, `stop` it. `key` is shared with the centre."""

    world: Faults

    def __init__(self, key: bytes, port: int, name: str, largest: int) -> None:
        self.key = key
        self.largest = largest
        self._name = name
        handler = type("Answers", (_Answers,), {"other": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve, name=self._name, daemon=True).start()

    def serve(self) -> None:
        """Serve here until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    @abstractmethod
    def answer(self, path: str, body: bytes) -> msgspec.Struct:
        """What the centre is told. Raises ValueError for what means nothing here."""

    @abstractmethod
    def change(self, said: bytes) -> None:
        """Another world."""

    def before_answering(self) -> None:  # noqa: B027 - most answer at once
        """A slow end waits here."""

    def shown(self, path: str) -> Page | None:  # noqa: ARG002 - others show something
        """What a browser gets; nothing unless an end says otherwise."""
        return None

    def pressed(self, path: str) -> Page | None:  # noqa: ARG002 - others have buttons
        """What a browser's button does; None where it is no button."""
        return None


class _Answers(BaseHTTPRequestHandler):
    other: OtherEnd
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is written."""

    def do_GET(self) -> None:
        """A browser, or whoever looks."""
        self._say(*(self.other.shown(self.path) or (404, "text/plain", b"")))

    def do_POST(self) -> None:
        """The centre, a browser's button, or whoever plays with the world."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > self.other.largest:
            self._say(413, "text/plain", b"")
            return
        body = self.rfile.read(length)
        if self.path == "/_world":
            self.other.change(body)
            self._say(200, "application/json", b"{}")
        elif page := self.other.pressed(self.path):
            self._say(*page)
        else:
            self._signed(body)

    def _signed(self, body: bytes) -> None:
        other, world = self.other, self.other.world
        nonce = self.headers.get(NONCE, "")
        if not is_signed(other.key, self.path, nonce, body, self.headers.get(SIGNATURE, "")):
            self._say(401, "text/plain", b"")
            return
        other.before_answering()
        if world.deaf > 0:
            world.deaf -= 1
            self.close_connection = True
            return
        try:
            told = msgspec.json.encode(other.answer(self.path, body))
        except (msgspec.DecodeError, ValueError):
            self._say(400, "text/plain", b"")
            return
        if world.mute > 0:
            world.mute -= 1
            self.close_connection = True
            return
        self._say(200, "application/json", told, signature(other.key, self.path, nonce, told))

    def _say(self, status: int, kind: str, body: bytes, signed: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if signed:
            self.send_header(SIGNATURE, signed)
        self.end_headers()
        self.wfile.write(body)
