"""What a measurement needs of the machine: an own display, dropped file caches, memory of a process tree."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def drop_caches() -> bool:
    """Write back and forget cached files, as after power-on. False where this machine does not let us."""
    os.sync()
    try:
        DROP_CACHES.write_text("3\n")
    except OSError:
        return False
    return True


@contextlib.contextmanager
def display(width: int, height: int, framebuffer: Path | None = None) -> Iterator[str]:
    """An X server of our own on a free number; yields DISPLAY. What it shows lies in a file in `framebuffer`."""
    read, write = os.pipe()
    beside = ("-fbdir", str(framebuffer)) if framebuffer else ()
    with subprocess.Popen(
        ("Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", *beside),
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        server.terminate()


def family(root: int) -> list[int]:
    """`root` and every process below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after_name = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(after_name[1]), []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += children.get(process, [])
    return found


def cpu_seconds(process: int) -> tuple[float, float]:
    """What all threads of a process have run so far, and how long they were ready and waited for a core."""
    ran = waited = 0
    for account in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            ran_ns, waited_ns, _ = account.read_text().split()
            ran, waited = ran + int(ran_ns), waited + int(waited_ns)
    return ran / 1e9, waited / 1e9


def pss_mb(processes: list[int]) -> dict[int, float]:
    """Proportional set size in MB, by process: shared pages are split among those that share them."""
    sizes = {}
    for process in processes:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    sizes[process] = round(int(line.split()[1]) / 1024, 1)
    return sizes


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, with its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
