"""Every change of the settings is a revision: checked, kept with who and what, undone or taken back whole."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tomlkit import TOMLDocument

from kiosk import settings
from kiosk.settings import SettingsError
from kiosk.setup import revisions
from kiosk.setup.revisions import Outcome

SAMPLE = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The sample settings, comments and all."""
    path = tmp_path / "kiosk.toml"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def printer_at(port: str) -> Callable[[TOMLDocument], None]:
    """An edit: the ticket printer is somewhere else."""

    def edit(document: TOMLDocument) -> None:
        document["devices"]["ticket_printer"]["port"] = port

    return edit


def port_of(path: Path) -> str:
    """Where the settings say the ticket printer is."""
    printer = settings.read(path).devices.ticket_printer
    assert printer is not None
    return printer.port


BEFORE = "serial:/dev/suiban/ticket-printer?baud=115200"


def test_a_saved_revision_says_who_when_and_what(path: Path) -> None:
    made = revisions.save(path, printer_at("serial:/dev/ttyS1"), "technician 3", NOW)
    assert (made.number, made.by, made.at) == (1, "technician 3", "2026-11-22T03:00:00+00:00")
    assert made.changes == (f'devices.ticket_printer.port: "{BEFORE}" → "serial:/dev/ttyS1"',)
    assert port_of(path) == "serial:/dev/ttyS1"
    assert [found.number for found in revisions.history(path)] == [1, 0]
    assert revisions.diff(path, 0, 1) == made.changes


def test_a_password_in_an_address_stays_on_the_terminal(path: Path) -> None:
    def printer(port: str) -> Callable[[TOMLDocument], None]:
        def edit(document: TOMLDocument) -> None:
            document["devices"]["document_printer"] = {"port": port}

        return edit

    revisions.save(path, printer("ipp://office:s3cret@192.0.2.7/ipp"), "a", NOW)
    made = revisions.save(path, printer("ipp://office:an0ther@192.0.2.7/ipp"), "a", NOW)
    assert made.changes == ('devices.document_printer.port: "ipp://…@192.0.2.7/ipp" → "ipp://…@192.0.2.7/ipp"',), (
        "that it changed is said, not to what"
    )
    history = msgspec.json.encode([found.changes for found in revisions.history(path)])
    assert b"s3cret" not in history
    assert b"an0ther" not in history


def test_comments_and_order_stay(path: Path) -> None:
    before = path.read_text(encoding="utf-8").splitlines()
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    after = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == ['port = "serial:/dev/ttyS1"']
    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("port", "words"),
    [("pigeon:roof", "an address that begins with"), (7, "Expected `str`")],
    ids=["another kind's address", "no text"],
)
def test_settings_that_cannot_be_used_are_refused_and_nothing_changes(path: Path, port: str, words: str) -> None:
    before = path.read_text(encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        revisions.save(path, printer_at(port), "a", NOW)
    assert words in str(caught.value)
    assert "candidate" not in str(caught.value)
    assert path.read_text(encoding="utf-8") == before
    assert not list(path.parent.glob(".kiosk*"))
    assert revisions.pending(path) is None


def test_an_option_nobody_knows_is_refused(path: Path) -> None:
    def edit(document: TOMLDocument) -> None:
        document["devices"]["ticket_printer"]["options"] = {"colour": "blue"}

    with pytest.raises(SettingsError, match="colour"):
        revisions.save(path, edit, "a", NOW)


def test_a_pending_revision_is_kept_when_it_proves_well(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    revisions.applied(path, NOW)
    revisions.keep(path)
    assert revisions.pending(path) is None
    assert revisions.history(path)[0].outcome is Outcome.KEPT
    assert port_of(path) == "serial:/dev/ttyS1"


def test_one_that_does_not_is_taken_back_with_everything_saved_in_the_same_visit(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    revisions.save(path, printer_at("serial:/dev/ttyS2"), "a", NOW)
    found = revisions.applied(path, NOW)
    assert found is not None
    assert not revisions.overdue(found, NOW + timedelta(seconds=299))
    assert revisions.overdue(found, NOW + timedelta(seconds=300))
    assert revisions.take_back(path) == 2
    assert port_of(path) == BEFORE
    assert [found.outcome for found in revisions.history(path)] == [
        Outcome.TAKEN_BACK,
        Outcome.TAKEN_BACK,
        Outcome.KEPT,
    ]


def test_probation_outlives_restarts_and_ends_with_the_fourth(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    starts = [revisions.applied(path, NOW + timedelta(seconds=second)) for second in range(4)]
    assert all(found is not None for found in starts)
    assert [revisions.overdue(found, NOW) for found in starts if found] == [False, False, False, True]
    assert {found.until for found in starts if found} == {"2026-11-22T03:05:00+00:00"}


def test_an_undo_is_a_revision_on_probation_too(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    revisions.applied(path, NOW)
    revisions.keep(path)
    made = revisions.undo(path, "b", NOW)
    assert made is not None
    assert (made.number, made.undoes, port_of(path)) == (2, 1, BEFORE)
    revisions.applied(path, NOW)
    revisions.keep(path)
    assert [found.outcome for found in revisions.history(path)] == [Outcome.KEPT, Outcome.UNDONE, Outcome.KEPT]


def test_an_undo_that_does_not_prove_well_leaves_what_was_in_force(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    revisions.keep(path)
    revisions.undo(path, "b", NOW)
    revisions.take_back(path)
    assert port_of(path) == "serial:/dev/ttyS1"
    assert [found.outcome for found in revisions.history(path)] == [Outcome.TAKEN_BACK, Outcome.KEPT, Outcome.KEPT]


def test_there_is_nothing_to_undo_before_the_first_change(path: Path) -> None:
    assert revisions.undo(path, "a", NOW) is None


def test_what_was_changed_by_hand_is_kept_and_never_overwritten_by_taking_back(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    path.write_text(path.read_text(encoding="utf-8").replace("ttyS1", "ttyS9"), encoding="utf-8")
    revisions.take_back(path)
    assert port_of(path) == "serial:/dev/ttyS9"
    assert revisions.pending(path) is None
    revisions.save(path, printer_at("serial:/dev/ttyS2"), "a", NOW)
    assert [(found.number, found.by) for found in revisions.history(path)][:2] == [(3, "a"), (2, revisions.BY_HAND)]


def test_a_power_cut_between_the_files_leaves_settings_that_are_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kill falls before each rename in turn: the settings are the old or the new ones, and probation can end."""
    renames = 0
    rename = Path.replace

    def cut(source: Path, target: Path) -> Path:
        nonlocal renames
        renames -= 1
        if renames < 0:
            raise KeyboardInterrupt
        return rename(source, target)

    monkeypatch.setattr(Path, "replace", cut)
    for after in range(12):
        renames = after
        try:
            revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
        except KeyboardInterrupt:
            renames = 1000
            assert port_of(path) in (BEFORE, "serial:/dev/ttyS1")
            revisions.take_back(path)
            assert port_of(path) == BEFORE
        else:
            break
    else:
        pytest.fail("no save ever came to its end")
    assert port_of(path) == "serial:/dev/ttyS1"
    given_up = {found.outcome for found in revisions.history(path)[1:-1]}
    assert given_up <= {Outcome.TAKEN_BACK, Outcome.UNDONE}


def test_a_save_that_never_reached_the_file_is_not_on_probation(path: Path) -> None:
    revisions.save(path, printer_at("serial:/dev/ttyS1"), "a", NOW)
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert revisions.applied(path, NOW) is None
    assert revisions.pending(path) is None
