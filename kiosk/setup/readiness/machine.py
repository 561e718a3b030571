"""What this machine has and lacks: interpreter, database, fonts, ports, disk, clock, link."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.setup.readiness.found import Check

DISK_FLOOR = 2 * 1024**3  # bytes: a fortnight of cases and a backup of them, spool and ballast, with room to update
YEARS = range(2026, 2057)  # a clock outside was never set, and promise dates would be wrong
CONNECT_SECONDS = 3.0
COMMANDS = {
    "fc-match": ("fontconfig", "tickets find their font by it"),
    "cage": ("cage", "only a real terminal needs it: the session the screen runs in"),
    "chromium": ("chromium", "only tests and the benchmark need it"),
    "Xvfb": ("xvfb", "only tests and the benchmark need it"),
    "strace": ("strace", "only tests need it"),
}


def python_version() -> Check:
    fits = (3, 11) <= sys.version_info < (3, 14)
    return Check("python", fits, sys.version.split()[0], "" if fits else "use Python 3.11, 3.12 or 3.13")


def qt_version() -> Check:
    try:
        found = metadata.version("PySide6-Essentials")
    except metadata.PackageNotFoundError:
        return Check("pyside6", ok=False, found="none", advice="run ./suiban again: the Python packages are incomplete")
    if found.startswith("6.12.0") and sys.version_info < (3, 12):
        return Check("pyside6", ok=False, found=found, advice="6.12.0 aborts on Python 3.11: use 6.11.3")
    return Check("pyside6", ok=True, found=found)


def qt_libraries() -> Check:
    """In a process of its own: this one stays without Qt."""
    command = [sys.executable, "-c", "import PySide6.QtQuick"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == 0:
        return Check("qt libraries", ok=True, found="complete")
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return Check("qt libraries", ok=False, found=reason, advice="install the packages of packaging/debian/run.txt")


def sqlite_is_sound(version: str) -> bool:
    """From 3.7.0 to 3.51.2 two connections that write and checkpoint at one instant can corrupt a WAL database."""
    numbers = tuple(int(part) for part in version.split("."))
    return not (3, 7, 0) <= numbers <= (3, 51, 2)


def sqlite_version() -> Check:
    connection = sqlcipher.connect(":memory:")
    try:
        (cipher,) = connection.execute("PRAGMA cipher_version").fetchone() or ("no cipher",)
    finally:
        connection.close()
    sound = sqlite_is_sound(sqlcipher.sqlite_version) and cipher != "no cipher"
    found = f"SQLite {sqlcipher.sqlite_version}, SQLCipher {cipher}"
    return Check(
        "database", sound, found, "" if sound else "install sqlcipher3 0.6.4 or later, and no other sqlcipher3-*"
    )


def serial_ports(by_path: Path = Path("/dev/serial/by-path")) -> Check:
    """Stable names only: ttyUSB numbers change with the order of plugging in."""
    names = sorted(by_path.iterdir()) if by_path.is_dir() else []
    found = ", ".join(f"{name.name} -> {name.resolve().name}" for name in names)
    locked = [name.name for name in names if not os.access(name, os.R_OK | os.W_OK)]
    if locked:
        return Check(
            "ports", ok=False, found=found, advice=f"no right to open {', '.join(locked)}: join the group dialout"
        )
    return Check("ports", ok=True, found=found or "none", advice="" if names else "plug in the readers and printers")


def fonts(families: Mapping[str, str] | None = None) -> Iterator[Check]:
    wanted = families or {"Noto Sans CJK SC": "fonts-noto-cjk", "HanaMinA": "fonts-hanazono"}
    for family, package in wanted.items():
        command = shutil.which("fc-match")
        matched = said(command, "--format=%{family}", family) if command else ""
        there = family in matched
        advice = "" if there else f"sudo apt-get install {package}"
        yield Check(f"font {family}", there, matched or "no fontconfig", advice)


def display(environment: Mapping[str, str]) -> Check:
    if name := environment.get("WAYLAND_DISPLAY"):
        return Check("display", ok=True, found=f"Wayland {name}")
    if name := environment.get("DISPLAY"):
        return Check("display", ok=True, found=f"X11 {name}")
    return Check("display", ok=True, found="none", advice="a window needs one; demo --headless does without")


def disk(folder: Path) -> Check:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    enough = free >= DISK_FLOOR
    return Check(
        "disk", enough, f"{free / 1024**3:.1f} GiB free at {folder}", "" if enough else "free at least 2 GiB for cases"
    )


def key_source(kind: str) -> Check:
    """Where the database's key comes from; a file is read by whoever has the disk, and that is said."""
    if kind == "file":
        advice = "seal it to the TPM, or give it by systemd's credentials: docs/operations/storage.md"
        return Check("key", ok=True, found="file: no hardware root", advice=advice)
    return Check("key", ok=True, found={"tpm": "sealed in the TPM", "credential": "credential of systemd"}[kind])


def clock(now: float) -> Check:
    """`now` in seconds since 1970. Promise dates and signatures need a clock that is right."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(now))
    if time.gmtime(now).tm_year not in YEARS:
        return Check("clock", ok=False, found=stamp, advice="set the date: sudo timedatectl set-time …")
    command = shutil.which("timedatectl")
    answer = said(command, "show", "--property=NTPSynchronized", "--value") if command else ""
    synchronised = {"yes": ", synchronised", "no": ", not synchronised"}.get(answer, "")
    advice = "sudo timedatectl set-ntp true" if answer == "no" else ""
    return Check("clock", ok=True, found=stamp + synchronised, advice=advice)


def link(centre: str) -> Check:
    """`centre` is the centre's address, such as https://centre.example:8443."""
    address = urlsplit(centre)
    try:
        port = address.port or {"https": 443}.get(address.scheme, 80)
        socket.create_connection((address.hostname or "", port), timeout=CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        advice = "check the cable, the address in kiosk.toml and the centre; the terminal works on without it"
        return Check("link", ok=False, found=f"{centre}: {error}", advice=advice)
    return Check("link", ok=True, found=f"{centre} answers")


def commands() -> Iterator[Check]:
    for name, (package, reason) in COMMANDS.items():
        place = shutil.which(name)
        advice = "" if place else f"sudo apt-get install {package} ({reason})"
        yield Check(f"command {name}", ok=True, found=place or "none", advice=advice)
    servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    advice = "" if servers else "sudo apt-get install postgresql (a large centre and the tests need it)"
    yield Check("command postgres", ok=True, found=str(servers[-1]) if servers else "none", advice=advice)


def said(*command: str) -> str:
    """A short command's first words, or nothing when it fails."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=CONNECT_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def examine(centre: str | None, store: Path) -> list[Check]:
    single: list[Callable[[], Check]] = [
        python_version,
        qt_version,
        qt_libraries,
        sqlite_version,
        serial_ports,
        lambda: display(os.environ),
        lambda: disk(store),
        lambda: clock(time.time()),
    ]
    checks = [look() for look in single]
    checks += fonts()
    checks += commands()
    if centre is not None:
        checks.append(link(centre))
    return checks
