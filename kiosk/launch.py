"""Starts a visit process with the standard library alone: the first thing a terminal does when the power comes on."""

import socket
import subprocess
import sys
from pathlib import Path


def visit_command(config: Path, hand: Path | None) -> tuple[str, ...]:
    """How a visit process is started; `hand` is where the demo's finger listens, None in the field."""
    command = (sys.executable, "-m", "kiosk", "visit", "--config", str(config.resolve()))
    return command if hand is None else (*command, "--hand", str(hand))


def technician_command(config: Path, hand: Path | None) -> tuple[str, ...]:
    """How the technician's process is started."""
    command = (sys.executable, "-m", "kiosk", "technician", "--config", str(config.resolve()))
    return command if hand is None else (*command, "--hand", str(hand))


Launched = tuple["subprocess.Popen[bytes]", socket.socket]
"""A visit process and our end of its socket pair."""


def launch(command: tuple[str, ...]) -> Launched:
    """Start it. Raises OSError where none can be started."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            popen = subprocess.Popen(
                (*command, "--link-fd", str(theirs.fileno())), pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL
            )
        except OSError:
            ours.close()
            raise
    return popen, ours
