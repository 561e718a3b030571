"""The beat that systemd waits for: given only while the screen, every device's worker and every thread are alive.

A beat from a plain timer would prove that a timer runs. This one is withheld as soon as anybody is late, and says who.
"""

import os
import socket
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kiosk import audit

_UNASKED_SECONDS: Final = 5.0
"""How often it looks where systemd asks for no beats: who hangs is still in the audit trail."""


@dataclass(frozen=True)
class Beat:
    """When somebody last showed a sign of life (monotonic seconds), and within how many seconds the next is due."""

    at: float
    within: float


def stale(beats: Mapping[str, Beat], now: float) -> tuple[str, ...]:
    """Whose sign of life is overdue, by name."""
    return tuple(sorted(name for name, beat in beats.items() if now - beat.at > beat.within))


class ServiceSocket:
    """Where systemd listens (sd_notify(3)): datagrams to $NOTIFY_SOCKET, of which nothing is expected back."""

    def __init__(self, address: str) -> None:
        """`address`: a path, or a name in the abstract namespace behind "@"; empty when nobody listens."""
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def say(self, *words: str) -> None:
        """Send assignments such as "READY=1"; what nobody takes is lost."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
            line.sendto("\n".join(words).encode(), self._address)


class Watchdog:
    """Beats for the service as long as everybody it is told of does. All methods run on the main thread."""

    def __init__(self, service: ServiceSocket, every: float, beats: Callable[[], Mapping[str, Beat]]) -> None:
        """`every`: seconds between two beats, half of what systemd allows; 0 when it does not ask for any."""
        self._service = service
        self._every = every
        self._beats = beats
        self._due = 0.0
        self._late: tuple[str, ...] = ()

    @classmethod
    def of_environment(
        cls, environment: MutableMapping[str, str], beats: Callable[[], Mapping[str, Beat]]
    ) -> "Watchdog":
        """What systemd asked of this process; the variables are taken out, so that no child beats in its place."""
        address = environment.pop("NOTIFY_SOCKET", "")
        microseconds = environment.pop("WATCHDOG_USEC", "")
        meant = environment.pop("WATCHDOG_PID", "")
        ours = microseconds.isdigit() and meant in ("", str(os.getpid()))
        return cls(ServiceSocket(address), int(microseconds) / 2_000_000 if ours else 0.0, beats)

    def ready(self) -> None:
        """The service has begun."""
        self._service.say("READY=1")

    def stopping(self, why: str) -> None:
        """The service ends by itself."""
        self._service.say("STOPPING=1", f"STATUS={why}")

    def tick(self, now: float) -> None:
        """Look whether everybody is alive; beat when it is time and they are. Call it from the main loop."""
        if now < self._due:
            return
        self._due = now + (self._every or _UNASKED_SECONDS)
        late = stale(self._beats(), now)
        if late != self._late:
            self._late = late
            if late:
                audit.note("watchdog_withheld", late=" ".join(late))
            else:
                audit.note("watchdog_resumed")
        if late:
            self._service.say(f"STATUS=no sign of life: {', '.join(late)}")
        else:
            self._service.say("WATCHDOG=1", "STATUS=everybody is alive")
