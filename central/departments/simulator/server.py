"""The line the simulated departments listen on: HTTP/1.1, a thread a connection."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import msgspec

from central.departments.simulator.world import World

_LARGEST: Final = 64 * 1024


class Server(ThreadingHTTPServer):
    """Every department under one address: `POST /DEPARTMENT/CALL`; `/_world` tells it how to be."""

    daemon_threads = True

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world
        super().__init__((host, port), _Desk)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def begin(self) -> None:
        """Serve on a thread of its own, until `end`."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def end(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()


class _Desk(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """How the world is."""
        if self.path == "/_world":
            self._say(200, msgspec.json.encode(self.server.world.told()))
        else:
            self._say(404, b"{}")

    def do_POST(self) -> None:
        """A call, or a change of the world."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > _LARGEST:
            self._say(413, b"{}")
            return
        body = self.rfile.read(length)
        if self.path == "/_world":
            self.server.world.change(msgspec.json.decode(body))
            self._say(200, msgspec.json.encode(self.server.world.told()))
            return
        department, _, call = self.path.strip("/").partition("/")
        mode = self.server.world.mode(department).mode
        if mode == "gone":
            self.close_connection = True
        elif mode == "down":
            self._say(503, b"{}")
        else:
            self._answer(department, call, body, lost=mode == "lost")

    def _answer(self, department: str, call: str, body: bytes, *, lost: bool) -> None:
        try:
            answer = self.server.world.answer(department, call, body)
        except (ValueError, KeyError):
            self._say(400, b"{}")
            return
        if lost:
            self.close_connection = True
        else:
            self._say(404 if answer is None else 200, answer or b"{}")

    def _say(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # whoever asked has gone
            self.close_connection = True

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the signature of the library
        """Nothing of a person goes to a log."""
