#!/usr/bin/python3 -I
"""The releases of a terminal beside one another, and which of them starts. Outside all of them; standard library only.

/opt/suiban/slots/RELEASE/venv   one release; complete when it has its slot.json
                 /current        the one that starts; switched by one rename
                 /previous       the one before it
                 /trial.json     how often and how long a new one was tried, as long as it has not proved itself
                 /outcome.json   what became of the last one, and why

A power cut between any two steps leaves a `current` that starts. No clock is asked: minutes are counted by the calls.
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STARTS = 3
"""A new release that was started so often and is not well goes."""
MINUTES = 45
"""The same, by minutes; the terminal itself gives up earlier, and never under a citizen."""
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
STEP = re.compile(r"(\d{4})_\w+\.sql")
READABLE = re.compile(r"^-- readable by (\d{4})\b", re.MULTILINE)
CURRENT, PREVIOUS, TRIAL, OUTCOME, MAKING = "current", "previous", "trial.json", "outcome.json", ".making-"


class Slots:
    """Everything in one folder, written by one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time; nothing that takes long is done meanwhile."""
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # --- what there is ----------

    def read(self, name: str) -> dict[str, Any]:
        """One of the small files; empty where there is none, or none that can be read."""
        try:
            found = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def target(self, link: str) -> str:
        """The release a link names; empty where it names none."""
        try:
            name = str((self.folder / link).readlink())
        except OSError:
            return ""
        return name if NAME.fullmatch(name) else ""

    def sound(self, release: str) -> bool:
        """Whether it is complete and has a program to start."""
        if not NAME.fullmatch(release):
            return False
        place = self.folder / release
        return (place / "slot.json").is_file() and os.access(place / "venv/bin/python", os.X_OK)

    def others(self) -> list[str]:
        """Every sound release, the youngest first."""
        found = [one.name for one in self.folder.iterdir() if not one.is_symlink() and self.sound(one.name)]
        return sorted(found, key=lambda name: (self.folder / name / "slot.json").stat().st_mtime_ns, reverse=True)

    # --- how it is changed ----------

    def write(self, name: str, values: dict[str, Any]) -> None:
        """The old one or the new one, whatever happens meanwhile."""
        part = self.folder / f".{name}.part"
        with part.open("w", encoding="utf-8") as file:
            json.dump(values, file)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(self.folder / name)
        sync(self.folder)

    def drop(self, name: str) -> None:
        """Take one of the small files away."""
        with contextlib.suppress(FileNotFoundError):
            (self.folder / name).unlink()
            sync(self.folder)

    def point(self, link: str, release: str) -> None:
        """One rename, on the disk when this returns."""
        part = self.folder / f".{link}.part"
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        part.symlink_to(release)
        part.replace(self.folder / link)
        sync(self.folder)

    def end(self, release: str, outcome: str, why: str) -> None:
        """Write down what became of a release."""
        number = int(self.read(OUTCOME).get("number", 0)) + 1
        self.write(OUTCOME, {"release": release, "outcome": outcome, "why": why, "number": number})

    def readable(self, release: str, by: str) -> bool:
        """Whether the store of `release` can be gone on with by another release."""
        newer, older = self.read(f"{release}/slot.json"), self.read(f"{by}/slot.json")
        return int(newer.get("readable_by", 9999)) <= int(older.get("schema", 0))

    # --- what is asked ----------

    def adopt(self, release: str) -> None:
        """`.making-RELEASE` is whole: give it its name. A slot that was made by hand only gets its slot.json."""
        made = self.folder / f"{MAKING}{release}"
        place = made if made.is_dir() else self.folder / release
        schema, readable_by = schema_of(place)
        body = {"release": release, "schema": schema, "readable_by": readable_by}
        Slots(place).write("slot.json", body)
        os.sync()
        if place is made:
            made.rename(self.folder / release)
            sync(self.folder)
        if not self.target(CURRENT):
            self.point(CURRENT, release)

    def switch(self, release: str) -> None:
        """Start with this one from now on, on trial."""
        current = self.target(CURRENT)
        if release == current:
            return
        if not self.sound(release) or not self.sound(current):
            self.end(release, "refused", "release.not_complete")
        elif self.read(TRIAL).get("release") == current:
            self.end(release, "refused", "release.other_on_trial")
        elif not self.readable(release, current):
            self.end(release, "refused", "release.schema")
        else:
            self.point(PREVIOUS, current)
            self.write(TRIAL, {"release": release, "starts": 0, "minutes": 0})
            self.point(CURRENT, release)

    def well(self, release: str) -> None:
        """It has proved itself; what is older than the one before it goes."""
        if self.target(CURRENT) != release or self.read(TRIAL).get("release") != release:
            return
        self.end(release, "well", "")
        self.drop(TRIAL)
        keep = {release, self.target(PREVIOUS)}
        for one in self.folder.iterdir():
            if one.is_dir() and not one.is_symlink() and one.name not in keep:
                shutil.rmtree(one, ignore_errors=True)

    def back(self, release: str, why: str) -> bool:
        """Start with the one before from now on. False where there is none, or it could not read the store."""
        previous = self.target(PREVIOUS)
        if self.target(CURRENT) != release or previous == release:
            return False
        if not self.sound(previous) or not self.readable(release, previous):
            self.end(release, "refused", "release.no_way_back")
            return False
        self.end(release, "back", why)
        self.point(CURRENT, previous)
        self.drop(TRIAL)
        return True

    def start(self) -> None:
        """Before every start of the terminal: count it, and see to it that there is something to start."""
        current, trial = self.target(CURRENT), self.read(TRIAL)
        if trial and trial.get("release") != current:
            self.drop(TRIAL)  # cut off between writing it and the switch, or after going back
        elif trial:
            starts = int(trial.get("starts", 0))
            if starts < STARTS or not self.back(current, "release.starts"):
                self.write(TRIAL, trial | {"starts": starts + 1})
        current = self.target(CURRENT)
        if self.sound(current):
            return
        previous = self.target(PREVIOUS)
        for one in (previous, *self.others()):
            if one != current and self.sound(one):
                self.end(current or "?", "back", "release.broken")
                self.point(CURRENT, one)
                return

    def minute(self) -> bool:
        """Once a minute while the machine runs. False where the terminal has to be started anew with the one before."""
        current, trial = self.target(CURRENT), self.read(TRIAL)
        if not trial or trial.get("release") != current:
            return True
        minutes = int(trial.get("minutes", 0)) + 1
        if minutes >= MINUTES and self.back(current, "release.minutes"):
            return False
        self.write(TRIAL, trial | {"minutes": minutes})
        return True


def schema_of(place: Path) -> tuple[int, int]:
    """The last step of the store's schema in this release, and the first step whose program can go on with it.

    A step that says nothing can be gone on with by no program before it.
    """
    last, least = 0, 0
    for step in place.glob("venv/lib/python*/site-packages/offline_cache/schema/*.sql"):
        if found := STEP.fullmatch(step.name):
            number = int(found[1])
            said = READABLE.search(step.read_text(encoding="utf-8"))
            last, least = max(last, number), max(least, int(said[1]) if said else number)
    return last, least


def sync(folder: Path) -> None:
    """What was renamed in a folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def carry_out(slots: Slots, asked: Path, installer: list[str]) -> None:
    """What the terminal wrote into its folder, taken away first: `install|switch|well|back RELEASE [WHY]`."""
    descriptor = os.open(asked, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, encoding="utf-8") as file:
        said = file.read(200)
    asked.unlink()
    what, release, why, *_ = [*said.split(), "", "", ""]
    if not NAME.fullmatch(release):
        return
    if what == "install":
        program = str(slots.folder / CURRENT / "venv/bin/python")
        os.execv(program, [program, "-I", "-m", "kiosk.release.install", *installer, str(slots.folder), release])  # noqa: S606
    with slots.alone():
        if what == "switch":
            slots.switch(release)
        elif what == "well":
            slots.well(release)
        elif what == "back":
            slots.back(release, why if re.fullmatch(r"release\.[a-z_]{1,40}", why) else "release.taken_back")


def main() -> int:
    """`slots.py FOLDER start|minute|adopt RELEASE|carry-out FILE ROOT DOWNLOADS`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("start", "minute", "adopt", "carry-out"))
    parser.add_argument("rest", nargs="*")
    asked = parser.parse_args()
    slots = Slots(asked.folder)
    if asked.what == "carry-out":
        carry_out(slots, Path(asked.rest[0]), asked.rest[1:])
        return 0
    with slots.alone():
        if asked.what == "start":
            slots.start()
        elif asked.what == "adopt":
            slots.adopt(asked.rest[0])
        else:
            return 0 if slots.minute() else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
