"""Builds a slot out of what the terminal has fetched. Runs as root without a network, asked for by `slots.py`.

It believes nothing of the terminal: every file is proven anew, with this program's own memory of the versions seen, and
copied before it is proven, so that nobody changes it in between.
"""

import argparse
import importlib.util
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from contract.releases import FILE_NAME, PIECE, Manifest, Shelf
from kiosk.release.trusted import Bring, Library, NotThere, NotTrusted, first_root

OUTSIDE: Final = "slots.py"
STATE: Final = ".trusted"
PIP_SECONDS: Final = 1500.0

log = logging.getLogger(__name__)


class NotInstalled(Exception):
    """`key` is a `release.…` key."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(f"{key}: {detail}")
        self.key = key


def install(slots: Path, release: str, root: bytes, fetched: Path) -> None:
    """Make the slot; the one that runs is not touched. Raises NotTrusted, NotInstalled, OSError."""
    place = slots / f".making-{release}"
    shutil.rmtree(place, ignore_errors=True)
    wheels = place / "wheels"
    wheels.mkdir(parents=True)
    library = Library(root, slots / STATE, from_folder(fetched))
    library.look()
    made_of = library.manifest(release, wheels)
    for name in (made_of.requirements, *made_of.files):
        library.fetch(name, wheels / name)
    step("proven")
    make_venv(place / "venv")
    step("made")
    fill_venv(place / "venv", wheels, made_of)
    step("filled")
    shutil.rmtree(wheels)
    step("swept")


def make_venv(venv: Path) -> None:
    """An empty environment of the machine's own Python, which no slot takes with it when it goes."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    _run([str(base), "-I", "-m", "venv", "--without-pip", str(venv)])


def fill_venv(venv: Path, wheels: Path, made_of: Manifest) -> None:
    """Every requirement, by its hash, from the wheels alone; the pip of the release that runs does it."""
    command = [sys.executable, "-I", "-m", "pip", "--python", str(venv / "bin/python"), "install", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", "--no-index", "--no-cache-dir", "--require-hashes"]
    command += ["--only-binary", ":all:", "--find-links", str(wheels), "-r", str(wheels / made_of.requirements)]
    _run(command)


def _run(command: list[str]) -> None:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull, "TMPDIR": "/tmp"}  # noqa: S108 - private to the unit
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=PIP_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NotInstalled("release.not_installed", f"no end after {PIP_SECONDS:g} s") from error
    if done.returncode:
        raise NotInstalled("release.not_installed", done.stderr.decode(errors="replace")[-2000:])


def step(name: str) -> None:
    """Where a test cuts the power: `SUIBAN_STOP_AFTER` waits there to be killed."""
    if os.environ.get("SUIBAN_STOP_AFTER") == name:
        print(name, flush=True)  # noqa: T201 - to whoever kills it
        time.sleep(60)


def from_folder(fetched: Path) -> Bring:
    """What the terminal has put down, in pieces."""

    def bring(shelf: Shelf, name: str, offset: int) -> Iterator[bytes]:
        place = fetched / shelf.value / name
        if not re.fullmatch(FILE_NAME, name) or not place.is_file():
            raise NotThere(name)
        with place.open("rb") as file:
            file.seek(offset)
            while piece := file.read(PIECE):
                yield piece

    return bring


def main() -> int:
    """`python -m kiosk.release.install ROOT FETCHED SLOTS RELEASE`; how it ended is in the slots' outcome.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("root", "fetched", "slots"):
        parser.add_argument(name, type=Path)
    parser.add_argument("release")
    asked = parser.parse_args()
    outside = outside_of(asked.slots)
    slots = outside.Slots(asked.slots)
    if slots.sound(asked.release):
        return 0
    try:
        install(asked.slots, asked.release, first_root(asked.root), asked.fetched)
        with slots.alone():
            slots.adopt(asked.release)
        step("adopted")
    except (NotTrusted, NotInstalled) as error:
        log.exception("no slot for %s", asked.release)
        with slots.alone():
            slots.end(asked.release, "refused", error.key)
        return 1
    except OSError:
        log.exception("no slot for %s", asked.release)
        with slots.alone():
            slots.end(asked.release, "refused", "release.disk")
        return 1
    return 0


def outside_of(slots: Path) -> Any:  # noqa: ANN401 - a program beside the slots, of whatever release put it there
    """What names and switches slots: the one program that does, and no release brings it along."""
    specification = importlib.util.spec_from_file_location("slots", slots.parent / OUTSIDE)
    if specification is None or specification.loader is None:
        message = f"{slots.parent / OUTSIDE}: no such program; install packaging/terminal/slots.py there"
        raise FileNotFoundError(message)
    made = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(made)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
