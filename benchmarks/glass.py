"""A display as a citizen has it: a finger of real X events, and an eye that looks at the pixels of the framebuffer.

Nothing here knows the program behind the glass, and the program knows nothing of being looked at.
"""

import mmap
import os
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.machine import display

HOLD: Final = 0.05
"""Seconds for which the finger stays down: a quick tap of a person."""
QUIET: Final = 0.15
"""Seconds without a change after which a picture stands; the fade of a new page changes it every 16 ms."""
LOOK_EVERY: Final = 0.002
GIVE_UP: Final = 2.5
_ROWS_APART: Final = 8
"""Every eighth row is looked at, a millimetre apart or two: nothing a citizen can see lies between them."""
_A_HINT: Final = 0.3
"""Share of a new page's rows: what changes fewer of them moves by itself, as the card that swings over the reader. A
fade changes every row of the page with each of its frames.
"""
_HEADER: Final = struct.Struct(">25I")


@dataclass(frozen=True)
class Changed:
    """What one touch did to the picture, in seconds."""

    first: float
    """From the finger's coming down to the first pixel that was another one."""
    there: float
    """From the finger's leaving to the last change of what does not go on moving by itself: a page and its fade,
    without a hint that swings.
    """


def _there(changes: Sequence[tuple[float, frozenset[int]]]) -> float:
    """When the page as a whole came to rest. `changes`: when, and which rows of the picture were others."""
    most = max(len(rows) for _, rows in changes)
    return max(at for at, rows in changes if len(rows) >= _A_HINT * most)


class Glass:
    """One display, its finger and its eye."""

    def __init__(self, name: str, framebuffer: Path) -> None:
        """`name` is DISPLAY; `framebuffer` the folder of Xvfb's -fbdir (an XWD file that is always current)."""
        self.name = name
        self._finger = subprocess.Popen(
            ("xdotool", "-"), stdin=subprocess.PIPE, env={**os.environ, "DISPLAY": name}, text=True, bufsize=1
        )
        with (framebuffer / "Xvfb_screen0").open("rb") as file:
            self._pixels = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = _HEADER.unpack(self._pixels[: _HEADER.size])
        size, height, line, colours = header[0], header[5], header[12], header[19]
        begin = size + colours * 12
        self._rows = [(begin + at * line, begin + (at + 1) * line) for at in range(0, height, _ROWS_APART)]

    def close(self) -> None:
        """End the finger."""
        if self._finger.stdin:
            with suppress(OSError):
                self._finger.stdin.close()
        self._finger.wait(10)
        self._pixels.close()

    def point(self, x: float, y: float) -> None:
        """Bring the finger there, without a touch."""
        self._do(f"mousemove {round(x)} {round(y)}")

    def stands(self, patience: float = GIVE_UP) -> bool:
        """Wait until nothing has changed for a moment; False where something keeps moving."""
        seen, since = self._look(), time.monotonic()
        began = since
        while (now := time.monotonic()) - since < QUIET:
            if now - began > patience:
                return False
            time.sleep(LOOK_EVERY)
            if (sees := self._look()) != seen:
                seen, since = sees, time.monotonic()
        return True

    def touch(self, ask: Callable[[], object]) -> Changed | None:
        """Press and release where the finger is, and look; None where the picture did not change at all.

        `ask` returns when whoever is behind the glass has time again: while a page is being made nothing moves either.
        """
        seen, began = self._look(), time.monotonic()
        self._do(f"mousedown 1 sleep {HOLD:g} mouseup 1")
        changes: list[tuple[float, frozenset[int]]] = []
        asking: threading.Thread | None = None
        quiet_since = HOLD
        while (now := time.monotonic() - began) < GIVE_UP:
            time.sleep(LOOK_EVERY)
            sees, at = self._look(), time.monotonic() - began
            if sees != seen:
                rows = (row for row, (old, new) in enumerate(zip(seen, sees, strict=True)) if old != new)
                changes.append((at, frozenset(rows)))
                seen, quiet_since = sees, max(HOLD, at)
            elif asking is not None and asking.is_alive():
                quiet_since = now
            elif changes and now - quiet_since > QUIET:
                if asking is not None:
                    break
                asking = threading.Thread(target=ask, daemon=True)
                asking.start()
        if asking is not None:
            asking.join()
        return Changed(changes[0][0], max(0.0, _there(changes) - HOLD)) if changes else None

    def _look(self) -> list[bytes]:
        return [self._pixels[begin:end] for begin, end in self._rows]

    def _do(self, order: str) -> None:
        if self._finger.stdin is None:
            message = f"the finger on {self.name} is gone"
            raise ConnectionError(message)
        self._finger.stdin.write(f"{order}\n")
        self._finger.stdin.flush()


@contextmanager
def glass(width: int, height: int, folder: Path) -> Iterator[Glass]:
    """A glass of that many pixels; `folder` holds its picture."""
    folder.mkdir(exist_ok=True)
    with display(width, height, folder) as name:
        made = Glass(name, folder)
        try:
            yield made
        finally:
            made.close()
