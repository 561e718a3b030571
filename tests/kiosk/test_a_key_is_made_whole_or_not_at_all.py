"""The power goes while a key is made: the next attempt makes it, and one that is there is never replaced."""

import os
from pathlib import Path

import pytest

from contract.suites import INTL
from kiosk.settings import KeySource
from kiosk.setup import keys


def test_a_key_whose_making_was_cut_off_is_made_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys" / "database.key"

    def cut(_: int) -> None:
        os._exit(9)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(os, "fsync", cut)
        keys.make_database_key(path)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    keys.make_database_key(path)
    made = keys.read(path)
    keys.make_database_key(path)
    assert keys.read(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_two_who_make_it_at_once_the_first_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, first = tmp_path / "signing.key", b"1" * 32
    link = os.link

    def later(source: Path, target: Path) -> None:
        target.write_bytes(first)
        link(source, target)

    monkeypatch.setattr(os, "link", later)
    keys.make_signing_key(path, INTL)
    assert path.read_bytes() == first
    assert [one.name for one in tmp_path.iterdir()] == ["signing.key"]
    assert keys.read(KeySource("file", str(path))) == first
