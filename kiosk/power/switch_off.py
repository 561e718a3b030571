"""The wish that the machine goes off or starts anew, put where suiban-power-off.path and suiban-reboot.path see it.

The terminal itself may do neither.

The folder is the service's runtime directory: it is gone with the service, so no wish outlives the boot it was made in.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = "power-off"
REBOOT: Final = "reboot"


def ask(environment: Mapping[str, str], reason: str, name: str = NAME) -> bool:
    """Ask for it, once everything is written down. False where nobody listens: a terminal on somebody's desk."""
    folder = environment.get("RUNTIME_DIRECTORY", "")
    if not folder:
        return False
    try:
        (Path(folder) / name).write_text(f"{reason}\n", encoding="utf-8")
    except OSError:
        return False
    return True
