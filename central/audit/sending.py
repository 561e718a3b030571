"""Sends the audit trail to a log server: RFC 5424 over a Unix socket, UDP, or TCP with counted octets (RFC 6587)."""

import socket
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import structlog

from central.audit import rules, store
from central.centre import Centre

EVERY_SECONDS: Final = 5
_AT_ONCE: Final = 200
_PATIENCE_SECONDS: Final = 5.0
_PORT: Final = 514
_DATAGRAM_AT_MOST: Final = 8192

log = structlog.get_logger()


class LogServerAway(Exception):
    """Nobody takes the lines; the message says where."""


class LogServer:
    """One place lines go to: `udp://host:port`, `tcp://host:port` or `unix:/path`."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._line: socket.socket | None = None

    def send(self, lines: list[bytes]) -> None:
        """Give all of them over, in order. Raises LogServerAway; then none counts as given."""
        try:
            line = self._line or self._open()
            self._line = line
            for one in lines:
                if line.type == socket.SOCK_STREAM:
                    line.sendall(f"{len(one)} ".encode() + one)
                else:
                    line.send(one[:_DATAGRAM_AT_MOST])
        except OSError as error:
            self.close()
            message = f"the log server at {self._url.geturl()} does not take lines ({error.strerror or error})"
            raise LogServerAway(message) from error

    def close(self) -> None:
        """Let the line go."""
        if self._line is not None:
            with suppress(OSError):
                self._line.close()
        self._line = None

    def _open(self) -> socket.socket:
        if self._url.scheme == "unix":
            return _unix(self._url.path)
        kind = socket.SOCK_STREAM if self._url.scheme == "tcp" else socket.SOCK_DGRAM
        host, port = self._url.hostname or "127.0.0.1", self._url.port or _PORT
        family = socket.getaddrinfo(host, port, type=kind)[0][0]
        line = socket.socket(family, kind)
        line.settimeout(_PATIENCE_SECONDS)
        line.connect((host, port))
        return line


def _unix(path: str) -> socket.socket:
    """A socket of either kind: rsyslog's is of datagrams, others listen."""
    last: OSError | None = None
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        line = socket.socket(socket.AF_UNIX, kind)
        line.settimeout(_PATIENCE_SECONDS)
        try:
            line.connect(path)
        except OSError as error:
            line.close()
            last = error
        else:
            return line
    raise last or OSError(path)


class Sending:
    """The chore: what the log server lacks goes there, in order; what it had is not sent again but after a failure."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._server = LogServer(centre.settings.syslog) if centre.settings.syslog else None

    def end(self) -> None:
        """Let the line go."""
        if self._server is not None:
            self._server.close()

    def turn(self) -> None:
        """One round, and the oldest rows go where their time is over."""
        centre = self._centre
        with centre.database.writing() as connection:
            store.drop(connection, rules.droppable_before(centre.clock(), centre.settings.audit_days))
        while self._server is not None:
            with centre.database.reading() as connection:
                rows = store.after_seq(connection, store.sent_until(connection), _AT_ONCE)
            if not rows:
                return
            try:
                self._server.send([rules.syslog_line(row, socket.gethostname()) for row in rows])
            except LogServerAway as error:
                log.warning("audit_not_sent", error=str(error), rows=len(rows))
                return
            with centre.database.writing() as connection:
                store.is_sent(connection, rows[-1].seq)
