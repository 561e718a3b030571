"""The connection in use, for a deadline to cut: a peer that sends a byte now and then never trips a read timeout."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Wire:
    """At most one connection. `cut` and `close` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._twin: socket.socket | None = None
        self.was_cut = False
        self.is_new = False

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut the connection when the block takes longer."""
        self.was_cut = False
        self.is_new = False
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def connected(self, connection: socket.socket) -> None:
        """Keep a twin of the descriptor: TLS detaches the socket it was made from."""
        with self._lock:
            self._let_go()
            self.is_new = True
            self._twin = connection.dup()
            if self.was_cut:
                self._shut()

    def cut(self) -> None:
        """Whoever waits on the connection is told at once that it has ended."""
        with self._lock:
            self.was_cut = True
            self._shut()

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _shut(self) -> None:
        if self._twin is not None:
            with suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        if self._twin is not None:
            self._twin.close()
            self._twin = None


def pool_classes(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, by scheme, whose connections report to `wire`."""

    class PlainConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            wire.connected(connection)
            return connection

    class SecureConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            wire.connected(connection)
            return connection

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": PlainPool, "https": SecurePool}
