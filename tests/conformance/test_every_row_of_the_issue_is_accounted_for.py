"""docs/requirements.toml is whole, its tests are there, and some of them are tried with their rules taken away."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from tests.conformance import sheet
from tests.conformance.__main__ import Report, reported
from tests.conformance.rows import FILE, ROOT, BadRows, Row, load
from tests.conformance.trial import Ran
from tests.conformance.verdict import verdict

SAMPLE = ("ZN-04", "BJ-33", "ZZ-03", "JH-06", "JH-08", "TS-01")


def test_every_row_the_issue_names_is_there_with_its_tests() -> None:
    rows = load()
    assert len(rows) == 147
    assert {"ZZ-02", "JH-11", "ZN-20", "BJ-33", "HC-02", "TS-11", "SX-22"} <= {row.id for row in rows}
    for row in rows:
        assert bool(row.removal) is (row.state == "green"), row.id


def test_every_removal_is_a_function_that_says_what_it_takes_away() -> None:
    for row in load():
        if row.removal:
            module, _, name = row.removal.partition(":")
            assert getattr(import_module(module), name).__doc__, row.id


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"SX-22",', "", "SX-22 has a row and is not named by the issue"),
        ('"ZZ-02…14"', '"ZZ-02…14", "ZZ-99"', "ZZ-99 is named by the issue and has no row"),
        ("::test_a_search_never_ends_in_nothing", "::test_that_nobody_wrote", "which is not there"),
        ('state = "green"', 'state = "done"', "Invalid enum value 'done'"),
        ('state = "green"', 'state = "open"', "is open and does not say why"),
    ],
)
def test_a_file_that_says_too_little_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    bad = tmp_path / "requirements.toml"
    bad.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadRows, match=said):
        load(bad)


def _judged(whole: Ran, removed: Ran) -> tuple[str, str]:
    row = next(row for row in load() if row.id == "ZN-01")
    (test,) = row.tests
    found = verdict(row, {(test, ""): whole, (test, row.id): removed}, controls=True)
    return found.state, found.control


def test_negative_control_a_rule_nobody_misses_is_no_green_row() -> None:
    held = Ran(passed=3)
    assert _judged(held, Ran(failed=1, passed=2)) == ("green", "red")
    assert _judged(held, Ran(passed=3)) == ("red", "stayed green")
    assert _judged(held, Ran(broken=1, said="AttributeError")) == ("red", "broke")
    assert _judged(Ran(passed=2, failed=1), Ran(failed=3)) == ("red", "")
    assert _judged(Ran(), Ran(failed=1)) == ("red", ""), "a test that did not run proves nothing"
    assert _judged(Ran(passed=2, broken=1), Ran(failed=1)) == ("red", ""), "nor one that was skipped"


def test_the_halls_page_names_every_row_and_escapes_what_it_shows() -> None:
    rows: tuple[Row, ...] = load()
    odd = msgspec.structs.replace(rows[0], duty="<b>要求</b>")
    verdicts = tuple(verdict(row, {}, controls=False) for row in rows)
    page = sheet.page((odd, *rows[1:]), verdicts)
    assert all(row.id in page and row.title.zh_hans in page for row in rows)
    assert "&lt;b&gt;要求" in page
    assert reported(verdicts, 1.0).red == sum(row.state == "green" for row in rows), "no test ran: nothing holds"


@pytest.mark.slow
def test_a_sample_of_rows_holds_and_each_misses_its_rule(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.conformance", "--controls", "--json", "--out", str(tmp_path), *SAMPLE]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    report = msgspec.json.decode(ran.stdout, type=Report)
    assert (report.red, report.stayed_green) == (0, ()), [one for one in report.verdicts if one.state == "red"]
    assert (report.green, report.controls, ran.returncode) == (6, 6, 0)
    assert "已达到" in (tmp_path / "conformance.html").read_text(encoding="utf-8")
