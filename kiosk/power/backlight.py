"""The light of the panel, as the kernel has it in sysfs (`brightness`, `max_brightness`: whole numbers in ASCII).

At night it is turned down while nobody uses the terminal, and up at the first touch. A panel without one keeps the
dimmed look alone.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk import audit

AUTO: Final = "auto"
CLASS: Final = Path("/sys/class/backlight")
LOOK_SECONDS: Final = 0.5
AGAIN_SECONDS: Final = 60.0
"""What could not be set is tried again, and what somebody else has set is set back."""


class Backlight:
    """Sets one panel's light. `tick` runs on the main thread; sysfs answers from memory, but a panel's own chip may
    not: the writing has a thread of its own, of which at most one is under way.
    """

    def __init__(self, place: str, folder: Path = CLASS) -> None:
        """`place`: `auto`, a folder of sysfs, or nothing. `folder` is where `auto` looks."""
        self._place = place
        self._folder = folder
        self._wanted = 0
        self._look_at = 0.0
        self._again_at = 0.0
        self._trouble = ""
        self._writing: threading.Thread | None = None

    @property
    def device(self) -> Path | None:
        """The folder of the panel's light; None where there is none."""
        return found(self._place, self._folder)

    @property
    def busy(self) -> bool:
        """Whether something is being set."""
        return self._writing is not None and self._writing.is_alive()

    def use(self, place: str) -> None:
        """Other settings hold from now on."""
        if place != self._place:
            self._place, self._wanted = place, 0

    def tick(self, now: float, level: Callable[[], int]) -> None:
        """Set what `level` says (per cent), where it is another than before. `now` is monotonic seconds."""
        if now < self._look_at or self.busy:
            return
        self._look_at = now + LOOK_SECONDS
        wanted = level()
        if wanted == self._wanted and now < self._again_at:
            return
        self._wanted, self._again_at = wanted, now + AGAIN_SECONDS
        device = self.device
        if device is not None:
            self._writing = threading.Thread(target=self._set, args=(device, wanted), name="backlight", daemon=True)
            self._writing.start()

    def _set(self, device: Path, percent: int) -> None:
        try:
            changed = shine(device, percent)
        except (OSError, ValueError) as error:
            trouble = getattr(error, "strerror", None) or str(error)
            if trouble != self._trouble:
                audit.note("backlight_not_set", device=device.name, error=trouble)
            self._trouble = trouble
            return
        self._trouble = ""
        if changed:
            audit.note("backlight_set", device=device.name, percent=percent)


def found(place: str, folder: Path = CLASS) -> Path | None:
    """The folder a setting means; None where nothing is there."""
    if place == AUTO:
        here = sorted(folder.glob("*/max_brightness")) if folder.is_dir() else []
        return here[0].parent if here else None
    return Path(place) if place and (Path(place) / "max_brightness").exists() else None


def shine(device: Path, percent: int) -> bool:
    """Set the light to so much of its most; at least 1, as 0 is dark on many panels. Whether it was another. Raises
    OSError, ValueError.
    """
    most = int((device / "max_brightness").read_text(encoding="ascii"))
    wanted = max(1, round(most * percent / 100))
    file = device / "brightness"
    if int(file.read_text(encoding="ascii")) == wanted:
        return False
    file.write_text(f"{wanted}\n", encoding="ascii")
    return True


def wanted(*, night: bool, used: bool, at_night: int) -> int:
    """Per cent: less only at night, and never under somebody's hands."""
    return at_night if night and not used else 100
