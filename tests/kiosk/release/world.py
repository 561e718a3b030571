"""A TUF repository with small real wheels, a folder of slots, and a terminal's machine without its terminal."""

import base64
import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner

from central.releases import making
from central.releases.repository import Repository, read_key
from contract.releases import PIECE, Shelf
from kiosk.release.trusted import Bring, NotThere

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "packaging/terminal/slots.py"
ADDITIVE = "-- readable by 0001: a table nobody before it looks for\nCREATE TABLE more (id TEXT);\n"
BREAKING = "DROP TABLE cases;\n"
GOOD = "import pathlib, sys\nprint('serving')\n"
BAD = "raise SystemExit(3)\n"


def outside() -> Any:  # noqa: ANN401 - the program beside the slots, as a module
    """`slots.py` as it is installed."""
    specification = importlib.util.spec_from_file_location("slots", PROGRAM)
    assert specification is not None
    assert specification.loader is not None
    made = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(made)
    return made


def wheel(folder: Path, version: str, main: str = GOOD, *steps: str) -> Path:
    """A terminal's wheel, small and real: `main` is its program, `steps` its schema after the first."""
    files = {"kiosk/__init__.py": "", "kiosk/__main__.py": main}
    for number, step in enumerate(("CREATE TABLE cases (id TEXT);\n", *steps), start=1):
        files[f"offline_cache/schema/{number:04d}_step.sql"] = step
    info = f"suiban_terminal-{version}.dist-info"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: suiban-terminal\nVersion: {version}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{name},sha256={_digest(text)},{len(text)}\n" for name, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    place = folder / f"suiban_terminal-{version}-py3-none-any.whl"
    place.write_bytes(raw.getvalue())
    return place


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Makers:
    """Who holds the keys, and the repository they sign."""

    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    repository: Repository = field(init=False)

    def __post_init__(self) -> None:
        self.repository = Repository(self.folder / "repository")
        making.begin(self.repository, self.folder / "offline", self.folder / "online.pem", b"", self.now)

    @property
    def root(self) -> bytes:
        """What terminals are installed with."""
        return (self.folder / "offline" / making.FIRST_ROOT).read_bytes()

    @property
    def keys(self) -> tuple[CryptoSigner, CryptoSigner]:
        """The release key and the online one."""
        return read_key(self.folder / "offline" / making.RELEASE_KEY), read_key(self.folder / "online.pem")

    def root_key(self, number: int) -> CryptoSigner:
        return read_key(self.folder / "offline" / making.root_key(number))

    def release(self, name: str, main: str = GOOD, *steps: str) -> None:
        """Sign one."""
        made = wheel(self.folder, name, main, *steps)
        making.add(self.repository, name, [made], "", self.keys, self.now)


def brought(repository: Repository, seen: list[str] | None = None) -> Bring:
    """Straight from the disk, as the centre serves it."""

    def bring(shelf: Shelf, name: str, offset: int) -> Iterator[bytes]:
        if seen is not None:
            seen.append(f"{name}@{offset}")
        while True:
            piece = repository.piece(shelf, name, offset)
            if piece is None:
                raise NotThere(name)
            yield piece
            offset += len(piece)
            if len(piece) < PIECE:
                return

    return bring


@dataclass
class Machine:
    """/opt/suiban of a terminal, with release 1 in its first slot, run by the Python of these tests."""

    folder: Path
    root: bytes
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.slots.mkdir(parents=True)
        (self.folder / "slots.py").write_bytes(PROGRAM.read_bytes())
        (self.folder / "root.json").write_bytes(self.root)
        self.runtime.mkdir()
        self.by_hand("1")

    @property
    def slots(self) -> Path:
        return self.folder / "slots"

    @property
    def runtime(self) -> Path:
        return self.folder / "run"

    @property
    def fetched(self) -> Path:
        return self.folder / "fetched"

    def by_hand(self, release: str, *steps: str) -> None:
        """A slot as README says; its Python is ours, which has pip and TUF as a real one has."""
        venv = self.slots / release / "venv"
        (venv / "bin").mkdir(parents=True)
        program = venv / "bin/python"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        schema = venv / "lib/python3/site-packages/offline_cache/schema"
        schema.mkdir(parents=True)
        for number, step in enumerate(("CREATE TABLE cases (id TEXT);\n", *steps), start=1):
            (schema / f"{number:04d}_step.sql").write_text(step, encoding="utf-8")
        outside().Slots(self.slots).adopt(release)

    def fetch(self, makers: Makers, release: str) -> None:
        """What a terminal puts down for the installer."""
        bring = brought(makers.repository)
        for shelf, folder in ((Shelf.METADATA, makers.repository.metadata), (Shelf.TARGETS, makers.repository.targets)):
            (self.fetched / shelf.value).mkdir(parents=True, exist_ok=True)
            for one in folder.iterdir():
                (self.fetched / shelf.value / one.name).write_bytes(b"".join(bring(shelf, one.name, 0)))
        assert any(release in one.name for one in (self.fetched / "targets").iterdir())

    def ask(self, what: str, **environment: str) -> "subprocess.Popen[bytes]":
        """What suiban-update.service does when the terminal has written `what`."""
        (self.runtime / "update").write_text(f"{what}\n", encoding="utf-8")
        command = [sys.executable, "-I", str(self.folder / "slots.py"), str(self.slots), "carry-out"]
        command += [str(self.runtime / "update"), str(self.folder / "root.json"), str(self.fetched)]
        return subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def asked(self, what: str) -> None:
        """The same, to its end."""
        process = self.ask(what)
        _, said = process.communicate(timeout=120)
        self.said = said.decode()

    def outcome(self) -> dict[str, Any]:
        """How the last release ended."""
        found: dict[str, Any] = json.loads((self.slots / "outcome.json").read_text(encoding="utf-8"))
        return found

    def current(self) -> str:
        return str((self.slots / "current").readlink())

    def starts(self) -> str:
        """What systemd would start now, found as its ExecStartPre finds it; it has to be whole."""
        slots = outside().Slots(self.slots)
        slots.start()
        assert slots.sound(self.current()), f"{self.current()} does not start"
        return self.current()


class Cut(BaseException):
    """The power went."""


def cut_after(steps: int) -> tuple[Callable[..., None], Callable[[], int]]:
    """A hook that raises after so many calls, and how many there were."""
    count = 0

    def hook(*_: object) -> None:
        nonlocal count
        count += 1
        if count > steps:
            raise Cut

    return hook, lambda: count
