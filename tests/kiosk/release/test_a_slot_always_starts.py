"""Whatever is cut off where: the machine starts with the old release or the new one, and a bad one goes by itself."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kiosk.release.world import ADDITIVE, BAD, BREAKING, Cut, Machine, Makers, cut_after, outside

FULL = bool(os.environ.get("SUIBAN_FULL"))
SKIP = "long form (SUIBAN_FULL=1): 200 kills of the installer at random moments"


@pytest.fixture(autouse=True)
def _the_whole_machine_is_not_synced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests write at the same time need not reach the disk for these."""
    monkeypatch.setattr(os, "sync", lambda: None)
    monkeypatch.setattr(os, "fsync", lambda _: None)


@contextmanager
def power_until(step: int) -> Iterator[Callable[[], int]]:
    """The power goes before the change of the disk after `step` others."""
    hook, count = cut_after(step)
    patched = pytest.MonkeyPatch()

    def before(name: str, owner: type) -> None:
        real = getattr(owner, name)

        def changed(*given: object, **named: object) -> object:
            hook()
            return real(*given, **named)

        patched.setattr(owner, name, changed)

    for name in ("replace", "unlink", "symlink_to", "rename", "write_text"):
        before(name, Path)
    try:
        yield count
    finally:
        patched.undo()


def machine(folder: Path) -> Machine:
    """With release 1 running and release 2 built beside it."""
    made = Machine(folder, b"{}")
    made.by_hand("2", ADDITIVE)
    return made


def every_cut(tmp_path: Path, prepare: Callable[[Machine], None], act: Callable[[Machine], None]) -> set[str]:
    """What starts, over every place at which the power may go."""
    found = set()
    for step in range(50):
        made = machine(tmp_path / str(step))
        prepare(made)
        try:
            with power_until(step):
                act(made)
        except Cut:
            found.add(made.starts())
            continue
        found.add(made.starts())
        assert step, "nothing was ever cut"
        return found
    pytest.fail("it never came to an end")


def switched(made: Machine) -> None:
    outside().Slots(made.slots).switch("2")


def test_a_cut_anywhere_in_the_switch_leaves_old_or_new(tmp_path: Path) -> None:
    assert every_cut(tmp_path, lambda _: None, switched) == {"1", "2"}


def test_a_cut_anywhere_on_the_way_back_leaves_old_or_new(tmp_path: Path) -> None:
    def back(made: Machine) -> None:
        assert outside().Slots(made.slots).back("2", "release.devices")

    assert every_cut(tmp_path, switched, back) == {"1", "2"}


def test_a_cut_anywhere_in_a_start_on_trial_leaves_one_that_starts(tmp_path: Path) -> None:
    def tried(made: Machine) -> None:
        switched(made)
        for _ in range(3):
            assert made.starts() == "2"

    assert every_cut(tmp_path, tried, lambda made: outside().Slots(made.slots).start()) == {"1"}


def test_a_cut_while_old_slots_are_swept_leaves_the_new(tmp_path: Path) -> None:
    assert every_cut(tmp_path, switched, lambda made: outside().Slots(made.slots).well("2")) == {"2"}


def test_a_release_that_is_never_well_goes_after_three_starts(tmp_path: Path) -> None:
    made = machine(tmp_path)
    switched(made)
    assert [made.starts() for _ in range(5)] == ["2", "2", "2", "1", "1"]
    assert (made.outcome()["outcome"], made.outcome()["why"]) == ("back", "release.starts")
    assert not (made.slots / "trial.json").exists()


def test_a_release_that_is_well_stays_through_any_number_of_starts(tmp_path: Path) -> None:
    """The negative control of the one above."""
    made = machine(tmp_path)
    made.by_hand("0")
    switched(made)
    made.starts()
    outside().Slots(made.slots).well("2")
    assert [made.starts() for _ in range(9)] == ["2"] * 9
    assert made.outcome()["outcome"] == "well"
    assert sorted(one.name for one in made.slots.iterdir() if one.is_dir() and not one.is_symlink()) == ["1", "2"]


def test_minutes_are_counted_by_calls_and_end_a_trial(tmp_path: Path) -> None:
    made = machine(tmp_path)
    program = outside()
    slots = program.Slots(made.slots)
    assert slots.minute()
    switched(made)
    assert all(slots.minute() for _ in range(program.MINUTES - 1))
    assert not slots.minute()
    assert (made.current(), made.outcome()["why"]) == ("1", "release.minutes")


