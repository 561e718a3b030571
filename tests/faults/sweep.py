"""One whole submission, stopped at every system call that touches the disk: by SIGKILL, or by cutting the power there.

strace counts each kind of call by itself; each is swept until a submission runs through untouched.
"""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from offline_cache.store import Store
from tests.faults.disk import Disk
from tests.faults.figures import Figures
from tests.faults.promises import Child, Promised, Tell, compare, fork, submit

CALLS = (
    "pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "renameat", "renameat2", "link", "linkat",
    "unlink", "unlinkat",
)  # fmt: skip
_MOST = 500
"""Points of one kind of call; a submission that has more is not one submission."""


@dataclass
class Sweep:
    """Where the store lies, and what happens at each point."""

    folder: Path
    figures: Figures
    promised: Promised
    kind: type[Store] = Store
    synced: bool = True
    disk: Disk | None = None
    """With a disk its power is cut at the point; without one the process alone dies."""

    points: dict[str, int] = field(default_factory=dict)
    """Kind of call -> how many of them a submission makes."""

    def whole(self, stride: int = 1) -> None:
        """Every point of every kind of call, or every `stride`-th. `runs` counts the points that were stopped at."""
        for call in CALLS:
            for point in range(1, _MOST, stride):
                if self._one(call, point):
                    self.points |= {call: point - 1} if point > 1 else {}
                    break
                if self.figures.broken and (not self.synced or self.kind is not Store):
                    return  # the mistake made on purpose has been found
            else:
                self.figures.note("corrupt", f"{call}: the submission never ran through")

    def _one(self, call: str, point: int) -> bool:
        """Stop a submission at one point. True when it ran through: there is no such point."""
        case_id = f"case-{call}-{point}-5"  # of the kind that stores a record too

        def work(store: Store, tell: Tell) -> None:
            submit(store, case_id, tell)
            tell("through")

        child = fork(self.folder, work, self.kind, synced=self.synced, waits=True)
        child.until_told()
        stop = "SIGSTOP" if self.disk else "SIGKILL"
        strace = _attach(child, call, stop, point)
        child.let_go()
        if self.disk is not None and _stopped(child):
            self.disk.cut()
            child.kill()
        lines = child.end()
        strace.communicate(timeout=20)
        if self.disk is not None:
            self.disk.unmount()
            self.disk.mount()
        through = False
        for line in lines:
            if line.endswith(" ready"):
                continue
            if line.endswith(" through"):
                through = True
                continue
            self.promised.hear(line)
        self.figures.runs += not through
        compare(self.folder, self.promised, self.figures)
        return through


def _attach(child: Child, call: str, stop: str, point: int) -> "subprocess.Popen[str]":
    command = ["strace", "-p", str(child.pid), "-o", "/dev/null", "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:signal={stop}:when={point}"]
    strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert strace.stderr is not None
    for line in strace.stderr:
        if "attached" in line:
            break
    else:
        message = f"strace does not attach to process {child.pid}: it needs root or CAP_SYS_PTRACE"
        raise OSError(message)
    return strace


def _stopped(child: Child) -> bool:
    """Wait until the child stands still (True) or has ended."""
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return True
    child.status = status
    return False
