"""The network cable between terminal and centre: a TCP relay that can be cut and mended while both ends run."""

import contextlib
import socket
import threading
from typing import Final

_CHUNK: Final = 65536
_DIAL_SECONDS: Final = 2.0


class Cable:
    """Relays loopback connections to the centre. Cut, it drops what is open and refuses what is new."""

    def __init__(self, centre_port: int) -> None:
        self._centre_port = centre_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._cut = False
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    @property
    def whole(self) -> bool:
        """Whether the link is there."""
        return not self._cut

    def cut(self) -> None:
        """Take the link away."""
        with self._lock:
            self._cut = True
            for end in self._open:
                # A reset rather than an orderly end: that is what a pulled cable or a dead router
                # looks like in the end.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Bring the link back."""
        with self._lock:
            self._cut = False

    def close(self) -> None:
        """Stop relaying."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        with near:
            try:
                far = socket.create_connection(("127.0.0.1", self._centre_port), timeout=_DIAL_SECONDS)
            except OSError:
                return
            far.settimeout(None)
            with far:
                with self._lock:
                    if self._cut:
                        return
                    self._open |= {near, far}
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()
                with self._lock:
                    self._open -= {near, far}


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