def test_what_could_not_be_gone_back_from_is_not_begun(tmp_path: Path) -> None:
    """ADR 14: the release before must be able to go on with the store."""
    made = machine(tmp_path)
    made.by_hand("3", BREAKING)
    outside().Slots(made.slots).switch("3")
    assert (made.current(), made.outcome()["why"]) == ("1", "release.schema")


@pytest.mark.parametrize("damage", ["program", "link", "slot"])
def test_a_slot_that_broke_is_left_for_one_that_starts(tmp_path: Path, damage: str) -> None:
    made = machine(tmp_path)
    switched(made)
    outside().Slots(made.slots).well("2")
    if damage == "program":
        (made.slots / "2/venv/bin/python").unlink()
    elif damage == "link":
        (made.slots / "current").unlink()
        (made.slots / "previous").unlink()
    else:
        (made.slots / "2/slot.json").unlink()
    assert made.starts() in {"1", "2"}


def test_nobody_but_names_of_releases_is_listened_to(tmp_path: Path) -> None:
    made = machine(tmp_path)
    for said in ("switch ../../etc", "switch", "remove 1", "install ../1", "back 1 x;reboot"):
        made.asked(said)
        assert made.starts() == "1"
        assert not (made.runtime / "update").exists()


@pytest.mark.slow
def test_a_bad_release_comes_goes_and_the_next_good_one_stays(tmp_path: Path) -> None:
    """Real wheels, pip without a network, systemd's part played by this test."""
    makers = Makers(tmp_path / "makers")
    makers.release("2.0", BAD)
    made = Machine(tmp_path / "opt", makers.root)
    made.fetch(makers, "2.0")
    made.asked("install 2.0")
    assert outside().Slots(made.slots).sound("2.0"), made.said
    made.asked("switch 2.0")
    ran = []
    for _ in range(5):
        slot = made.starts()
        if slot == "1":
            break
        ran.append(
            subprocess.run([made.slots / "current/venv/bin/python", "-I", "-m", "kiosk"], check=False).returncode
        )
    assert ran == [3, 3, 3]
    assert (made.current(), made.outcome()["release"], made.outcome()["why"]) == ("1", "2.0", "release.starts")
    assert made.outcome()["outcome"] == "back"


@pytest.mark.slow
def test_what_the_terminal_put_down_is_proven_again_before_it_is_installed(tmp_path: Path) -> None:
    makers = Makers(tmp_path / "makers")
    makers.release("2.0")
    made = Machine(tmp_path / "opt", makers.root)
    made.fetch(makers, "2.0")
    place = next((made.fetched / "targets").glob("*.whl"))
    place.write_bytes(place.read_bytes() + b"x")
    made.asked("install 2.0")
    assert (made.outcome()["outcome"], made.outcome()["why"]) == ("refused", "release.changed")
    assert made.starts() == "1"


@pytest.mark.slow
@pytest.mark.parametrize("step", ["made", *(["proven", "filled", "swept", "adopted"] if FULL else [])])
def test_an_installer_killed_at_any_step_leaves_the_old_release(tmp_path: Path, step: str) -> None:
    makers = Makers(tmp_path / "makers")
    makers.release("2.0")
    made = Machine(tmp_path / "opt", makers.root)
    made.fetch(makers, "2.0")
    process = made.ask("install 2.0", SUIBAN_STOP_AFTER=step)
    assert process.stdout is not None
    assert process.stdout.readline().decode().strip() == step
    process.kill()
    process.communicate()
    assert made.starts() == "1"
    assert outside().Slots(made.slots).sound("2.0") == (step == "adopted")


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason=SKIP)
def test_two_hundred_kills_of_the_installer_and_every_machine_starts(tmp_path: Path) -> None:
    makers = Makers(tmp_path / "makers")
    makers.release("2.0")
    made = Machine(tmp_path / "opt", makers.root)
    made.fetch(makers, "2.0")
    dice = random.Random(13)
    for cut in range(int(os.environ.get("SUIBAN_KILLS", "200"))):
        process = made.ask("install 2.0")
        time.sleep(dice.random() * 3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        slots = outside().Slots(made.slots)
        assert made.starts() in {"1", "2.0"}, cut
        if slots.sound("2.0") and cut % 3 == 0:
            slots.switch("2.0")
            assert made.starts() == "2.0"
            slots.back("2.0", "release.taken_back")
            assert made.starts() == "1"
        if slots.sound("2.0") and cut % 2:
            subprocess.run(["rm", "-rf", str(made.slots / "2.0")], check=True)
