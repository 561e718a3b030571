"""IPP over HTTP, and the only user of requests among the devices. Every exchange ends by its deadline or when told to.

Each exchange has a connection of its own and is never repeated here: a document that was sent twice is printed twice.
"""

import select
import socket
from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import NewConnectionError

from devices import model
from devices.document_printer.protocol import Malformed, Message, decode, encode
from devices.document_printer.state import document_fault
from devices.hosts import endpoint
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recorder import Recorder

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

LARGEST_ANSWER: Final = 1 << 20
_PIECE: Final = 1 << 14
_GLANCE_SECONDS: Final = 0.1
"""How often somebody who waits looks whether he should still wait."""
_PORTS: Final = {"ipp": 631, "http": 80}


class ToldToStop(Exception):
    """The caller does not want the exchange any more. What was sent of it may have arrived."""


class Bounds:
    """How long an exchange may take, and who may end it sooner."""

    def __init__(self, deadline: Deadline, stop: Callable[[], bool] = lambda: False) -> None:
        self.deadline = deadline
        self._stop = stop
        self._glance = Deadline.after(_GLANCE_SECONDS)

    def wait(self, connection: socket.socket, event: int) -> None:
        """Until the connection is ready. TimeoutError, ToldToStop; also of one that is always ready."""
        poll = select.poll()
        poll.register(connection.fileno(), event)
        ready = False
        while not ready:
            if self.deadline.expired:
                raise TimeoutError
            if self._glance.expired:
                if self._stop():
                    raise ToldToStop
                self._glance = Deadline.after(_GLANCE_SECONDS)
            ready = bool(poll.poll(ceil(min(self.deadline.left(), self._glance.left()) * 1000)))


class _BoundedSocket(socket.socket):
    """A socket whose calls end by one deadline together: a peer that gives a byte now and then gains nothing."""

    bounds: Bounds

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        self.bounds.wait(self, select.POLLIN)
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, content: "ReadableBuffer", flags: int = 0) -> None:
        rest = memoryview(content).cast("B")
        while rest:
            self.bounds.wait(self, select.POLLOUT)
            rest = rest[self.send(rest[:_PIECE], flags) :]


class IppClient:
    """Requests to one printer or queue, one at a time."""

    def __init__(self, address: str, recorder: Recorder | None = None) -> None:
        """`address`: ipp://host[:port]/path or http://…; DeviceError `port.address_invalid`."""
        place = _place(address)
        self.address = address
        self.printer_uri = f"ipp://{place}"
        self._url = f"http://{place}"
        self._recorder = recorder

    def exchange(self, request: Message, bounds: Bounds, document: bytes = b"") -> Message:
        """The printer's answer, whatever it says. Raises DeviceError and ToldToStop."""
        head = encode(request)
        self._note_out(head, len(document))
        received = self._post(head + document, bounds)
        if self._recorder is not None:
            self._recorder.note("in", received)
        try:
            answer, _ = decode(received)
        except Malformed as error:
            raise DeviceError(model.fault("device.garbled", f"{self.address}: {error}")) from error
        if answer.request_id != request.request_id:
            raise DeviceError(model.fault("device.garbled", f"{self.address}: the answer to another request"))
        return answer

    def _note_out(self, head: bytes, document_length: int) -> None:
        if self._recorder is not None:
            self._recorder.note("out", head)
            if document_length:
                self._recorder.note("out", bytes(document_length))  # its length; its bytes never come near the recorder

    def _post(self, body: bytes, bounds: Bounds) -> bytes:
        headers = {"Content-Type": "application/ipp", "Accept-Encoding": "identity", "Connection": "close"}
        left = max(0.001, bounds.deadline.left())
        with _session(bounds) as session:
            try:
                with session.post(
                    self._url, data=body, headers=headers, timeout=(left, left), allow_redirects=False, stream=True
                ) as response:
                    self._believe(response)
                    received = bytearray()
                    for piece in response.iter_content(_PIECE):
                        received += piece
                        if len(received) > LARGEST_ANSWER:
                            raise DeviceError(model.fault("device.garbled", f"{self.address}: answers without end"))
                    return bytes(received)
            except requests.RequestException as error:
                raise DeviceError(self._fault(error, bounds)) from error

    def _believe(self, response: requests.Response) -> None:
        """Whether it is a printer that answers: any web server says 200."""
        if response.status_code in (401, 403):
            raise DeviceError(document_fault("document_printer.refused", f"{self.address} HTTP {response.status_code}"))
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.status_code != 200 or kind != "application/ipp":
            what = f"{self.address} HTTP {response.status_code}"
            raise DeviceError(model.fault("device.wrong_kind", what))

    def _fault(self, error: requests.RequestException, bounds: Bounds) -> model.Fault:
        causes = _causes(error)
        if any(isinstance(cause, ConnectionRefusedError | NewConnectionError) for cause in causes):
            return model.fault("port.missing", self.address)
        if isinstance(error, requests.ConnectTimeout):
            return model.fault("port.missing", self.address)
        if bounds.deadline.expired or any(isinstance(cause, TimeoutError) for cause in causes):
            return model.fault("device.silent", self.address)
        if any(isinstance(cause, OSError) for cause in causes):
            return model.fault("port.lost", self.address)
        return model.fault("device.garbled", f"{self.address} {type(error).__name__}")


def _place(address: str) -> str:
    """host:port/path, with the port always written."""
    wrong = DeviceError(
        model.fault("port.address_invalid", f"{address!r}: expected ipp://HOST[:PORT]/PATH or http://HOST[:PORT]/PATH")
    )
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in _PORTS or not host:
        raise wrong
    there, number = endpoint(address, host, port or str(_PORTS[parts.scheme]))
    return f"{f'[{there}]' if ':' in there else there}:{number}{parts.path or '/'}"


def _causes(error: BaseException) -> list[BaseException]:
    """What an exception was made from: requests wraps urllib3's, which wrap the system's."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return [cause for cause in found if not isinstance(cause, requests.RequestException)]


def _session(bounds: Bounds) -> requests.Session:
    """A session for one exchange; urllib3 would otherwise bound each call and not all of them together."""

    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            plain = super()._new_conn()
            bounded = _BoundedSocket(fileno=plain.detach())
            bounded.bounds = bounds
            # with a timeout, one send takes what there is room for instead of waiting until everything has gone
            bounded.settimeout(max(0.001, bounds.deadline.left()))
            return bounded

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1)
    adapter.poolmanager.pool_classes_by_scheme = {"http": Pool}
    session = requests.Session()
    session.trust_env = False  # no proxy from somebody's environment
    session.mount("http://", adapter)
    return session
