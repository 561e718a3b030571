"""Printers and print services that are none of ours, each a process with its own folder and its own port.

ippeveprinter wants D-Bus and Avahi; where no Avahi runs, both are started here on a bus of their own that only the
loopback hears of.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.waiting import until

_LOCK = Path(tempfile.gettempdir()) / "suiban-print-peers.lock"
_START_SECONDS = 10.0

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>custom</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/>
</policy></busconfig>
"""
_AVAHI = """[server]
host-name=suiban-test-{number}
use-ipv6=no
allow-interfaces=lo
[publish]
publish-workstation=no
publish-hinfo=no
"""
# What it is to do with the next documents lies in the file "mood" beside it.
_PRINTS = """#!/bin/sh
cd "$(dirname "$0")"
case "$(cat mood)" in
    well) echo "ATTR: job-impressions-completed=$(cat sides)" >&2 ;;
    short) echo "ATTR: job-impressions-completed=1" >&2 ;;
    uncounted) ;;
    slow) echo "STATE: +media-empty-error" >&2; sleep 2; echo "STATE: -media-empty" >&2 ;;
    broken) exit 1 ;;
esac
"""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def public_folder() -> Iterator[Path]:
    """A folder that a program without our rights may enter."""
    folder = Path(tempfile.mkdtemp(prefix="suiban-peer-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running(
    *command: str | Path, log: Path, user: str | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program in the foreground, ended with the block."""
    if os.geteuid() != 0:
        user = None
    with log.open("ab") as said:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **(environment or {})},
            user=user,
            group="nogroup" if user else None,
            extra_groups=[] if user else None,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def wait_for(there: Callable[[], bool], what: str, log: Path) -> None:
    """Until it is there; TooLate with the program's own words."""
    until(there, f"the start of {what}", _START_SECONDS, state=lambda: log.read_text(errors="replace")[-600:])


def listens(port: int) -> Callable[[], bool]:
    def asked() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return True
        return False

    return asked


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Waits until no other test process has its own Avahi: there can be one."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def service_discovery() -> Iterator[Mapping[str, str]]:
    """Avahi: the one that runs, or our own; what a program needs in its environment to find it."""
    if subprocess.run(["avahi-daemon", "-c"], check=False, capture_output=True).returncode == 0:
        yield {}
        return
    with ExitStack() as stack:
        stack.enter_context(_one_at_a_time())
        folder = stack.enter_context(public_folder())
        (folder / "bus.conf").write_text(_BUS.format(folder=folder))
        (folder / "avahi.conf").write_text(_AVAHI.format(number=os.getpid()))
        environment = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus"}
        bus = folder / "bus.log"
        stack.enter_context(
            running("dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile", log=bus)
        )
        wait_for((folder / "bus").exists, "dbus-daemon", bus)
        (folder / "bus").chmod(0o777)
        avahi = folder / "avahi.log"
        stack.enter_context(
            running(
                "avahi-daemon", "-f", folder / "avahi.conf", "--no-chroot", "--no-drop-root", "--no-rlimits",
                log=avahi, environment=environment,
            )
        )  # fmt: skip
        wait_for(lambda: "Server startup complete" in avahi.read_text(), "avahi-daemon", avahi)
        yield environment


class EvePrinter:
    """A running ippeveprinter."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.address = f"ipp://localhost:{port}/ipp/print"

    def mood(self, mood: str, sides: int = 0) -> None:
        """What it does with the next documents: well, short, uncounted, slow, broken."""
        (self.folder / "mood").write_text(mood)
        (self.folder / "sides").write_text(str(sides))

    def kept(self) -> list[bytes]:
        """Every document it was given, in their order."""
        found = sorted((self.folder / "spool").glob("*.pdf"), key=lambda path: int(path.name.split("-")[0]))
        return [path.read_bytes() for path in found]


@contextmanager
def eve_printer(environment: Mapping[str, str]) -> Iterator[EvePrinter]:
    """The IPP Everywhere printer of CUPS, as nobody."""
    with public_folder() as folder:
        (folder / "spool").mkdir()
        (folder / "spool").chmod(0o777)
        script = folder / "prints"
        script.write_text(_PRINTS)
        script.chmod(0o755)
        printer = EvePrinter(folder, free_port())
        printer.mood("well")
        log = folder / "log"
        command = (
            "ippeveprinter", "-p", str(printer.port), "-n", "localhost", "-d", folder / "spool", "-k",
            "-f", "application/pdf,image/pwg-raster", "-c", script, f"Test {os.getpid()}",
        )  # fmt: skip
        with running(*command, log=log, user="nobody", environment=environment):
            wait_for(listens(printer.port), "ippeveprinter", log)
            yield printer


class Cups:
    """A running cupsd that nothing but these tests knows of."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def queue(self, name: str, device: str) -> str:
        """A driverless queue in front of a printer; its address."""
        self.command("lpadmin", "-p", name, "-v", device, "-m", "everywhere", "-E")
        return f"http://127.0.0.1:{self.port}/printers/{name}"

    def command(self, program: str, *arguments: str) -> str:
        """One of CUPS's own programs, about this server."""
        done = subprocess.run(
            [program, "-h", f"127.0.0.1:{self.port}", *arguments],
            check=True,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return done.stdout


@contextmanager
def cups() -> Iterator[Cups]:
    """A print service with a ServerRoot of its own."""
    with public_folder() as folder:
        service = Cups(folder, free_port())
        for name in ("root", "cache", "state", "spool", "tmp"):
            (folder / name).mkdir()
        if os.geteuid() == 0:
            for name in ("spool", "tmp"):
                shutil.chown(folder / name, "root", "lp")
                (folder / name).chmod(0o770)
        (folder / "cupsd.conf").write_text(
            f"Listen 127.0.0.1:{service.port}\nWebInterface No\nBrowsing Off\nDefaultAuthType None\n"
            "ErrorPolicy stop-printer\n<Location />\n  Order allow,deny\n  Allow localhost\n</Location>\n"
            "<Policy default>\n  JobPrivateAccess all\n  JobPrivateValues none\n  SubscriptionPrivateAccess all\n"
            "  SubscriptionPrivateValues none\n  <Limit All>\n    Order deny,allow\n  </Limit>\n</Policy>\n"
        )
        (folder / "cups-files.conf").write_text(
            f"ServerRoot {folder}/root\nRequestRoot {folder}/spool\nCacheDir {folder}/cache\nStateDir {folder}/state\n"
            f"TempDir {folder / 'tmp'}\nErrorLog {folder}/log\nAccessLog {folder}/access\nPageLog {folder}/pages\n"
            f"Printcap\n"
        )
        log = folder / "log"
        command = ("cupsd", "-f", "-c", folder / "cupsd.conf", "-s", folder / "cups-files.conf")
        with running(*command, log=folder / "out"):
            wait_for(listens(service.port), "cupsd", log if log.exists() else folder / "out")
            yield service
