"""ADR 14: after a roll-back the earlier program finds every case, also those filed on the newer one, and sends them."""

import re
import shutil
from pathlib import Path

import pytest

from offline_cache.disk import database, migrations
from offline_cache.records import StoreError, StoreFault
from tests.offline_cache.drafts import draft, open_store

FIRST_THAT_HAS_TO_SAY = 13


def newer_schema(folder: Path, first_line: str) -> Path:
    """What a program with one more step knows."""
    schema = folder / "schema"
    shutil.copytree(database.SCHEMA, schema)
    number = len(database.schema_steps()) + 1
    (schema / f"{number:04d}_more.sql").write_text(f"{first_line}CREATE TABLE more (a TEXT) STRICT;\n")
    return schema


def after_a_roll_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_line: str) -> Path:
    """A store with a case of the earlier program, then one of the newer; the earlier one is back."""
    path, known = tmp_path / "terminal.db", database.SCHEMA
    store = open_store(path)
    store.save_case(draft("before", sealed=True))
    store.close()
    monkeypatch.setattr(database, "SCHEMA", newer_schema(tmp_path, first_line))
    newer = open_store(path)
    newer.save_case(draft("on-the-newer", sealed=True))
    newer.close()
    monkeypatch.setattr(database, "SCHEMA", known)
    return path


def test_a_case_of_the_newer_release_is_there_and_goes_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readable = f"-- readable by {len(database.schema_steps()):04d}: nobody before looks for it\n"
    path = after_a_roll_back(tmp_path, monkeypatch, readable)
    store = open_store(path)
    store.save_case(draft("after", sealed=True))
    found = store.counts()
    assert (found.cases, found.lanes[0].unsent) == (3, 3)
    store.close()
    monkeypatch.setattr(database, "SCHEMA", tmp_path / "schema")
    again = open_store(path)
    assert again.counts().cases == 3
    again.close()


def test_a_step_that_says_nothing_is_gone_back_from_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = after_a_roll_back(tmp_path, monkeypatch, "")
    with pytest.raises(StoreError) as refused:
        open_store(path)
    assert refused.value.fault is StoreFault.NEWER


def test_every_step_from_now_on_says_who_can_go_on_with_it() -> None:
    for step in database.schema_steps():
        number = int(step.name[:4])
        if number >= FIRST_THAT_HAS_TO_SAY:
            assert re.match(r"-- readable by \d{4}: \S", step.read_text(encoding="utf-8")), step.name
            assert migrations.readable_by(step) <= number
