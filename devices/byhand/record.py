"""What goes over a device's line, taken down by hand or out of a running terminal's ring, as one file to send away."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from devices.kind import Kind
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recordings import Recording, recording
from devices.recording.ring_file import read_ring

_EVERY_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Taking:
    """Where a recording goes, how long it is listened for it, and what it says of the program that made it."""

    out: Path | None = None
    seconds: float = 30.0
    versions: Mapping[str, str] = field(default_factory=dict)


def record(kind: Kind[Any], address: str, options: Mapping[str, object], taking: Taking) -> Recording:
    """Ask the device how it is until the time is over or Ctrl-C, and give back all that was said.

    A device that fails is why somebody records: what was heard until then is the recording. Raises DeviceError only
    when the line could not be opened.
    """
    recorder = kind.recorder()
    driver = kind.connect(address, options, recorder)
    until = Deadline.after(taking.seconds)
    try:
        while not until.expired:
            driver.status()
            time.sleep(min(_EVERY_SECONDS, until.left()))
    except (DeviceError, KeyboardInterrupt):
        pass
    finally:
        driver.close()
    return recording(kind.name, address, recorder.frames(), driver.tally.take(), taking.versions)


def export(kind: Kind[Any], ring: Path, taking: Taking) -> Recording:
    """The ring file a terminal keeps of one device, also while it is being written. Raises OSError, ValueError."""
    return recording(kind.name, ring.name, read_ring(ring), {}, taking.versions)
