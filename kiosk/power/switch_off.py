"""The wish that the machine be switched off, put where suiban-power-off.path sees it. The terminal itself may not.

The folder is the service's runtime directory: it is gone with the service, so no wish outlives the boot it was made in.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = "power-off"


def ask(environment: Mapping[str, str], reason: str) -> bool:
    """Ask for it, once everything is written down. False where nobody listens: a terminal on somebody's desk."""
    folder = environment.get("RUNTIME_DIRECTORY", "")
    if not folder:
        return False
    try:
        (Path(folder) / NAME).write_text(f"{reason}\n", encoding="utf-8")
    except OSError:
        return False
    return True
