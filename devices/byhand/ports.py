"""Which serial ports this machine has, by the names that stay, and who holds them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

_FOLDERS_OF_NAMES: Final = ("suiban", "serial/by-id", "serial/by-path")
"""Where udev puts stable names; ours first, then the adapter's serial number, then the socket it is plugged into."""
_NO_UART: Final = "0"
"""What /sys/class/tty/ttyS2/type says of a port the board does not have."""


@dataclass(frozen=True)
class PortSeen:
    """One serial port. `name` is the one for the settings; what nobody says is ""."""

    path: str
    name: str
    names: tuple[str, ...] = ()
    vendor: str = ""
    product: str = ""
    serial: str = ""
    title: str = ""
    held_by: str = ""


def ports(dev: Path = Path("/dev"), sys: Path = Path("/sys"), proc: Path = Path("/proc")) -> tuple[PortSeen, ...]:
    """Every serial port with hardware behind it, and every port that has a stable name."""
    named: dict[str, list[str]] = {}
    for link in _stable_names(dev):
        named.setdefault(str(link.resolve()), []).append(str(link))
    nodes = {str(dev / name) for name in _with_hardware(sys)} | set(named)
    seen = []
    for node in sorted(nodes):
        names = tuple(named.get(node, ()))
        port = replace(_of_adapter(sys, node), names=names, held_by=holder(node, proc))
        seen.append(replace(port, name=_best_name(port)))
    return tuple(seen)


def holder(path: str, proc: Path = Path("/proc")) -> str:
    """Who has this port open, such as "kiosk (process 812)"; "" when nobody is seen.

    Processes of other users are seen by root only.
    """
    wanted = os.path.realpath(path)
    own = str(os.getpid())
    others = (entry for entry in sorted(proc.iterdir()) if entry.name.isdigit() and entry.name != own)
    return ", ".join(f"{_called(process)} (process {process.name})" for process in others if _holds(process, wanted))


def _stable_names(dev: Path) -> Iterator[Path]:
    for folder in _FOLDERS_OF_NAMES:
        if (dev / folder).is_dir():
            yield from sorted(link for link in (dev / folder).iterdir() if link.is_symlink() and link.exists())


def _with_hardware(sys: Path) -> Iterator[str]:
    folder = sys / "class" / "tty"
    for tty in folder.iterdir() if folder.is_dir() else ():
        if (tty / "device").exists() and _text(tty / "type") != _NO_UART:
            yield tty.name


def _of_adapter(sys: Path, node: str) -> PortSeen:
    """What the USB adapter a port belongs to says of itself."""
    found = PortSeen(path=node, name=node)
    device = sys / "class" / "tty" / Path(node).name / "device"
    if not device.exists():
        return found
    for folder in (place := device.resolve(), *place.parents):
        if (folder / "idVendor").is_file():
            return replace(
                found,
                vendor=_text(folder / "idVendor"),
                product=_text(folder / "idProduct"),
                serial=_text(folder / "serial"),
                title=_text(folder / "product"),
            )
    return found


def _best_name(port: PortSeen) -> str:
    """An adapter without a serial number shares its by-id name with its twins: only the USB socket tells them apart."""
    for name in port.names:
        if "/by-id/" not in name or port.serial:
            return name
    return port.path


def _holds(process: Path, wanted: str) -> bool:
    try:
        return any(str(descriptor.readlink()) == wanted for descriptor in (process / "fd").iterdir())
    except OSError:  # it has ended, or is another user's
        return False


def _called(process: Path) -> str:
    """The module of a Python program, else the program's own name; never its arguments."""
    try:
        words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "a program"
    if "-m" in words[:-1]:
        return words[words.index("-m") + 1]
    return name or "a program"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
