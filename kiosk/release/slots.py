"""What lies in the slots, read by the terminal, which may write none of it; what it asks of the program that may."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from contract.releases import RELEASE_NAME
from kiosk.release.rules import Known

ASKED: Final = "update"
"""In the runtime directory, where suiban-update.path sees it."""


def look(folder: Path) -> Known:
    """What there is now. Raises OSError where the folder cannot be read."""
    trial, ended = _read(folder / "trial.json"), _read(folder / "outcome.json")
    current = _target(folder / "current")
    complete = frozenset(
        one.name
        for one in folder.iterdir()
        if re.fullmatch(RELEASE_NAME, one.name) and not one.is_symlink() and (one / "slot.json").is_file()
    )
    return Known(
        current=current,
        previous=_target(folder / "previous"),
        trial=current if trial.get("release") == current and current else "",
        complete=complete,
        ended=str(ended.get("release", "")),
        outcome=str(ended.get("outcome", "")),
        why=str(ended.get("why", "")),
        number=int(ended.get("number", 0)),
    )


def ask(environment: Mapping[str, str], what: str) -> bool:
    """Ask for it. False where nobody listens: a terminal on somebody's desk, or one that was set up by hand."""
    folder = environment.get("RUNTIME_DIRECTORY", "")
    if not folder:
        return False
    try:
        part = Path(folder) / f".{ASKED}"
        part.write_text(f"{what}\n", encoding="utf-8")
        part.replace(Path(folder) / ASKED)  # whoever sees it finds all of it
    except OSError:
        return False
    return True


def _target(link: Path) -> str:
    with suppress(OSError):
        name = str(link.readlink())
        return name if re.fullmatch(RELEASE_NAME, name) else ""
    return ""


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}
