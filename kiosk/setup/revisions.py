"""The settings' history: every change is a numbered revision, checked, undoable, and on probation until it proves well.

`revisions/` lies beside kiosk.toml: NNNN.toml as it was in force, NNNN.json who changed what, pending.json what is on
probation. The technician's process saves; the terminal keeps or takes back. A lock keeps them apart.
"""

import fcntl
import json
import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from kiosk import settings
from kiosk.durable import give, make_folder, replace_file
from kiosk.fitted.fitting import refuse_misfit

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

PROBATION: Final = timedelta(minutes=5)
MOST_STARTS: Final = 3
"""Settings with which the terminal had to start this often without proving well are taken back."""
BY_HAND: Final = "editor"
"""Who made a change that was found in the file and not made here."""
_LONGEST_VALUE: Final = 120
_USER_INFO: Final = re.compile(r"//[^/\s\"]*@")


class Outcome(StrEnum):
    """What became of a revision."""

    PENDING = "pending"
    KEPT = "kept"
    TAKEN_BACK = "taken_back"
    UNDONE = "undone"


class Revision(msgspec.Struct, frozen=True):
    """One change: `changes` has a line for each value, `at` is ISO 8601 with offset."""

    number: int
    by: str
    at: str
    changes: tuple[str, ...]
    over: int = 0
    """The revision that was in force before it."""
    undoes: int | None = None
    outcome: Outcome = Outcome.PENDING


class Pending(msgspec.Struct, frozen=True):
    """The revision on probation. `until` is empty while the terminal has not applied it yet."""

    revision: int
    previous: int
    until: str = ""
    starts: int = 0
    excused: tuple[str, ...] | None = None
    """Devices that need not answer for the settings to prove well: they did not before, and nobody touched them. None
    until the first revision of this probation is applied: what is silent after that may be so on its account.
    """


def folder_of(path: Path) -> Path:
    """Where the revisions of a settings file lie."""
    return path.resolve().parent / "revisions"


def save(path: Path, edit: "Callable[[TOMLDocument], None]", by: str, now: datetime) -> Revision:
    """Change the settings: `edit` gets the document, whose comments and order stay. It is on probation from then on.

    Raises SettingsError with one sentence when the result cannot be used, and OSError; nothing is changed then.
    """
    import tomlkit  # noqa: PLC0415 - only who changes settings needs it

    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    edit(document)
    return _save(path, tomlkit.dumps(document), by, now)


def undo(path: Path, by: str, now: datetime) -> Revision | None:
    """Put back what was in force before the newest revision that stands; None when there is none. A revision itself."""
    with _locked(path):
        _note_edits(path, now)
        known = history(path)
        last = next(found for found in known if found.number == _in_force(path, known))
        if last.number == 0:
            return None
        text = _text(path, last.over)
    return _save(path, text, by, now, undoes=last.number)


def history(path: Path) -> tuple[Revision, ...]:
    """Every revision, the newest first. Number 0 is the file as it was found."""
    found = sorted(folder_of(path).glob("[0-9]*.json"), reverse=True)
    return tuple(msgspec.json.decode(each.read_bytes(), type=Revision) for each in found)


def diff(path: Path, older: int, newer: int) -> tuple[str, ...]:
    """What changed between two revisions, a line for each value."""
    return _changes(_text(path, older), _text(path, newer))


def pending(path: Path) -> Pending | None:
    """The revision on probation."""
    try:
        return msgspec.json.decode((folder_of(path) / "pending.json").read_bytes(), type=Pending)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def at_start(path: Path, now: datetime) -> None:
    """The terminal starts: settings on probation that cannot be read, or had their time, are taken back first."""
    found = applied(path, now)
    if found is None:
        return
    try:
        settings.read(path)
    except settings.SettingsError:
        take_back(path)
        return
    if overdue(found, now):
        take_back(path)


def applied(path: Path, now: datetime, silent: Collection[str] = (), *, afresh: bool = False) -> Pending | None:
    """The terminal uses the pending settings from now on: probation begins, or goes on after a restart.

    `silent` are the devices that did not answer before. It begins `afresh` when a technician's turn is over, in which
    no device could answer the terminal.
    """
    with _locked(path):
        found = pending(path)
        if found is None:
            return None
        if path.read_text(encoding="utf-8") != _text(path, found.revision):  # the power went, or a person decided
            _conclude(path, found.revision, Outcome.UNDONE)
            return None
        whole = (now + PROBATION).isoformat(timespec="seconds")
        until = whole if afresh else found.until or whole
        touched = _touched(path, found)
        excused = tuple(sorted(set(silent if found.excused is None else found.excused) - touched))
        found = msgspec.structs.replace(found, until=until, starts=found.starts + 1, excused=excused)
        _write_pending(path, found)
        return found


def overdue(found: Pending, now: datetime) -> bool:
    """Whether a probation has failed: its time is over, or the terminal had to start too often."""
    late = bool(found.until) and now >= datetime.fromisoformat(found.until)
    return late or found.starts > MOST_STARTS


def keep(path: Path) -> None:
    """The pending settings have proved well."""
    with _locked(path):
        if (found := pending(path)) is not None:
            _conclude(path, found.revision, Outcome.KEPT)


