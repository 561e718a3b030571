"""A disk whose power can be cut: ext4 in a file on a loop device. Needs root and a mount namespace of its own."""

import fcntl
import os
import struct
import subprocess
import sys
from pathlib import Path

_SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN
_NOLOGFLUSH = struct.pack("I", 2)  # neither log nor data reach the disk any more
_INSIDE = "--in-own-namespace"


def in_own_namespace(module: str, arguments: list[str]) -> int | None:
    """Run the same campaign where mounts end with their process; its status, or None for whoever is there already."""
    if _INSIDE in arguments:
        arguments.remove(_INSIDE)
        return None
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", module, *arguments, _INSIDE]
    return subprocess.run(command, check=False).returncode


class Disk:
    """Made empty; `cut` loses everything that was not synced, `mount` replays the journal as after a power failure."""

    def __init__(self, folder: Path, megabytes: int = 96) -> None:
        self._image = folder / "disk.img"
        self.mounted = folder / "disk"
        self.mounted.mkdir(exist_ok=True)
        with self._image.open("wb") as image:
            image.truncate(megabytes << 20)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", str(self._image))
        self.mount()

    def mount(self) -> None:
        """As at the next start of the machine."""
        _run("mount", "-o", "loop", str(self._image), str(self.mounted))

    def cut(self) -> None:
        """From this moment on nothing is written any more; every later call fails."""
        folder = os.open(self.mounted, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, _NOLOGFLUSH)
        finally:
            os.close(folder)

    def unmount(self) -> None:
        """Nobody may have a file open."""
        _run("umount", str(self.mounted))

    def discard(self) -> None:
        """Unmount and delete."""
        self.unmount()
        self._image.unlink()


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        message = f"{' '.join(command)}: {done.stderr.strip()}"
        raise OSError(message)
