"""A centre for tests: a real HTTP server that speaks the contract, remembers, and misbehaves on request."""

import base64
import http.server
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Self

import msgspec

from contract import signing
from contract.envelope import Lane
from contract.exchange import (
    EPOCH_PATH,
    HEARTBEAT_PATH,
    PUSH_PATH,
    EpochAsked,
    EpochOpened,
    Heartbeat,
    HeartbeatReply,
    PushReply,
    PushRequest,
)
from contract.suites import BadSignature, PublicKey, SigningKey
from tests.offline_cache.centre_memory import Memory
from tests.waiting import until_told

CENTRE_KEY_ID = "centre-1"
PORTAL_PAGE = b"<html><body>Welcome to the mall. Please log in.</body></html>"


class Fault(StrEnum):
    """What the next request meets. Each is used up by one request."""

    DROP = "drop"
    """The connection ends before anything is read."""
    SILENT = "silent"
    """Nothing is answered until the other side gives up."""
    TRICKLE = "trickle"
    """One byte of the answer now and then, never the last."""
    REPLY_LOST = "reply_lost"
    """Everything is committed, then the connection ends."""
    REPLY_CUT = "reply_cut"
    """Everything is committed, half of the answer is sent."""
    ERROR = "error"
    BUSY = "busy"
    """503 with Retry-After: 7."""
    PORTAL = "portal"
    """A captive portal's 200 with a page of its own."""
    REDIRECT = "redirect"
    WRONG_KEY = "wrong_key"
    WRONG_NONCE = "wrong_nonce"
    OLD_REPLY = "old_reply"
    """A true reply of the centre, but to an earlier request."""
    UNSIGNED = "unsigned"
    HUGE = "huge"


class CentreDouble:
    """`with CentreDouble() as centre:` serves on a free port of the loopback; `centre.faults.append(Fault.DROP)`."""

    def __init__(self, port: int = 0, private_key: SigningKey | None = None) -> None:
        self.memory = Memory()
        self.private_key = private_key or SigningKey.fresh()
        self.terminal_keys: dict[str, PublicKey] = {}
        self.faults: deque[Fault] = deque()
        self.fault_of_lane: dict[Lane, Fault] = {}
        self.fault_of_path: dict[str, Fault] = {}
        self.always: Fault | None = None
        self.requests = 0
        self.changed = threading.Condition()
        self._earlier: tuple[int, bytes, dict[str, str]] | None = None
        self._open: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", port), self)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def public_keys(self) -> dict[str, PublicKey]:
        return {CENTRE_KEY_ID: self.private_key.public_key}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Like a pulled plug: whoever is connected notices at once."""
        self._server.shutdown()
        self.cut_connections()
        self._server.server_close()
        self._thread.join(5)

    def cut_connections(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def wait_until(self, condition: Callable[[], bool], seconds: float = 90.0) -> bool:
        """Wait for something the centre sees, without polling. Raises TooLate."""
        return until_told(self.changed, condition, "something at the centre", seconds, state=lambda: self.memory)

    def answer(
        self, path: str, body: bytes, headers: dict[str, str], authority: str
    ) -> tuple[int, bytes, dict[str, str]]:
        """Check the signature, take the content in, sign the reply."""
        read = signing.read_request_signature(headers[signing.SIGNATURE_INPUT], headers[signing.SIGNATURE])
        base = signing.request_base("POST", authority, path, body, read.input)
        try:
            self.terminal_keys[read.input.key_id].verify(base, read.value)
        except (KeyError, BadSignature):
            return 401, b'{"error":"unknown_signer","message":"no such terminal"}', {}
        with self.changed:
            reply = self._take_in(path, body)
            self.changed.notify_all()
        refused = isinstance(reply, PushReply) and reply.refusal is not None
        return self.sign(409 if refused else 200, msgspec.json.encode(reply), read.input.nonce, self.private_key)

    def _take_in(self, path: str, body: bytes) -> PushReply | HeartbeatReply | EpochOpened:
        self.requests += 1
        if path.endswith(EPOCH_PATH):
            return self.memory.open_epoch(msgspec.json.decode(body, type=EpochAsked))
        if path.endswith(PUSH_PATH):
            return self.memory.receive(msgspec.json.decode(body, type=PushRequest))
        assert path.endswith(HEARTBEAT_PATH)
        return self.memory.beat(msgspec.json.decode(body, type=Heartbeat))

    def sign(self, status: int, body: bytes, nonce: str, key: SigningKey) -> tuple[int, bytes, dict[str, str]]:
        signature = signing.SignatureInput(CENTRE_KEY_ID, 1_790_000_000, nonce, key.suite)
        value = key.sign(signing.reply_base(status, body, signature))
        return status, body, signing.reply_headers(signature, value, body)

    def next_fault(self, path: str, body: bytes) -> Fault | None:
        if self.faults:
            return self.faults.popleft()
        if path.endswith(PUSH_PATH):
            return self.fault_of_lane.get(msgspec.json.decode(body, type=PushRequest).lane, self.always)
        return self.fault_of_path.get(path, self.always)

    def remember(self, answer: tuple[int, bytes, dict[str, str]]) -> tuple[int, bytes, dict[str, str]] | None:
        """Give out the answer before this one."""
        earlier, self._earlier = self._earlier, answer
        return earlier


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], centre: CentreDouble) -> None:
        self.centre = centre
        super().__init__(address, _Requests)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about."""


