"""`kiosk export` on the terminal, `central import` at the centre: no network between them, and nothing is left over."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from typer import Typer
from typer.testing import CliRunner

from central import enrolment
from central import keys as centre_keys
from central import settings as centre_settings
from central.__main__ import app as central
from contract.catalogue import ItemKind
from contract.scans import ScanRef
from contract.suites import INTL, SUITES
from kiosk import composition
from kiosk.commands import app as kiosk
from kiosk.settings import Settings
from kiosk.setup import keys
from kiosk.terminal.noticeboard import wall_clock
from offline_cache.caretaker import Caretaker
from tests.central.conftest import write_config
from tests.kiosk.test_nothing_owed_is_thrown_away import made, opened
from tests.offline_cache.drafts import draft

pytestmark = pytest.mark.slow
SCAN = b"sealed-scan!" * 100_000


@pytest.fixture(params=SUITES)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, Path]:
    """A terminal that never reached its centre again, and the centre's settings."""
    suite_id = request.param
    (tmp_path / "centre").mkdir()
    config = write_config(tmp_path / "centre", suite=suite_id)
    centre_keys.make(tmp_path / "centre" / "keys", suite_id)
    centre = centre_settings.read(config)
    ours = centre_keys.load(Path(centre.keys_dir))
    [(name, key)] = [(one, found) for one, found in ours.sealing.items() if found.suite == suite_id]
    found = made(tmp_path, key, suite_id)
    text = found.path.read_text(encoding="utf-8").replace('id = "seal-1"', f'id = "{name}"')
    found.path.write_text(text, encoding="utf-8")
    wanted = enrolment.Wanted(
        found.terminal.id, keys.public_half(found.signing_key, suite_id), None, "大厅", "一楼", ""
    )
    enrolment.add_terminal(centre, wanted, replace=False)
    return found, config


def run(app: Typer, *words: object) -> dict[str, object]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.output.splitlines()[-1])
    return found


def test_everything_that_was_owed_is_at_the_centre_once(pair: tuple[Settings, Path], tmp_path: Path) -> None:
    found, centre = pair
    suite_id = found.centre.suite
    with closing(opened(found)) as store:
        kept = [store.save_case(draft(f"case-{n}")) for n in range(3)]
        store.tickets.claim("case-2")
        store.tickets.finish(kept[-1].print_id, "printed", "", "")
        name = store.scans.files.keep(SCAN, suite_id)
        refs = (ScanRef(name, len(SCAN), "card", suite_id),)
        kept.append(store.save_case(msgspec.structs.replace(draft("filing-1", ItemKind.FILING), scans=refs)))
    file = tmp_path / "gl-01.suiban"
    assert run(kiosk, "export", "--config", found.path, "--out", file, "--json")["records"] == 5
    took = run(central, "import", "--config", centre, file, "--json")
    assert took == {"new": 5, "known": 0, "aside": 0, "repeats": 0, "conflicts": 0, "scans": 1}
    again = run(central, "import", "--config", centre, file, "--json")
    assert (again["new"], again["known"], again["conflicts"]) == (0, 5, 0)
    cases = run(central, "cases", "--config", centre, "--json")["cases"]
    assert isinstance(cases, list)
    assert sorted(case["case_number"] for case in cases) == sorted(one.case_number for one in kept)
    database = centre.parent / "data" / "central.db"
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT state FROM scans").fetchall() == [("held",)]
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)


@pytest.mark.parametrize("pair", [INTL], indirect=True)
def test_a_store_that_was_lost_before_it_could_ask_for_an_epoch(pair: tuple[Settings, Path], tmp_path: Path) -> None:
    """The centre holds places of epoch 1 already, of the store before."""
    found, centre = pair
    first, second = tmp_path / "first", tmp_path / "second"
    with closing(opened(found)) as store:
        store.save_case(draft("before"))
    run(kiosk, "export", "--config", found.path, "--out", first, "--json")
    run(central, "import", "--config", centre, first, "--json")
    found.database.unlink()
    key = keys.read(found.database_key)
    care = Caretaker(found.database, key, lambda path: composition.open_store(found, key, path), wall_clock, print)
    with closing(care.open(verify=False)) as store:
        store.save_case(draft("after"))
    run(kiosk, "export", "--config", found.path, "--out", second, "--json")
    for expected in ({"new": 1, "known": 0}, {"new": 0, "known": 1}):
        took = run(central, "import", "--config", centre, second, "--json")
        assert took == {"aside": 0, "repeats": 0, "conflicts": 0, "scans": 0, **expected}
    cases = run(central, "cases", "--config", centre, "--json")["cases"]
    assert isinstance(cases, list)
    assert len(cases) == 2
