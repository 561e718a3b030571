"""Runs a centre on Granian inside this process: a port for pages and one with mutual TLS for terminals, a
clean stop on SIGTERM.
"""

import asyncio
import gc
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
import uvloop
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.server.embed import Server
from litestar.types import ASGIApp

from central import alive, listener
from central.app import build
from central.caretaker import Chore
from central.centre import Centre
from central.mendable import MendableError
from central.settings import Settings

STOP_WITHIN_SECONDS = 8.0
CONNECTIONS_AT_MOST = 8192
"""Of one listener of one process, the silent ones included; whoever comes after them is not heard until one ends.
With Granian's own bound of 128 the next terminal waits for as long as the others go on talking."""
FILES_AT_MOST = 65536
_OWN_FILES = 256
"""Left to the database, to scans and to logs."""
_COLLECT_AFTER = 20_000
"""Objects made: at Python's own 700 a sixteenth of a heartbeat is looking for cycles nobody makes."""
_GRANIAN_LOGS = {
    "handlers": {},
    "loggers": {"_granian": {"level": "WARNING", "propagate": True}},
}

log = structlog.get_logger()


class PortTaken(MendableError):
    """Somebody listens there already."""


class ServerFailed(MendableError):
    """It could not start, or it ended without being told to."""


@dataclass(frozen=True)
class Ports:
    """Where to listen, once chosen: pages, and terminals with TLS (0: nowhere)."""

    port: int
    tls_port: int


def chosen_ports(settings: Settings) -> Ports:
    """The ports of the settings, any free ones where they leave it open. Raises PortTaken."""
    port = free_port(settings.host, settings.port)
    tls_port = free_port(settings.host, max(settings.tls_port, 0)) if settings.tls_port else 0
    return Ports(port, tls_port)


def run(
    centre: Centre,
    ready: Callable[[str], None],
    ports: Ports | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until SIGTERM or SIGINT. `ready` hears the URL once the first request would be answered.

    `ports` are those another worker may listen on already; without them they are chosen here. `say` hears the signs of
    life (`central.alive`) from the event loop.
    """
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(centre, ready, ports or chosen_ports(centre.settings), say))


async def _serve(centre: Centre, ready: Callable[[str], None], ports: Ports, say: Callable[[str], None]) -> None:
    loop = asyncio.get_running_loop()
    host, port = centre.settings.host, ports.port
    centre.settings = msgspec.structs.replace(centre.settings, tls_port=ports.tls_port)
    app = build(centre)
    server = _server(listener.plain_door(app, centre.settings), host, port, Interfaces.ASGI)
    servers = [server]
    if centre.settings.tls_port:
        options = listener.tls_options(centre.settings, centre.clock())
        # Its application is begun and ended with the plain door: this one has no life of its own.
        tls = _server(listener.terminals_door(app), host, centre.settings.tls_port, Interfaces.ASGINL, **options)
        servers.append(tls)

        def take_up(found: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(_show_anew, tls, found)

        shown = listener.Shown(centre.settings, centre.clock, take_up)
        centre.caretaker.add(Chore("certificate", listener.LOOK_EVERY_SECONDS, shown.look))
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    serving = [loop.create_task(server.serve()) for server in servers]
    gc.freeze()  # what is here now stays until the end
    announcing = loop.create_task(_announce(host, [port, *filter(None, [centre.settings.tls_port])], ready))
    living = loop.create_task(alive.show(centre.commit, say))
    await asyncio.wait([*serving, loop.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    announcing.cancel()
    living.cancel()
    if not stopping.is_set():
        message = "the server ended by itself; its log says why"
        raise ServerFailed(message)
    log.info("central_stopping")
    centre.live.close()
    for server in reversed(servers):
        server.stop()  # type: ignore[no-untyped-call]
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*serving), STOP_WITHIN_SECONDS)
    centre.stop()
    log.info("central_stopped")


def _server(app: ASGIApp, host: str, port: int, interface: Interfaces, **options: Any) -> Server:  # noqa: ANN401 - Granian's own
    return Server(
        app,
        address=host,
        port=port,
        interface=interface,
        http=HTTPModes.http1,  # where HTTP/2 may come too, who says nothing at all is never let go
        websockets=False,
        backlog=CONNECTIONS_AT_MOST,
        backpressure=_connections(),
        log_dictconfig=_GRANIAN_LOGS,
        **options,
    )


def _connections() -> int:
    """How many a listener may hold: this process opens as many files as it is allowed to, and there are two."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < min(hard, FILES_AT_MOST):
        soft = min(hard, FILES_AT_MOST)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(128, min(CONNECTIONS_AT_MOST, (soft - _OWN_FILES) // 2))


def _show_anew(server: Server, options: dict[str, Any]) -> None:
    """Another listener on the same port takes over with these files; what the old one has begun it finishes."""
    certificate, key, ca, verify = (options[f"ssl_{name}"] for name in ("cert", "key", "ca", "client_verify"))
    server.build_ssl_context(certificate, key, None, SSLProtocols.tls13, ca, [], verify)
    server.reload()  # type: ignore[no-untyped-call]


def free_port(host: str, port: int) -> int:
    """The port, or any free one for 0. Granian would share a taken port silently. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"{host}:{port}: {error.strerror}; expected an address of this machine and a port nobody uses"
            raise PortTaken(message) from error
        chosen: int = probe.getsockname()[1]
        return chosen


async def _announce(host: str, ports: list[int], ready: Callable[[str], None]) -> None:
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - an address to translate, not to bind
    for port in ports:
        await _answers(reached, port)
    port = ports[0]
    ready(f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}")


async def _answers(host: str, port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return
