"""An X server of our own."""

import os
import subprocess
from collections.abc import Iterator

import pytest

SIZE = (1080, 1920)


@pytest.fixture
def display() -> Iterator[str]:
    """On a free number, as large as the panel."""
    read, write = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ("Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp")
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        server.terminate()
