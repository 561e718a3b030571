"""A pcscd of its own with a virtual reader (vpcd), and the slot its cards go into: for simulators and tests only."""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from random import SystemRandom
from typing import Final, Protocol

_DRIVER: Final = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
_PORTS: Final = range(20_000, 32_000, 2)
"""Below the ports the system gives away by itself; vpcd takes one for each of its two slots."""
_OUT_SECONDS: Final = 0.6
"""How long a card that was taken out stays out at least: pcscd looks every 0.4 s, and no hand is quicker."""
_START_SECONDS: Final = 5.0
# pcscd takes its socket from whoever starts it, as from systemd, so it needs not be the only one; and it ends with us
_START: Final = """exec 3<&"$1"; LISTEN_FDS=1 LISTEN_PID=$$ exec setpriv --pdeathsig TERM -- pcscd -f -c "$2" """
_READER: Final = """FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x{port:X}
LIBPATH      {driver}
CHANNELID    0x{port:X}
"""


class VirtualReader:
    """One pcscd, known by its socket, with the reader "Virtual PCD 00 00"."""

    NAME: Final = "Virtual PCD 00 00"

    def __init__(self) -> None:
        """Start it. Raises OSError with a sentence when that fails."""
        self._folder = Path(tempfile.mkdtemp(prefix="suiban-pcscd-"))
        self.service = self._folder / "pcscd.comm"
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)
        self._claim, self.port = _free_ports()
        self.start()

    def start(self) -> None:
        """Begin, or begin again after stop()."""
        if self._process is not None:
            return
        readers = self._folder / "readers"
        readers.mkdir(exist_ok=True)
        (readers / "vpcd").write_text(_READER.format(port=self.port, driver=_DRIVER), encoding="utf-8")
        self.service.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.service))
            listening.listen()
            self._process = subprocess.Popen(
                ["sh", "-c", _START, "sh", str(listening.fileno()), str(readers)],  # noqa: S607 - of the system's PATH
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # without a bus it asks no polkit: whoever may enter this folder may use this reader
                env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self._folder}/no-bus"},
                pass_fds=(listening.fileno(),),
            )
        until = time.monotonic() + _START_SECONDS
        while not _listens(self.port + 1):  # the second slot opens last, and nobody looks into it
            if self._process.poll() is not None or time.monotonic() > until:
                raise OSError("pcscd with vpcd did not start; are pcscd and vsmartcard-vpcd installed?")
            time.sleep(0.02)

    def keep(self) -> None:
        """Start it again if it crashed, as systemd does: pcscd 1.9.9 may when its client dies during a command."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
            self.start()

    def stop(self) -> None:
        """The service is gone until start()."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def end(self) -> None:
        """Take everything away."""
        self.stop()
        self._claim.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _free_ports() -> tuple[socket.socket, int]:
    """Two ports in a row that nobody uses, and the claim that keeps other simulators from them."""
    for port in SystemRandom().sample(_PORTS, 50):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0suiban-vpcd-{port}")
            for taken in (port, port + 1):
                with socket.socket() as trial:
                    trial.bind(("127.0.0.1", taken))
        except OSError:
            claim.close()
            continue
        return claim, port
    raise OSError("no two free ports for a virtual card reader")


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Inserted(Protocol):
    """What the slot asks of the world."""

    @property
    def present(self) -> bool:
        """Whether a card is in the slot."""

    def answer_to_reset(self) -> bytes:
        """What the card says when it gets power."""


class SlotLine:
    """The contacts between a card and the virtual reader: 2-byte big-endian length, then the payload.

    Asking for the ATR is how vpcd looks whether a card is there: the line answers that; commands go to the card.
    """

    def __init__(self, reader: VirtualReader, slot: Inserted) -> None:
        self._reader = reader
        self._slot = slot
        self._plugged = True
        self._socket: socket.socket | None = None
        self._out_until = 0.0
        self._heard = b""

    @property
    def port(self) -> str:
        """The reader's name and the service that has it."""
        return f"{self._reader.NAME}?service={self._reader.service}"

    def listening(self) -> tuple[int, ...]:
        """See Line. The card follows the world: whoever laid or lifted one finds it so here."""
        self._reader.keep()
        if not self._plugged or not self._slot.present:
            self._let_go()
        elif self._socket is None and time.monotonic() >= self._out_until:
            with contextlib.suppress(OSError):
                self._socket = socket.create_connection(("127.0.0.1", self._reader.port), timeout=1)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (self._socket.fileno(),) if self._socket else ()

    def plug(self) -> None:
        """The card is in the slot again: taken out first if it was in, as somebody does whose card was not read."""
        self._let_go()
        self._plugged = True

    def unplug(self) -> None:
        """The card is torn out."""
        self._plugged = False
        self._let_go()

    def let_anyone_in(self) -> None:
        """See Line; sockets forget by themselves."""

    def send(self, payload: bytes, peer: int = 0) -> None:  # noqa: ARG002 - one reader
        """See Line."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.sendall(payload)

    def receive(self, descriptor: int) -> tuple[int, bytes] | None:  # noqa: ARG002 - one reader
        """See Line: whole frames, without those the line answered itself."""
        if self._socket is None:
            return None
        try:
            chunk = self._socket.recv(4096)
            # vpcd sends length and payload apart and waits: without this every command would take 40 ms
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError:
            chunk = b""
        if not chunk:
            self._let_go()
            return None
        self._heard += chunk
        return 0, self._whole_frames()

    def at_speed(self, baud: int) -> bool:  # noqa: ARG002 - a socket has no speed
        """See Line."""
        return True

    def _whole_frames(self) -> bytes:
        passed = b""
        while len(self._heard) >= 2 and len(self._heard) >= (size := 2 + int.from_bytes(self._heard[:2], "big")):
            frame, self._heard = self._heard[:size], self._heard[size:]
            if frame == b"\x00\x01\x04":
                atr = self._slot.answer_to_reset()
                self.send(len(atr).to_bytes(2, "big") + atr)
            else:
                passed += frame
        return passed

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._out_until = time.monotonic() + _OUT_SECONDS
        self._socket, self._heard = None, b""