class _Requests(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.centre._open.add(self.connection)

    def finish(self) -> None:
        self.server.centre._open.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        centre = self.server.centre
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = centre.next_fault(self.path, body)
        match fault:
            case Fault.DROP:
                self._hang_up()
                return
            case Fault.SILENT:
                self.connection.recv(1)  # until the other side hangs up
                self.close_connection = True
                return
            case Fault.ERROR:
                self._reply(500, b"Internal Server Error", {})
                return
            case Fault.BUSY:
                self._reply(503, b'{"error":"busy","message":"too many at once"}', {"Retry-After": "7"})
                return
            case Fault.PORTAL:
                self._reply(200, PORTAL_PAGE, {"Content-Type": "text/html"})
                return
            case Fault.REDIRECT:
                self._reply(302, b"", {"Location": "http://portal.invalid/login"})
                return
            case _:
                pass
        answer = centre.answer(self.path, body, dict(self.headers.items()), self.headers["Host"])
        self._misbehave(fault, answer)

    def _misbehave(self, fault: Fault | None, answer: tuple[int, bytes, dict[str, str]]) -> None:
        centre = self.server.centre
        status, body, headers = answer
        earlier = centre.remember(answer)
        match fault:
            case Fault.REPLY_LOST:
                self._hang_up()
            case Fault.REPLY_CUT:
                self._start(status, len(body), headers)
                self.wfile.write(body[: len(body) // 2])
                self._hang_up()
            case Fault.TRICKLE:
                self._start(status, len(body), headers)
                self._trickle(body)
            case Fault.WRONG_KEY:
                self._reply(*centre.sign(status, body, _nonce_of(body), SigningKey.fresh(centre.private_key.suite)))
            case Fault.WRONG_NONCE:
                self._reply(
                    *centre.sign(status, body, base64.urlsafe_b64encode(b"x" * 24).decode(), centre.private_key)
                )
            case Fault.OLD_REPLY:
                assert earlier is not None
                self._reply(*earlier)
            case Fault.UNSIGNED:
                self._reply(status, body, {})
            case Fault.HUGE:
                self._reply(*centre.sign(status, body + b" " * (2 << 20), _nonce_of(body), centre.private_key))
            case _:
                self._reply(status, body, headers)

    def _trickle(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.02)  # the pace is the fault

    def _start(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._start(status, len(body), headers)
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Quiet."""


def _nonce_of(body: bytes) -> str:
    return str(msgspec.json.decode(body)["nonce"])