def take_back(path: Path) -> int | None:
    """Put back the settings before those on probation; returns the revision that was given up.

    Settings that somebody changed in the file meanwhile stay: a person has decided.
    """
    with _locked(path):
        found = pending(path)
        if found is None:
            return None
        mine = path.read_text(encoding="utf-8") == _text(path, found.revision)
        if mine:
            replace_file(path, _text(path, found.previous).encode())
        _conclude(path, found.revision, Outcome.TAKEN_BACK if mine else Outcome.UNDONE)
        return found.revision


def _save(path: Path, text: str, by: str, now: datetime, undoes: int | None = None) -> Revision:
    check(path, text)
    with _locked(path):
        before = _note_edits(path, now)
        number = history(path)[0].number + 1
        at = now.isoformat(timespec="seconds")
        made = Revision(number, by, at, _changes(_text(path, before), text), before, undoes)
        _keep_files(path, made, text)
        # One probation for all changes of one visit of a technician: together they are kept or taken back.
        waiting = pending(path)
        _write_pending(
            path, Pending(number, waiting.previous, excused=waiting.excused) if waiting else Pending(number, before)
        )
        replace_file(path, text.encode())
        return made


def check(path: Path, text: str) -> settings.Settings:
    """The settings that `text` would be in the place of `path`. Raises SettingsError with one sentence."""
    beside = path.with_name(f".{path.name}.candidate")
    try:
        beside.write_text(text, encoding="utf-8")
        found = settings.read(beside)
        for name, device in found.devices.fitted().items():
            refuse_misfit(name, device)
    except settings.SettingsError as error:
        raise settings.SettingsError(str(error).replace(str(beside), str(path))) from None
    finally:
        beside.unlink(missing_ok=True)
    return found


def _note_edits(path: Path, now: datetime) -> int:
    """What stands in the file and was not saved here becomes a revision of its own, so that it can be put back.

    Returns the revision in force.
    """
    make_folder(folder_of(path))
    if pending(path) is None:
        for left in history(path):  # a save that the power cut short
            if left.outcome is Outcome.PENDING:
                _keep_files(path, msgspec.structs.replace(left, outcome=Outcome.TAKEN_BACK), _text(path, left.number))
    known = history(path)
    text = path.read_text(encoding="utf-8")
    in_force = _in_force(path, known)
    if in_force is not None and _text(path, in_force) == text:
        return in_force
    number = known[0].number + 1 if known else 0
    changes = _changes(_text(path, in_force), text) if in_force is not None else ()
    at = now.isoformat(timespec="seconds")
    _keep_files(path, Revision(number, BY_HAND, at, changes, in_force or 0, outcome=Outcome.KEPT), text)
    return number


def _in_force(path: Path, known: tuple[Revision, ...]) -> int | None:
    """The revision the file should hold: the newest that stands."""
    waiting = pending(path)
    standing = (found.number for found in known if found.outcome is Outcome.KEPT)
    return waiting.revision if waiting else next(standing, None)


def _keep_files(path: Path, made: Revision, text: str) -> None:
    replace_file(folder_of(path) / f"{made.number:04d}.toml", text.encode())
    replace_file(folder_of(path) / f"{made.number:04d}.json", msgspec.json.format(msgspec.json.encode(made)))


def _conclude(path: Path, number: int, outcome: Outcome) -> None:
    """Every revision of the probation that ends with `number` shares its end; the mark of the probation goes last."""
    known = history(path)
    ending = {found.number: outcome for found in known if found.number <= number and found.outcome is Outcome.PENDING}
    if outcome is Outcome.KEPT:
        ending |= {found.undoes: Outcome.UNDONE for found in known if found.number in ending and found.undoes}
    for found in known:
        if found.number in ending:
            _keep_files(path, msgspec.structs.replace(found, outcome=ending[found.number]), _text(path, found.number))
    (folder_of(path) / "pending.json").unlink()


def _write_pending(path: Path, found: Pending) -> None:
    replace_file(folder_of(path) / "pending.json", msgspec.json.encode(found))


def _touched(path: Path, found: Pending) -> set[str]:
    """The devices whose settings are not what they were before the probation."""
    before, now = (_tables(_text(path, number)).get("devices", {}) for number in (found.previous, found.revision))
    return {name for name in {**before, **now} if before.get(name) != now.get(name)}


def _text(path: Path, number: int) -> str:
    return (folder_of(path) / f"{number:04d}.toml").read_text(encoding="utf-8")


def _changes(before: str, after: str) -> tuple[str, ...]:
    old, new = (dict(_leaves(_tables(text), "")) for text in (before, after))
    places = sorted({place for place in {**old, **new} if old.get(place) != new.get(place)})
    return tuple(f"{place}: {_shown(old.get(place, '–'))} → {_shown(new.get(place, '–'))}" for place in places)


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}  # a file that was broken by hand: everything in it is new


def _leaves(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else str(key))
    else:
        yield place, json.dumps(value, ensure_ascii=False, default=str)


def _shown(value: str) -> str:
    """As it may travel to the centre: without the name and password an address may hold."""
    masked = _USER_INFO.sub("//…@", value)
    return masked if len(masked) <= _LONGEST_VALUE else f"{masked[:_LONGEST_VALUE]}…"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    folder = folder_of(path)
    make_folder(folder)
    lock = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        give(lock, folder.stat())
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
