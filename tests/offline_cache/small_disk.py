"""A real ext4 of a few megabytes on a loop device, so that "full" means full. Root only."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def can_be_made() -> str:
    """Why it cannot be made here; empty where it can."""
    if os.geteuid() != 0:
        return "loop devices are root's"
    if not shutil.which("losetup") or not shutil.which("mkfs.ext4"):
        return "losetup and mkfs.ext4 are needed"
    with tempfile.NamedTemporaryFile() as image:
        image.truncate(1 << 20)
        tried = subprocess.run(["losetup", "--find", "--show", image.name], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            return f"no loop device: {tried.stderr.strip()}"
        subprocess.run(["losetup", "--detach", tried.stdout.strip()], check=True)
    return ""


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """The empty file system's folder; unmounted and let go of at the end."""
    image, place = folder / "disk.img", folder / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-O", "^metadata_csum", str(image)], check=True)
    device = subprocess.run(
        ["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True
    ).stdout.strip()
    try:
        subprocess.run(["mount", device, str(place)], check=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", str(place)], check=True)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def fill(folder: Path, leave: int) -> Path:
    """A file of somebody else that leaves about so many bytes."""
    path = folder / "somebody-elses"
    with path.open("ab") as file:
        while (free := shutil.disk_usage(folder).free) > leave:
            try:
                file.write(b"x" * min(1 << 20, max(4096, free - leave)))
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                break
    return path
